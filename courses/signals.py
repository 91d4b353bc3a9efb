"""What the courses room tells others."""

from django.dispatch import Signal

lesson_finished = Signal()
"""A person finished a lesson: `user_pk`, `lesson_pk`, `finished_at`. Sent once, after the commit. A process that dies
just then sends nothing, so whoever must not miss it looks into `LessonProgress` as well."""
