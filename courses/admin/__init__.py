"""The desk for offerings, sessions, teachers and the days without lessons."""
