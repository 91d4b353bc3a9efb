"""What others enrolled a person in, and put them down for."""

from __future__ import annotations

import datetime as dt

import pytest

from accounts.acts import acts_of
from core import clock
from courses.enums import EnrolmentAct
from courses.models import EnrolmentEvent
from courses.queries.acts import activities_by_others
from tests.accounts.factories import UserFactory
from tests.courses.factories import ActivityPlaceFactory, EnrolmentFactory, OfferingFactory

pytestmark = pytest.mark.django_db


def test_only_what_somebody_else_did_is_told(django_assert_num_queries):
    person, son, now = UserFactory(), UserFactory(display_name="王小军"), clock.now()
    mine = EnrolmentFactory(person=person, offering=OfferingFactory(course__title="太极拳"))
    others = EnrolmentFactory(offering=mine.offering)
    for enrolment, act, by, hours in (
        (mine, EnrolmentAct.APPLIED, None, 0),
        (mine, EnrolmentAct.ENROLLED, son, 1),
        (mine, EnrolmentAct.RESEATED, person, 2),
        (mine, EnrolmentAct.WITHDRAWN, son, 3),
        (others, EnrolmentAct.ENROLLED, son, 4),
    ):
        EnrolmentEvent.objects.create(
            enrolment=enrolment, act=act, acted_by=by, happened_at=now + dt.timedelta(hours=hours)
        )
    with django_assert_num_queries(3):
        found = acts_of(person)
    assert [(act.by, act.what) for act in found] == [("王小军", "《太极拳》退出"), ("王小军", "《太极拳》报上名")]


def test_activities_somebody_else_put_one_down_for_are_told():
    helper = UserFactory(display_name="小张")
    place = ActivityPlaceFactory(acted_by=helper, activity__title="剪纸")
    ActivityPlaceFactory(person=place.person)
    (act,) = activities_by_others(place.person)
    assert (act.by, act.what) == ("小张", "报名活动《剪纸》")
