"""The editors' media desk in the Wagtail admin: library, upload, chooser, captions, notices."""
