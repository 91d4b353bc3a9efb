"""Tables that staff upload: read with distrust, shown before anything is written, undone as a whole.

A room declares an `ImportKind` (columns, and what one row does) and registers it. The rest is here and in
`core.operations.imports`: preview, error file, confirm, undo.
"""
