"""The timetable: by week, on paper, and in somebody's calendar program."""

from __future__ import annotations

import datetime as dt
import re
import zlib
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from icalendar import Calendar

from courses.enums import EnrolmentState
from courses.models import CalendarFeed, Session
from courses.operations.calendar_feeds import renew_feed
from courses.operations.enrolling import withdraw
from courses.queries.timetable import WEEK, days_between
from tests.courses.enrolment import FIRST_DAY, cancel, senior
from tests.courses.factories import SHANGHAI, EnrolmentFactory, LessonFactory, OfferingFactory, SessionFactory

pytestmark = pytest.mark.django_db
TODAY = dt.datetime(2026, 2, 27, 10, 0, tzinfo=SHANGHAI)


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(TODAY, tick=False) as clock:
        yield clock


@pytest.fixture
def person(client: Client) -> Any:
    person = senior(display_name="王阿姨")
    client.force_login(person)
    return person


@pytest.fixture
def session(person) -> Session:
    """Monday 2 March, 9:00 to 10:30, a week later again; somebody else's beside it."""
    offering = OfferingFactory(course__title="书法", site__name="树林召学堂")
    EnrolmentFactory(offering=offering, person=person)
    SessionFactory(offering=offering, begins_at=FIRST_DAY + dt.timedelta(days=7))
    SessionFactory(offering=OfferingFactory(course__title="别人的课"))
    return SessionFactory(offering=offering, begins_at=FIRST_DAY, lesson=LessonFactory(title="握笔"))


def week(client, day: str = "") -> str:
    return client.get(reverse("courses:timetable"), {"week": day} if day else {}).content.decode()


def test_a_week_in_plain_words(client, session, today):
    page = week(client)
    assert "这一周没有课" in page
    assert "下一次：3 月 2 日（星期一）09:00–10:30，书法，树林召学堂" in page
    page = week(client, "2026-03-08")
    for words in ("3 月 2 日（星期一）", "09:00–10:30", "书法", "握笔", "树林召学堂", "老师"):
        assert words in page
    assert "别人的课" not in page
    today.move_to(FIRST_DAY)
    assert "3 月 2 日（星期一），今天" in week(client)


NONSENSE = ["", "x", "2026-13-40", "9999-12-31", "0001-01-01", "\x00", "2026-02-27T10:00", "1" * 999]


@pytest.mark.parametrize("day", NONSENSE)
def test_an_address_of_nonsense_is_this_week(client, person, day):
    page = week(client, day)
    assert "这一周，" in page
    assert "2 月 23 日（星期一）到3 月 1 日（星期日）" in page


def test_who_waits_applies_or_left_has_no_timetable(client, session):
    row = session.offering.enrolments.get()
    withdraw(enrolment_id=row.pk)
    assert "书法" not in week(client, "2026-03-02")
    for state in (EnrolmentState.WAITING, EnrolmentState.APPLIED):
        EnrolmentFactory(offering=OfferingFactory(), person=row.person, state=state)
    assert "后面也没有排好的课" in week(client)


def test_what_is_cancelled_says_so(client, session):
    session.cancelled_at, session.cancelled_reason = TODAY, "教师生病"
    session.save()
    assert "停课：教师生病" in week(client, "2026-03-02")
    cancel(session.offering)
    assert "这个班取消了" in week(client, "2026-03-02")


def test_a_week_costs_the_same_with_many_sessions(client, session, django_assert_num_queries):
    week(client, "2026-03-02")
    with django_assert_num_queries(7):
        client.get(reverse("courses:timetable"), {"week": "2026-03-02"})
    for number in range(1, 6):
        SessionFactory(offering=session.offering, begins_at=FIRST_DAY + dt.timedelta(hours=2 * number))
    with django_assert_num_queries(7):
        client.get(reverse("courses:timetable"), {"week": "2026-03-02"})


def inside(pdf: bytes) -> bytes:
    """What the compressed parts of a PDF say."""
    parts = re.findall(rb"stream\r?\n(.*?)endstream", pdf, re.DOTALL)
    return b"".join(zlib.decompressobj().decompress(part) for part in parts if part[:1] == b"x")


def test_the_paper_is_a4_with_the_sessions_on_it(client, session):
    for span in ("", "half", "<script>"):
        answer = client.get(reverse("courses:timetable-print"), {"span": span})
        assert answer["Content-Type"] == "application/pdf"
        assert answer.content.startswith(b"%PDF-")
        assert re.search(rb"/MediaBox \[ ?0 0 595\.\d+ 841\.\d+", answer.content + inside(answer.content))
    (day, _) = days_between(session.offering.enrolments.get().person, FIRST_DAY.date(), FIRST_DAY.date() + WEEK)
    assert [(entry.when, entry.title) for entry in day.entries] == [("09:00–10:30", "书法")]


def feed_of(client: Client, person: Any) -> str:
    client.post(reverse("courses:feed-renew"))
    return reverse("courses:timetable-feed", args=[CalendarFeed.objects.get(person=person, revoked_at=None).token])


def events_in(answer: Any) -> list[Any]:
    return list(Calendar.from_ical(answer.content).walk("VEVENT"))


def test_the_feed_is_a_calendar_of_shanghai_and_stays_the_same_text(client, person, session):
    url = feed_of(client, person)
    first, second = Client().get(url), Client().get(url)
    assert first["Content-Type"] == "text/calendar; charset=utf-8"
    assert first.content == second.content
    calendar = Calendar.from_ical(first.content)
    assert [zone["TZID"] for zone in calendar.walk("VTIMEZONE")] == ["Asia/Shanghai"]
    event = events_in(first)[0]
    assert b"DTSTART;TZID=Asia/Shanghai:20260302T090000" in first.content
    assert (event["UID"], event["STATUS"], event["SUMMARY"]) == (f"session-{session.pk}@yinling", "CONFIRMED", "书法")
    assert event["LOCATION"] == "树林召学堂"
    assert event["DTEND"].dt - event["DTSTART"].dt == dt.timedelta(minutes=90)
    assert Client().get(url, headers={"If-None-Match": first["ETag"]}).status_code == 304


def test_a_change_keeps_the_uid_and_raises_the_sequence(client, person, session, today):
    url = feed_of(client, person)
    before = events_in(Client().get(url))[0]
    today.move_to(TODAY + dt.timedelta(minutes=5))
    session.begins_at += dt.timedelta(hours=1)
    session.ends_at += dt.timedelta(hours=1)
    session.save()
    moved = events_in(Client().get(url))[0]
    assert moved["UID"] == before["UID"]
    assert int(moved["SEQUENCE"]) > int(before["SEQUENCE"])
    today.move_to(TODAY + dt.timedelta(minutes=10))
    session.cancelled_at, session.cancelled_reason = TODAY, "停电"
    session.save()
    cancelled = events_in(Client().get(url))[0]
    assert (cancelled["STATUS"], cancelled["UID"]) == ("CANCELLED", before["UID"])
    assert int(cancelled["SEQUENCE"]) > int(moved["SEQUENCE"])
    assert "停电" in cancelled["SUMMARY"]
    cancel(session.offering)
    assert {event["STATUS"] for event in events_in(Client().get(url))} == {"CANCELLED"}


def test_what_people_type_breaks_no_line_of_the_feed(client, person, session):
    session.offering.note = "第一行\r\nBEGIN:VEVENT\r\n,;\\" + "长" * 300
    session.offering.save()
    events = events_in(Client().get(feed_of(client, person)))
    assert len(events) == 2
    assert "BEGIN:VEVENT" in events[0]["DESCRIPTION"]


def test_a_feed_taken_back_shows_nothing_and_neither_does_that_of_somebody_removed(client, person, session):
    old = feed_of(client, person)
    new = feed_of(client, person)
    assert new != old
    assert events_in(Client().get(old)) == []
    assert len(events_in(Client().get(new))) == 2
    withdraw(enrolment_id=session.offering.enrolments.get().pk)
    assert events_in(Client().get(new)) == []
    session.offering.enrolments.all().delete()
    EnrolmentFactory(offering=session.offering, person=person)
    assert len(events_in(Client().get(new))) == 2
    person.is_active = False
    person.save()
    assert events_in(Client().get(new)) == []
    person.is_active = True
    person.save()
    client.post(reverse("courses:feed-revoke"))
    assert events_in(Client().get(new)) == []
    assert reverse("courses:timetable-feed", args=["x"]) not in week(client)


def test_nobody_guesses_an_address(client, person):
    token = renew_feed(person=person).token
    assert len(token) >= 43
    assert Client().get(reverse("courses:timetable-feed", args=["0" * 43])).status_code == 404
    assert Client().get(reverse("courses:timetable-feed", args=["x" * 4000])).status_code == 404
    assert Client().get(reverse("courses:timetable")).status_code == 302
    assert Client().get(reverse("courses:timetable-print")).status_code == 302
