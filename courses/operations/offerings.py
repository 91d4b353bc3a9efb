"""开班: opening, changing, publishing and cancelling offerings."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, fields

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from core import clock
from core.errors import Refusal
from core.half_year import HalfYear
from core.spoken_dates import spoken_day, spoken_stretch
from courses.audit import record
from courses.enums import SEATED, STANDING, OfferingState, TeachingForm
from courses.models import Course, Offering, Session, Teacher
from courses.operations.enrolment_history import tell
from courses.operations.planning import checked_reason, locked_offering
from courses.operations.rescheduling import assign_teacher, cancel_session
from courses.operations.seats import change_seats
from places.models import AcademySite, Region
from places.queries.sites import is_open_on


@dataclass(frozen=True)
class Terms:
    """What one decides when opening an offering. `region` matters online only: a site brings its own.

    Days are inclusive; `seats` is None where there is no limit.
    """

    course: Course
    form: str
    region: Region | None
    site: AcademySite | None
    teacher: Teacher | None
    begins_on: dt.date
    ends_on: dt.date
    seats: int | None
    mode: str
    enrol_from: dt.date
    enrol_until: dt.date
    note: str = ""


@transaction.atomic
def open_offering(*, terms: Terms, by: User) -> Offering:
    """Begin an offering as a draft; its half-year is that of its first day. Raises `Refusal`."""
    offering = Offering()
    _apply(offering, terms)
    offering.save()
    record(offering, "open_offering", by=by)
    return offering


@transaction.atomic
def edit_offering(*, offering: Offering, terms: Terms, by: User, override_reason: str = "") -> Offering:
    """Change an offering. What its sessions and learners stand on stays, or the change is refused.

    Another teacher takes over every session to come that the old one would have taught. Raises `Refusal`,
    `ClashesFound`.
    """
    override = checked_reason(override_reason, needed=False)
    offering = locked_offering(offering)
    before = {name: getattr(offering, name) for name in _names()}
    _check_change(offering, terms)
    if offering.seats is not None and terms.seats is not None and terms.seats != offering.seats:
        change_seats(offering_id=offering.pk, seats=terms.seats, acted_by=by)
    _apply(offering, terms)
    offering.save()
    if before["teacher"] != offering.teacher:
        for session in _to_come(offering).filter(teacher=before["teacher"]).select_for_update(of=("self",)):
            session.offering = offering
            assign_teacher(session=session, teacher=offering.teacher, override_reason=override)
    after = {name: str(getattr(offering, name)) for name in before}
    was = {name: str(value) for name, value in before.items()}
    record(offering, "edit_offering", by=by, before=was, override=override, **after)
    return offering


@transaction.atomic
def publish_offering(*, offering: Offering, by: User) -> Offering:
    """Show an offering to everyone. Raises `Refusal` unless it is a draft with all that a learner needs to know."""
    offering = locked_offering(offering)
    if offering.state != OfferingState.DRAFT:
        raise Refusal("这个班已经公布了。")
    missing = _missing(offering)
    if missing:
        raise Refusal(f"还不能公布：{'；'.join(missing)}。")
    offering.state, offering.published_at = OfferingState.PUBLISHED, clock.now()
    offering.save(update_fields=["state", "published_at", "updated_at"])
    record(offering, "publish_offering", by=by)
    return offering


@transaction.atomic
def cancel_offering(*, offering: Offering, reason: str, by: User) -> Offering:
    """Cancel an offering and its sessions to come. `reason` is what its learners read. Raises `Refusal`."""
    reason = checked_reason(reason)
    offering = locked_offering(offering)
    for session in _to_come(offering):
        cancel_session(session=session, reason=reason, by=by)
    offering.state, offering.cancelled_at, offering.cancelled_reason = OfferingState.CANCELLED, clock.now(), reason
    offering.save(update_fields=["state", "cancelled_at", "cancelled_reason", "updated_at"])
    tell((row, f"《{offering.course}》取消了：{reason}。") for row in offering.enrolments.filter(state__in=STANDING))
    record(offering, "cancel_offering", by=by, reason=reason)
    return offering


def _names() -> list[str]:
    return [field.name for field in fields(Terms)]


def _apply(offering: Offering, terms: Terms) -> None:
    """Write `terms` on the row, unsaved. Raises `Refusal` for what doesn't fit together."""
    region = terms.site.region if terms.site is not None else terms.region
    if region is None:
        raise Refusal("线上的班要选主办地区，没有保存。")
    for name in _names():
        setattr(offering, name, getattr(terms, name))
    offering.region = region
    offering.half_year = HalfYear.of(terms.begins_on)  # type: ignore[assignment]
    if terms.enrol_until > terms.ends_on:
        raise Refusal("报名截止要在结课之前，没有保存。")
    if terms.site is not None and not is_open_on(terms.site, terms.begins_on):
        raise Refusal(f"{terms.site}在{spoken_day(terms.begins_on)}不开放，没有保存。")
    if terms.teacher is not None and not terms.teacher.is_active:
        raise Refusal(f"{terms.teacher}老师已经停止排课，没有保存。")
    try:
        offering.full_clean()
    except ValidationError as error:
        raise Refusal(f"{''.join(error.messages)}没有保存。") from error


def _check_change(offering: Offering, terms: Terms) -> None:
    standing = offering.sessions.filter(cancelled_at__isnull=True)
    if offering.course != terms.course and offering.state != OfferingState.DRAFT:
        raise Refusal("已经公布的班不能换成别的课程，没有改动。请取消这个班，另开一个。")
    if (offering.form, offering.site) != (terms.form, terms.site) and standing.exists():
        raise Refusal("已经排了课，不能换形式或站点，没有改动。请先取消排好的课次。")
    for session in standing.select_related("room"):
        day = timezone.localtime(session.begins_at).date()
        if offering.begins_on <= day <= offering.ends_on and not terms.begins_on <= day <= terms.ends_on:
            when = spoken_stretch(session.begins_at, session.ends_at)
            raise Refusal(f"{when}的课不在新的日期内，没有改动。请先调课或取消这一次。")
        if terms.seats is not None and session.room is not None and terms.seats > session.room.seats:
            raise Refusal(f"{session.room.name}只有 {session.room.seats} 个座位，名额不能改成 {terms.seats} 个。")
    held = offering.enrolments.filter(state__in=SEATED).count()
    if terms.seats is not None and terms.seats < held:
        raise Refusal(f"已经有 {held} 人占着名额，名额不能改成 {terms.seats} 个，没有改动。")
    if offering.mode != terms.mode and offering.enrolments.exists():
        raise Refusal("已经有人报名，不能换报名方式，没有改动。")


def _to_come(offering: Offering) -> QuerySet[Session]:
    return (
        Session.objects.filter(offering=offering, cancelled_at__isnull=True, begins_at__gt=clock.now())
        .select_related("teacher", "room", "offering")
        .order_by("begins_at", "pk")
    )


def _missing(offering: Offering) -> list[str]:
    missing = []
    if not offering.course.live:
        missing.append(f"《{offering.course}》这门课还没有发布")
    if offering.form != TeachingForm.RECORDED:
        if not offering.sessions.filter(cancelled_at__isnull=True).exists():
            missing.append("还没有排课")
        elif offering.sessions.filter(cancelled_at__isnull=True, teacher__isnull=True).exists():
            missing.append("有的课次还没有教师")
    if offering.ends_on < clock.today():
        missing.append("结课日期已经过去")
    return missing
