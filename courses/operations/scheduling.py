"""排课: planning sessions one by one or by the week.

Nothing is planned against a clash (`queries.clashes`), unless every clash may yield and a reason is given. Two clerks
at once: rows of the teacher and the room are locked before looking, and triggers decide in the end.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from core.errors import Refusal
from core.spoken_dates import spoken_day
from courses.audit import record
from courses.enums import ClashKind
from courses.models import Lesson, Offering, Session, Teacher
from courses.operations.planning import (
    check_lesson,
    check_room,
    check_stretch,
    checked_reason,
    locked_offering,
    locked_room,
    locked_teacher,
    saved,
    yielding,
)
from courses.queries.clashes import Clash, gather
from places.models import Room

MOST_SESSIONS = 60
"""Of one weekly series: a half-year has 27 weeks."""


@dataclass(frozen=True)
class Skipped:
    """A day of a series on which nothing was planned, and why."""

    day: dt.date
    why: str


@dataclass(frozen=True)
class Series:
    """What a weekly plan came to."""

    sessions: list[Session]
    skipped: list[Skipped] = field(default_factory=list)


@transaction.atomic
def schedule_session(
    *,
    offering: Offering,
    begins_at: dt.datetime,
    ends_at: dt.datetime,
    by: User,
    room: Room | None = None,
    teacher: Teacher | None = None,
    lesson: Lesson | None = None,
    override_reason: str = "",
) -> Session:
    """Plan one session; without `teacher` the offering's own teaches. Raises `Refusal`, `ClashesFound`."""
    reason = checked_reason(override_reason, needed=False)
    offering = locked_offering(offering)
    check_stretch(begins_at, ends_at)
    check_room(offering, room)
    check_lesson(offering, lesson)
    teacher = locked_teacher(teacher or offering.teacher)
    room = locked_room(room)
    around = gather(offering=offering, room=room, teacher=teacher, begins_at=begins_at, ends_at=ends_at)
    yielded = yielding(around.against(begins_at, ends_at), reason)
    session = saved(
        Session(
            offering=offering,
            begins_at=begins_at,
            ends_at=ends_at,
            room=room,
            teacher=teacher,
            lesson=lesson,
            override_reason=reason if yielded else "",
        )
    )
    record(session, "schedule_session", by=by, clashes=yielded, reason=session.override_reason)
    return session


@transaction.atomic
def schedule_weekly(
    *,
    offering: Offering,
    weekdays: Sequence[int],
    begins: dt.time,
    ends: dt.time,
    first: dt.date,
    last: dt.date,
    by: User,
    room: Room | None = None,
    teacher: Teacher | None = None,
    override_reason: str = "",
) -> Series:
    """Plan a session on each of `weekdays` (1 is Monday) from `first` to `last`, or none at all.

    Public holidays and exam weeks of the teacher's school are skipped. Raises `Refusal`, and `ClashesFound` with every
    clash of every day.
    """
    reason = checked_reason(override_reason, needed=False)
    offering = locked_offering(offering)
    days = _days(weekdays, first, last)
    stretches = [(_instant(day, begins), _instant(day, ends)) for day in days]
    check_stretch(*stretches[0])
    check_room(offering, room)
    teacher = locked_teacher(teacher or offering.teacher)
    room = locked_room(room)
    around = gather(offering=offering, room=room, teacher=teacher, begins_at=stretches[0][0], ends_at=stretches[-1][1])
    planned: list[Session] = []
    skipped: list[Skipped] = []
    found: list[Clash] = []
    for day, (begins_at, ends_at) in zip(days, stretches, strict=True):
        clashes = around.against(begins_at, ends_at)
        off = [clash for clash in clashes if clash.kind in (ClashKind.HOLIDAY, ClashKind.EXAM_WEEK)]
        if off:
            skipped.append(Skipped(day, off[0].sentence))
            continue
        found += clashes
        planned.append(
            Session(
                offering=offering,
                begins_at=begins_at,
                ends_at=ends_at,
                room=room,
                teacher=teacher,
                override_reason=reason if clashes else "",
            )
        )
    if not planned:
        raise Refusal("这些日子都是放假日或考试周，没有排出课。请换一段日子。")
    yielded = yielding(found, reason)
    sessions = [saved(session) for session in planned]
    record(
        offering,
        "schedule_weekly",
        by=by,
        sessions=[session.pk for session in sessions],
        skipped=[f"{row.day}" for row in skipped],
        clashes=yielded,
        reason=reason if yielded else "",
    )
    return Series(sessions, skipped)


def _days(weekdays: Sequence[int], first: dt.date, last: dt.date) -> list[dt.date]:
    wanted = set(weekdays)
    if not wanted or not wanted <= set(range(1, 8)):
        raise Refusal("请选星期几上课，没有保存。")
    if last < first:
        raise Refusal("最后一天要在第一天之后，没有保存。")
    if (last - first).days > 366:
        raise Refusal("一次最多排一年的课，没有保存。")
    span = (first + dt.timedelta(days=offset) for offset in range((last - first).days + 1))
    days = [day for day in span if day.isoweekday() in wanted]
    if not days:
        raise Refusal(f"{spoken_day(first)}到{spoken_day(last)}之间没有这样的日子，没有保存。")
    if len(days) > MOST_SESSIONS:
        raise Refusal(f"一次最多排 {MOST_SESSIONS} 次课，这里有 {len(days)} 次，没有保存。请分几段来排。")
    return days


def _instant(day: dt.date, time: dt.time) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, time))
