"""开班 as learners see them: lists, one offering, what is on in the next days."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Prefetch, Q, QuerySet
from django.utils import timezone

from accounts.models import User
from core import clock
from core.spoken_dates import WEEKDAYS, clock_time, spoken_day, spoken_stretch, weekday_name
from courses.enums import SEATED, STANDING, Category, EnrolmentMode, OfferingState, TeachingForm
from courses.models import Course, Offering, Session, SessionChange
from places.queries.regions import banners

ON_A_PAGE = 20
SOON = dt.timedelta(days=7)
REMEMBERED = dt.timedelta(days=30)
"""How long a change stays on the page of those it concerns."""


@dataclass(frozen=True)
class OfferingCard:
    """An offering in a list. `when` is its weekly hours in words, `enrolling` where enrolment stands today."""

    offering: Offering
    when: str
    enrolling: str
    is_enrolling: bool


@dataclass(frozen=True)
class SessionRow:
    """A session on its offering's page. `was` says how it had been planned, if that changed; `why` is the reason."""

    session: Session
    is_past: bool
    is_cancelled: bool
    was: str
    why: str


def published() -> QuerySet[Offering]:
    """Offerings everyone may see, with `held` seats and their standing sessions as `standing`."""
    standing = Session.objects.filter(cancelled_at__isnull=True).order_by("begins_at", "pk")
    return (
        Offering.objects.filter(state=OfferingState.PUBLISHED, course__live=True)
        .select_related("course", "site__region", "region", "teacher")
        .annotate(held=Count("enrolments", filter=Q(enrolments__state__in=SEATED)))
        .prefetch_related(Prefetch("sessions", queryset=standing, to_attr="standing"))
        .order_by("begins_on", "pk")
    )


def running() -> QuerySet[Offering]:
    """Published offerings that haven't ended."""
    return published().filter(ends_on__gte=clock.today())


def offering_cards(offerings: Iterable[Offering]) -> list[OfferingCard]:
    """Cards of offerings that come from `published`."""
    cards = []
    for offering in offerings:
        enrolling, is_enrolling = enrolment_line(offering)
        cards.append(OfferingCard(offering, hours_line(offering), enrolling, is_enrolling))
    return cards


def cards_of_course(course: Course) -> list[OfferingCard]:
    """Where a course can be joined; none for a course that isn't saved yet."""
    return offering_cards(running().filter(course=course)) if course.pk else []


def hours_line(offering: Offering) -> str:
    """每周一、三 09:00–10:30, or the days themselves if no two are alike."""
    sessions: list[Session] = offering.standing  # type: ignore[attr-defined]
    if not sessions:
        return "随时可以学" if offering.form == TeachingForm.RECORDED else "时间待定"
    hours: dict[tuple[str, str], Counter[int]] = {}
    for session in sessions:
        key = (clock_time(session.begins_at), clock_time(session.ends_at))
        hours.setdefault(key, Counter())[timezone.localtime(session.begins_at).isoweekday()] += 1
    lines = []
    for (begins, ends), days in sorted(hours.items()):
        weekly = sorted(day for day, times in days.items() if times > 1)
        if weekly:
            lines.append(f"每周{'、'.join(WEEKDAYS[day - 1] for day in weekly)} {begins}–{ends}")
    if lines:
        return "；".join(lines)
    first = next((session for session in sessions if session.ends_at > clock.now()), sessions[0])
    others = f"等 {len(sessions)} 次课" if len(sessions) > 1 else ""
    return f"{spoken_stretch(first.begins_at, first.ends_at)}{others}"


def enrolment_line(offering: Offering) -> tuple[str, bool]:
    """Where enrolment stands today, and whether one can enrol. Days are inclusive."""
    today = clock.today()
    if today < offering.enrol_from:
        return f"{spoken_day(offering.enrol_from)}开始报名", False
    if today > offering.enrol_until:
        return "报名已经截止", False
    until = f"{spoken_day(offering.enrol_until)}截止"
    if offering.mode == EnrolmentMode.OPEN or offering.seats is None:
        return f"正在报名，不限名额，{until}", True
    if offering.mode == EnrolmentMode.LOTTERY:
        return f"正在报名，{offering.seats} 个名额，摇号决定，{until}", True
    left = offering.seats - offering.held  # type: ignore[attr-defined]
    return (f"正在报名，还有 {left} 个名额，{until}", True) if left > 0 else (f"名额已满，{until}", True)


def list_page(*, banner: str, category: str, weekday: str, form: str, page: str) -> dict[str, Any]:
    """Context of the list. What a filter doesn't know counts as not chosen."""
    places = list(banners())
    chosen_banner = next((region for region in places if str(region.pk) == banner), None)
    chosen_category = category if category in Category.values else ""
    chosen_weekday = int(weekday) if weekday in set("1234567") else None
    chosen_form = form if form in TeachingForm.values else ""
    offerings = running()
    if chosen_banner is not None:
        offerings = offerings.filter(region__path__startswith=chosen_banner.path)
    if chosen_category:
        offerings = offerings.filter(course__category=chosen_category)
    if chosen_form:
        offerings = offerings.filter(form=chosen_form)
    if chosen_weekday is not None:
        on_that_day = Session.objects.filter(
            cancelled_at__isnull=True, ends_at__gte=clock.now(), begins_at__iso_week_day=chosen_weekday
        )
        offerings = offerings.filter(pk__in=on_that_day.values("offering"))
    found: Page[Offering] = Paginator(offerings, ON_A_PAGE).get_page(page)
    chosen = {
        "banner": str(chosen_banner.pk) if chosen_banner else "",
        "category": chosen_category,
        "weekday": str(chosen_weekday or ""),
        "form": chosen_form,
    }
    return {
        "cards": offering_cards(found.object_list),
        "page": found,
        "banners": [(str(region.pk), region.name) for region in places],
        "categories": Category.choices,
        "weekdays": [(str(number), weekday_name(number)) for number in range(1, 8)],
        "forms": TeachingForm.choices,
        "chosen": chosen,
        "is_filtered": any(chosen.values()),
        "query": "&".join(f"{name}={value}" for name, value in chosen.items() if value),
    }


def find_offering(*, pk: int) -> Offering:
    """An offering with a public page: published, or cancelled after that. Raises `Offering.DoesNotExist`."""
    seen = Q(state=OfferingState.PUBLISHED) | Q(state=OfferingState.CANCELLED, published_at__isnull=False)
    return (
        Offering.objects.filter(seen, course__live=True)
        .select_related("course", "site__region", "region", "teacher")
        .get(pk=pk)
    )


def offering_page(*, offering: Offering) -> dict[str, Any]:
    """Context of an offering's page."""
    held = offering.enrolments.filter(state__in=SEATED).count()
    offering.held = held  # type: ignore[attr-defined]
    changes = SessionChange.objects.filter(is_public=True).select_related("room", "teacher").order_by("changed_at")
    sessions = list(
        offering.sessions.select_related("room", "teacher", "lesson")
        .prefetch_related(Prefetch("changes", queryset=changes, to_attr="told"))
        .order_by("begins_at", "pk")
    )
    offering.standing = [row for row in sessions if row.cancelled_at is None]  # type: ignore[attr-defined]
    enrolling, is_enrolling = enrolment_line(offering)
    now = clock.now()
    return {
        "offering": offering,
        "course": offering.course,
        "is_cancelled": offering.state == OfferingState.CANCELLED,
        "when": hours_line(offering),
        "enrolling": enrolling,
        "is_enrolling": is_enrolling and offering.state == OfferingState.PUBLISHED,
        "rows": [_row(session, now) for session in sessions if session.cancelled_at is None or session.told],  # type: ignore[attr-defined]
    }


def upcoming_sessions(*, most: int = 4) -> list[Session]:
    """The next public sessions within a week, anywhere."""
    now = clock.now()
    return list(
        Session.objects.filter(
            cancelled_at__isnull=True,
            ends_at__gt=now,
            begins_at__lt=now + SOON,
            offering__state=OfferingState.PUBLISHED,
            offering__course__live=True,
        )
        .select_related("offering__course", "offering__site__region", "room")
        .order_by("begins_at", "pk")[:most]
    )


def my_changes(user: User) -> dict[str, Any]:
    """What changed lately in sessions to come of offerings this person is in."""
    now = clock.now()
    changes = (
        SessionChange.objects.filter(
            is_public=True,
            changed_at__gte=now - REMEMBERED,
            session__offering__in=user.enrolments.filter(state__in=STANDING).values("offering"),
        )
        .filter(Q(session__begins_at__gte=now) | Q(began_at__gte=now))
        .select_related("session__offering__course", "session__room", "session__teacher")
        .order_by("-changed_at", "-pk")[:10]
    )
    return {"changes": list(changes)}


def _row(session: Session, now: dt.datetime) -> SessionRow:
    told: list[SessionChange] = session.told  # type: ignore[attr-defined]
    is_cancelled = session.cancelled_at is not None
    was, why = "", "；".join(dict.fromkeys(change.reason for change in told))
    if told and not is_cancelled:
        first = told[0]
        parts = []
        if (first.began_at, first.ended_at) != (session.begins_at, session.ends_at):
            parts.append(spoken_stretch(first.began_at, first.ended_at))
        if first.room != session.room and first.room is not None:
            parts.append(first.room.name)
        if first.teacher != session.teacher and first.teacher is not None:
            parts.append(f"{first.teacher}老师")
        was = "，".join(parts)
    return SessionRow(session, session.ends_at <= now, is_cancelled, was, why)
