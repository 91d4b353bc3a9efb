"""A lesson without a film: nothing plays there, so the person says it is done."""

from __future__ import annotations

from django.db import transaction

from accounts.models import User
from core import clock
from courses.errors import FinishRefused
from courses.measuring.finishing import RULE
from courses.models import Lesson, LessonProgress
from courses.operations.progress import announce


@transaction.atomic
def finish_by_hand(*, user: User, lesson: Lesson) -> LessonProgress:
    """Note that the person has read `lesson`. Counts as finished, and as no study time. Doing it again changes nothing.

    Raises `FinishRefused` for a lesson with media: there only playing counts.
    """
    if lesson.media_id is not None:
        raise FinishRefused("这一讲有视频或录音，看过、听过才算学完，不能直接记成学完。")
    present = clock.now()
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    progress, _ = LessonProgress.objects.get_or_create(user=user, lesson=lesson, defaults={"counted_at": present})
    if progress.finished_at is None:
        progress.finished_at, progress.rule_version, progress.finished_by_hand = present, RULE.version, True
        progress.save(update_fields=["finished_at", "rule_version", "finished_by_hand"])
        announce(user_pk=user.pk, lesson_pk=lesson.pk, finished_at=present)
    return progress
