"""The bottom floor's pages in the Wagtail admin."""
