"""A timetable as a calendar other programs read: iCalendar (RFC 5545), times in Asia/Shanghai.

UIDs never change. SEQUENCE and LAST-MODIFIED come from when a session or its offering was last saved, so that the same
timetable is the same text, byte for byte. What was cancelled stays in, as STATUS:CANCELLED: leaving it out would leave
it in calendars that add and never remove.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from zoneinfo import ZoneInfo

from django.urls import reverse
from icalendar import Calendar, Event

from courses.models import Session
from courses.queries.timetable import entry_of

SHANGHAI = ZoneInfo("Asia/Shanghai")
EPOCH = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
REFRESH = dt.timedelta(hours=2)


def calendar_text(sessions: Sequence[Session], *, address: str) -> bytes:
    """`address` is the site's own, without a path."""
    calendar = Calendar()
    calendar.add("prodid", "-//yinling//timetable//ZH")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", "银龄学堂课表")
    calendar.add("x-wr-timezone", "Asia/Shanghai")
    calendar.add("refresh-interval", REFRESH, parameters={"value": "DURATION"})
    for session in sessions:
        calendar.add_component(_event(session, address))
    calendar.add_missing_timezones(first_date=dt.date(2020, 1, 1), last_date=dt.date(2038, 1, 1))
    return calendar.to_ical()


def _event(session: Session, address: str) -> Event:
    entry = entry_of(session)
    changed = max(session.updated_at, session.offering.updated_at)
    event = Event()
    event.add("uid", f"session-{session.pk}@yinling")
    event.add("dtstamp", changed)
    event.add("last-modified", changed)
    event.add("created", session.created_at)
    event.add("sequence", max(0, int((changed - EPOCH).total_seconds())))
    event.add("dtstart", session.begins_at.astimezone(SHANGHAI))
    event.add("dtend", session.ends_at.astimezone(SHANGHAI))
    event.add("summary", f"{entry.title}（{entry.cancelled}）" if entry.cancelled else entry.title)
    event.add("location", entry.where)
    words = [entry.lesson, f"教师：{entry.teacher}" if entry.teacher else "", entry.cancelled, session.offering.note]
    event.add("description", "\n".join(word for word in words if word))
    event.add("url", address + reverse("courses:offering", args=[session.offering_id]))
    event.add("status", "CANCELLED" if entry.cancelled else "CONFIRMED")
    return event
