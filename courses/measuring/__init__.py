"""Arithmetic of honestly measured study: intervals, reports, what a person is credited, when a lesson is finished.

Nothing here reads a clock or a database (ADR 0011). All times are whole milliseconds.
"""
