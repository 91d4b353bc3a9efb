"""Courses and lessons, and how far each senior has watched."""
