"""A demo academy: people, courses, stories, and videos that are really made on this machine."""
