"""Enrolling and reading the timetable for somebody who asked one to."""

from __future__ import annotations

import uuid

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts.acts import acts_of
from accounts.enums import DelegatedScope
from accounts.models import User
from courses.models import CalendarFeed, Enrolment
from courses.operations.calendar_feeds import renew_feed
from courses.operations.enrolling import enrol
from tests.accounts.factories import UserFactory
from tests.accounts.member_factories import delegate_to
from tests.courses.enrolment import IN_WINDOW, senior
from tests.courses.factories import OfferingFactory, SessionFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_window():
    with time_machine.travel(IN_WINDOW, tick=False) as clock:
        yield clock


def acting_for(mother: User, son: User, *scopes: DelegatedScope) -> Client:
    client = Client(headers={"accept": "text/html"})
    client.force_login(son)
    client.post(reverse("accounts:acting-start", args=[delegate_to(son, mother, scopes).pk]))
    return client


def test_the_seat_is_the_seniors_and_says_who_took_it():
    mother, son = senior(), UserFactory(display_name="王小军")
    offering = OfferingFactory(course__title="书法")
    his = acting_for(mother, son, DelegatedScope.ENROL)
    done = his.post(reverse("courses:enrol", args=[offering.pk]), {"press": str(uuid.uuid4())}, follow=True)
    assert "报上名了" in done.content.decode()
    row = Enrolment.objects.get()
    assert (row.person, row.acted_by) == (mother, son)
    assert [(act.by, act.what) for act in acts_of(mother)] == [("王小军", "《书法》报上名")]
    his.post(reverse("courses:withdraw", args=[row.pk]))
    row.refresh_from_db()
    assert row.ended_at is not None


def test_without_leave_to_enrol_nobody_is_enrolled():
    mother, son = senior(), UserFactory()
    offering = OfferingFactory()
    his = acting_for(mother, son, DelegatedScope.LEARN)
    refused = his.post(reverse("courses:enrol", args=[offering.pk]), {"press": str(uuid.uuid4())})
    assert refused.status_code == 403
    assert "没有委托您办“报名和退课”" in refused.content.decode()
    assert not Enrolment.objects.exists()


def test_the_timetable_is_read_for_the_senior_without_her_private_address():
    mother, son = senior(), UserFactory()
    enrol(offering_id=SessionFactory(offering__course__title="马头琴").offering_id, person=mother)
    renew_feed(person=mother)
    token = CalendarFeed.objects.get().token
    his = acting_for(mother, son, DelegatedScope.LEARN)
    html = his.get(reverse("courses:timetable") + "?week=2026-03-02").content.decode()
    assert "马头琴" in html
    assert token not in html
    assert "放进手机日历" not in html
    assert his.post(reverse("courses:feed-renew")).status_code == 403
    assert CalendarFeed.objects.get().token == token
    mine = Client()
    mine.force_login(mother)
    assert token in mine.get(reverse("courses:timetable")).content.decode()
