"""课表: the sessions of everything a person is in, by week, as a calendar feed, and for a printed page."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from core import clock
from core.half_year import HalfYear
from core.spoken_dates import clock_time, spoken_day
from courses.enums import EnrolmentState, OfferingState
from courses.models import CalendarFeed, Session

WEEK = dt.timedelta(days=7)
FEED_PAST = dt.timedelta(days=190)
"""How far back a feed goes: the half-year that is over stays in the calendar."""


@dataclass(frozen=True)
class Entry:
    """One session in plain words. `where` is the site with its room, or the form of an online one."""

    session: Session
    when: str
    title: str
    lesson: str
    where: str
    teacher: str
    cancelled: str


@dataclass
class Day:
    label: str
    is_today: bool
    entries: list[Entry] = field(default_factory=list)


def sessions_of(person: User) -> QuerySet[Session]:
    """Sessions of offerings the person has a seat in. Nobody whose account is closed has any."""
    rows = Session.objects.select_related(
        "offering__course", "offering__site", "offering__teacher", "room", "teacher", "lesson"
    ).order_by("begins_at", "pk")
    if not person.is_active:
        return rows.none()
    return rows.filter(
        offering__enrolments__person=person, offering__enrolments__state=EnrolmentState.ENROLLED
    ).exclude(offering__state=OfferingState.DRAFT)


def entry_of(session: Session) -> Entry:
    offering = session.offering
    teacher = session.teacher or offering.teacher
    if offering.state == OfferingState.CANCELLED:
        cancelled = "这个班取消了"
    else:
        cancelled = f"停课：{session.cancelled_reason}" if session.cancelled_at else ""
    return Entry(
        session=session,
        when=f"{clock_time(session.begins_at)}–{clock_time(session.ends_at)}",
        title=offering.course.title,
        lesson=session.lesson.title if session.lesson else "",
        where=" ".join(str(part) for part in (offering.site, session.room) if part) or offering.get_form_display(),
        teacher=teacher.name if teacher else "",
        cancelled=cancelled,
    )


def monday_of(day: dt.date) -> dt.date:
    return day - dt.timedelta(days=day.weekday())


def read_week(text: str) -> dt.date:
    """The Monday of the week that holds the day in an address; this week's for anything else."""
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        return monday_of(clock.today())
    return monday_of(day) if dt.date(2000, 1, 10) < day < dt.date(2100, 1, 1) else monday_of(clock.today())


def days_between(person: User, first: dt.date, last: dt.date) -> list[Day]:
    """Days with sessions, from `first` to `last`, both inclusive."""
    begins = timezone.make_aware(dt.datetime.combine(first, dt.time.min))
    ends = timezone.make_aware(dt.datetime.combine(last + dt.timedelta(days=1), dt.time.min))
    days: dict[dt.date, Day] = {}
    for session in sessions_of(person).filter(begins_at__gte=begins, begins_at__lt=ends):
        date = timezone.localtime(session.begins_at).date()
        day = days.setdefault(date, Day(spoken_day(date), date == clock.today()))
        day.entries.append(entry_of(session))
    return list(days.values())


def week_page(*, person: User, monday: dt.date) -> dict[str, Any]:
    """One week, the neighbours' addresses, and the next session if the week has none."""
    sunday = monday + WEEK - dt.timedelta(days=1)
    days = days_between(person, monday, sunday)
    this_week = monday_of(clock.today())
    context: dict[str, Any] = {
        "days": days,
        "monday": monday,
        "week_label": f"{spoken_day(monday)}到{spoken_day(sunday)}",
        "is_this_week": monday == this_week,
        "previous_week": (monday - WEEK).isoformat(),
        "next_week": (monday + WEEK).isoformat(),
        "feed": CalendarFeed.objects.filter(person=person, revoked_at__isnull=True).first(),
    }
    if not days:
        after = timezone.make_aware(dt.datetime.combine(monday, dt.time.min))
        coming = sessions_of(person).filter(begins_at__gte=max(after, clock.now())).first()
        if coming is not None:
            date = timezone.localtime(coming.begins_at).date()
            context |= {"coming": entry_of(coming), "coming_day": spoken_day(date)}
            context["coming_week"] = monday_of(date).isoformat()
    return context


@dataclass(frozen=True)
class PrintedSpan:
    """What a printed timetable covers, both days inclusive."""

    label: str
    first: dt.date
    last: dt.date


def printed_span(name: str) -> PrintedSpan:
    """`half` is the whole half-year; anything else four weeks from this Monday."""
    today = clock.today()
    if name == "half":
        half_year = HalfYear.of(today)
        return PrintedSpan(half_year.label, half_year.begins_on, half_year.ends_on)
    first = monday_of(today)
    last = first + 4 * WEEK - dt.timedelta(days=1)
    return PrintedSpan(f"{spoken_day(first)}到{spoken_day(last)}", first, last)


def feed_sessions(token: str) -> list[Session] | None:
    """What a feed shows: None for an address that never was; nothing once it was revoked or the account closed."""
    feed = CalendarFeed.objects.filter(token=token).select_related("person").first()
    if feed is None:
        return None
    if feed.revoked_at is not None:
        return []
    return list(sessions_of(feed.person).filter(begins_at__gte=clock.now() - FEED_PAST))
