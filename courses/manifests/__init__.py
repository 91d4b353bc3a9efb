"""The manifest of an edition as plain data: freezing revisions, canonical JSON, differences. Knows no database."""
