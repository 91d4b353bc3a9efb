"""Telling the media pipeline which media a lesson shows to everyone."""

from __future__ import annotations

from courses.models import Lesson
from media_pipeline.operations.openness import refresh_openness


def refresh_course_media(*, course_id: int) -> None:
    """After a course changed its state: the media of all its lessons are open, or no longer, with it."""
    lessons = Lesson.objects.filter(course_id=course_id, media__isnull=False)
    refresh_lesson_media(media_ids=set(lessons.values_list("media_id", flat=True)))


def refresh_lesson_media(*, media_ids: set[int]) -> None:
    """After a lesson changed its state or its media: `media_ids` are those it showed before and shows now."""
    if media_ids:
        refresh_openness(asset_ids=media_ids)
