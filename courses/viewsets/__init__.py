"""The editors' desk of the courses room, by fact."""
