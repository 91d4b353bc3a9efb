"""What editors see of courses and lessons in their lists."""

from __future__ import annotations

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import CharField, Count, Exists, Max, OuterRef, QuerySet
from django.db.models.functions import Cast
from wagtail.models import Revision, WorkflowState

from courses.models import Course, Lesson
from media_pipeline.enums import SourceState
from media_pipeline.queries.progress import describe


def courses_for_desk() -> QuerySet[Course]:
    """All courses, drafts too, with `lesson_count`."""
    courses = Course.objects.annotate(lesson_count=Count("lessons"))
    return _with_state(courses).order_by("category", "title", "pk")


def lessons_for_desk() -> QuerySet[Lesson]:
    """All lessons, drafts too, by course and number."""
    lessons = Lesson.objects.select_related("course", "media__source")
    return _with_state(lessons).order_by("course__title", "course_id", "number")


def _with_state(objects: QuerySet[Any]) -> QuerySet[Any]:
    """Adds what `state_line` reads. Wagtail's own status asks the database twice for every row of a list."""
    kind = ContentType.objects.get_for_model(objects.model)
    key = Cast(OuterRef("pk"), CharField())
    reviews = WorkflowState.objects.active().filter(base_content_type=kind, object_id=key)
    scheduled = Revision.objects.filter(content_type=kind, object_id=key, approved_go_live_at__isnull=False)
    return objects.annotate(in_review=Exists(reviews), is_scheduled=Exists(scheduled))


def state_line(shown: Course | Lesson) -> str:
    """Where a course or lesson of the lists above stands, in the words of the desk."""
    parts = ["已发布" if shown.live else "草稿"]
    if shown.live and shown.has_unpublished_changes:
        parts.append("有修改没发布")
    if shown.in_review:  # type: ignore[union-attr]
        parts.append("审核中")
    if shown.is_scheduled:  # type: ignore[union-attr]
        parts.append("已定时")
    return "，".join(parts)


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
