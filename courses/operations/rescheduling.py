"""调课、停课、代课: what becomes of a session once planned. Each change is kept with its reason, for the learners."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from accounts.models import User
from core import clock
from core.errors import Refusal
from courses.audit import record
from courses.enums import ClashKind, OfferingState, SessionChangeKind
from courses.models import Session, SessionChange, Teacher
from courses.operations.planning import (
    check_room,
    check_stretch,
    checked_reason,
    locked_offering,
    locked_room,
    locked_session,
    locked_teacher,
    saved,
    yielding,
)
from courses.queries.clashes import gather
from places.models import Room

OF_TEACHERS = frozenset(
    {ClashKind.TEACHER_BUSY, ClashKind.INACTIVE, ClashKind.PERMISSION, ClashKind.TRAVEL, ClashKind.EXAM_WEEK}
)


@transaction.atomic
def move_session(
    *,
    session: Session,
    begins_at: dt.datetime,
    ends_at: dt.datetime,
    reason: str,
    by: User,
    room: Room | None = None,
    override_reason: str = "",
) -> Session:
    """Give a session that hasn't begun another time or room, and its learners the reason.

    Raises `Refusal`, `ClashesFound`.
    """
    reason, override = checked_reason(reason), checked_reason(override_reason, needed=False)
    offering = locked_offering(session.offering)
    session = locked_session(session)
    check_stretch(begins_at, ends_at)
    check_room(offering, room)
    if (session.begins_at, session.ends_at, session.room) == (begins_at, ends_at, room):
        raise Refusal("时间和教室都没有变，没有改动。")
    teacher = locked_teacher(session.teacher)
    room = locked_room(room)
    around = gather(
        offering=offering,
        room=room,
        teacher=teacher,
        begins_at=begins_at,
        ends_at=ends_at,
        leaving_out=[session.pk],
    )
    yielded = yielding(around.against(begins_at, ends_at), override)
    _note(session, SessionChangeKind.MOVED, reason, by)
    session.begins_at, session.ends_at, session.room = begins_at, ends_at, room
    session.override_reason = override if yielded else ""
    saved(session)
    record(session, "move_session", by=by, reason=reason, clashes=yielded, override=session.override_reason)
    return session


@transaction.atomic
def cancel_session(*, session: Session, reason: str, by: User) -> Session:
    """Cancel a session that hasn't begun. `reason` is what its learners read. Raises `Refusal`."""
    reason = checked_reason(reason)
    locked_offering(session.offering)
    session = locked_session(session)
    _note(session, SessionChangeKind.CANCELLED, reason, by)
    session.cancelled_at, session.cancelled_reason = clock.now(), reason
    session.save(update_fields=["cancelled_at", "cancelled_reason", "updated_at"])
    record(session, "cancel_session", by=by, reason=reason)
    return session


@transaction.atomic
def substitute_teacher(
    *, session: Session, teacher: Teacher, reason: str, by: User, override_reason: str = ""
) -> Session:
    """Let someone else teach one session, and tell its learners why. Raises `Refusal`, `ClashesFound`."""
    reason, override = checked_reason(reason), checked_reason(override_reason, needed=False)
    locked_offering(session.offering)
    session = locked_session(session)
    if session.teacher_id == teacher.pk:
        raise Refusal(f"这次课本来就是{teacher}老师上，没有改动。")
    _note(session, SessionChangeKind.SUBSTITUTE, reason, by)
    yielded = assign_teacher(session=session, teacher=teacher, override_reason=override)
    record(session, "substitute_teacher", by=by, teacher=teacher.pk, reason=reason, clashes=yielded)
    return session


def assign_teacher(*, session: Session, teacher: Teacher | None, override_reason: str) -> list[str]:
    """Put another teacher on a locked session, inside a transaction. Returns what yielded; raises `ClashesFound`."""
    teacher = locked_teacher(teacher)
    around = gather(
        offering=session.offering,
        room=None,
        teacher=teacher,
        begins_at=session.begins_at,
        ends_at=session.ends_at,
        leaving_out=[session.pk],
    )
    clashes = [clash for clash in around.against(session.begins_at, session.ends_at) if clash.kind in OF_TEACHERS]
    yielded = yielding(clashes, override_reason)
    session.teacher = teacher
    session.override_reason = override_reason if yielded else session.override_reason
    saved(session)
    return yielded


def _note(session: Session, kind: SessionChangeKind, reason: str, by: User) -> None:
    SessionChange.objects.create(
        session=session,
        kind=kind,
        began_at=session.begins_at,
        ended_at=session.ends_at,
        room=session.room,
        teacher=session.teacher,
        reason=reason,
        is_public=session.offering.state == OfferingState.PUBLISHED,
        changed_at=clock.now(),
        changed_by=by,
    )
