"""What editors see of courses and lessons in their lists."""

from __future__ import annotations

from django.db.models import Count, Max, QuerySet

from courses.models import Course, Lesson
from media_pipeline.enums import SourceState
from media_pipeline.queries.progress import describe


def courses_for_desk() -> QuerySet[Course]:
    """All courses, drafts too, with `lesson_count`."""
    return Course.objects.annotate(lesson_count=Count("lessons")).order_by("category", "title", "pk")


def lessons_for_desk() -> QuerySet[Lesson]:
    """All lessons, drafts too, by course and number."""
    return Lesson.objects.select_related("course", "media__source").order_by("course__title", "course_id", "number")


def media_line(lesson: Lesson) -> str:
    """One line on a lesson's media. Only media that are being made cost a further query."""
    if lesson.media is None:
        return "没有视频"
    source = lesson.media.source
    if source.state in (SourceState.READY, SourceState.REFUSED, SourceState.FAILED):
        return source.get_state_display()
    return describe(source).sentence


def next_number(course_id: int) -> int:
    """The number a new lesson of the course gets."""
    highest = Lesson.objects.filter(course_id=course_id).aggregate(highest=Max("number"))["highest"]
    return (highest or 0) + 1
