"""What planning a session and changing one have in common: locks, checks, and clashes that yield to a reason."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db import IntegrityError, transaction
from django.utils import timezone

from core import clock
from core.errors import Refusal
from courses.enums import OfferingState, TeachingForm
from courses.errors import ClashesFound
from courses.models import Lesson, Offering, Session, Teacher
from courses.queries.clashes import Clash
from places.models import Room

LONGEST = dt.timedelta(hours=8)
LONGEST_REASON = 120
TAKEN = "刚刚有别的课占了这个教师或教室，没有保存。请看一下最新的安排再试。"


def checked_reason(reason: str, *, needed: bool = True) -> str:
    """The reason, without blanks around it. Raises `Refusal` if it is missing or too long."""
    reason = reason.strip()
    if needed and not reason:
        raise Refusal("请写明原因，学员会看到。没有改动。")
    if len(reason) > LONGEST_REASON:
        raise Refusal(f"原因最多写 {LONGEST_REASON} 个字，没有改动。")
    return reason


def locked_offering(offering: Offering) -> Offering:
    row = (
        Offering.objects.select_for_update(of=("self",))
        .select_related("course", "site__region", "teacher__organisation")
        .get(pk=offering.pk)
    )
    if row.state == OfferingState.CANCELLED:
        raise Refusal("这个班已经取消，不能再排课。")
    return row


def locked_session(session: Session) -> Session:
    row = (
        Session.objects.select_for_update(of=("self",))
        .select_related("offering__course", "offering__site__region", "teacher__organisation", "room")
        .get(pk=session.pk)
    )
    if row.cancelled_at is not None:
        raise Refusal("这次课已经取消，没有改动。")
    if row.begins_at <= clock.now():
        raise Refusal("这次课已经开始，不能再改。")
    return row


def locked_teacher(teacher: Teacher | None) -> Teacher | None:
    if teacher is None:
        return None
    return Teacher.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=teacher.pk)


def locked_room(room: Room | None) -> Room | None:
    """The lock of the same strength as the trigger's, so that other offerings may still name the room's site."""
    if room is None:
        return None
    return Room.objects.select_for_update(of=("self",), no_key=True).select_related("site").get(pk=room.pk)


def check_stretch(begins_at: dt.datetime, ends_at: dt.datetime) -> None:
    first, last = timezone.localtime(begins_at), timezone.localtime(ends_at)
    if last <= first:
        raise Refusal("下课时间要在上课时间之后，没有保存。")
    if last.date() != first.date():
        raise Refusal("一次课要在同一天里上完，没有保存。")
    if last - first > LONGEST:
        raise Refusal("一次课最长 8 小时，没有保存。")


def check_room(offering: Offering, room: Room | None) -> None:
    if offering.form == TeachingForm.IN_PERSON and room is None:
        raise Refusal("线下的班要选教室，没有保存。")
    if offering.form != TeachingForm.IN_PERSON and room is not None:
        raise Refusal("线上的班不用选教室，没有保存。")


def check_lesson(offering: Offering, lesson: Lesson | None) -> None:
    if lesson is not None and lesson.course_id != offering.course_id:
        raise Refusal(f"这一讲不是《{offering.course}》的，没有保存。")


def yielding(clashes: Sequence[Clash], reason: str) -> list[str]:
    """Sentences of clashes that yield to `reason`. Raises `ClashesFound` if some don't, or there is no reason."""
    if not clashes:
        return []
    may_yield = all(clash.may_yield for clash in clashes)
    sentences = list(dict.fromkeys(clash.sentence for clash in clashes))
    if not may_yield or not reason:
        raise ClashesFound(sentences, may_yield=may_yield)
    return sentences


def saved(session: Session) -> Session:
    """Raises `Refusal` if another clerk was quicker by a hair: the triggers decide."""
    try:
        with transaction.atomic():
            session.save()
    except IntegrityError as error:
        raise Refusal(TAKEN) from error
    return session
