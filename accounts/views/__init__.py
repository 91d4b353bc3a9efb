"""Doors of the accounts room."""
