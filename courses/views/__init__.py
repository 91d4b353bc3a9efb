"""Doors of the courses room, by fact."""
