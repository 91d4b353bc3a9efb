"""What others enrolled a person in."""

from __future__ import annotations

import pytest

from accounts.acts import acts_of
from tests.accounts.factories import UserFactory
from tests.courses.factories import EnrolmentFactory, OfferingFactory

pytestmark = pytest.mark.django_db


def test_only_what_somebody_else_did_is_told(django_assert_num_queries):
    person, son = UserFactory(), UserFactory(display_name="王小军")
    EnrolmentFactory(person=person)
    EnrolmentFactory(acted_by=son)
    mine = EnrolmentFactory(person=person, acted_by=son, offering=OfferingFactory(course__title="太极拳"))
    with django_assert_num_queries(2):
        found = acts_of(person)
    assert [(act.at, act.by, act.what) for act in found] == [
        (mine.applied_at, "王小军", "报名《太极拳》"),
    ]
