"""Every save or deletion of a course or lesson may open or close its media: publishing, unpublishing, a new video."""

from __future__ import annotations

from typing import Any

from django.db.models.signals import post_delete, post_save, pre_save

from courses.models import Course, Lesson
from courses.operations.publicity import refresh_course_media, refresh_lesson_media


def connect() -> None:
    """Called once, from `AppConfig.ready()`."""
    pre_save.connect(_remember_media, sender=Lesson, dispatch_uid="courses.remember_media")
    post_save.connect(_lesson_saved, sender=Lesson, dispatch_uid="courses.lesson_saved")
    post_delete.connect(_lesson_deleted, sender=Lesson, dispatch_uid="courses.lesson_deleted")
    post_save.connect(_course_saved, sender=Course, dispatch_uid="courses.course_saved")


def _remember_media(sender: type[Lesson], instance: Lesson, **kwargs: Any) -> None:
    stored = Lesson.objects.filter(pk=instance.pk).values_list("media_id", flat=True) if instance.pk else []
    instance._media_before = set(stored)  # type: ignore[attr-defined]


def _lesson_saved(sender: type[Lesson], instance: Lesson, raw: bool = False, **kwargs: Any) -> None:
    if not raw:
        before: set[int | None] = getattr(instance, "_media_before", set())
        refresh_lesson_media(media_ids={pk for pk in before | {instance.media_id} if pk is not None})


def _lesson_deleted(sender: type[Lesson], instance: Lesson, **kwargs: Any) -> None:
    if instance.media_id is not None:
        refresh_lesson_media(media_ids={instance.media_id})


def _course_saved(sender: type[Course], instance: Course, raw: bool = False, **kwargs: Any) -> None:
    if not raw:
        refresh_course_media(course_id=instance.pk)
