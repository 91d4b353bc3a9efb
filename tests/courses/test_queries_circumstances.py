"""What a clerk checked gives priority in a draw, and nothing else does."""

from __future__ import annotations

import datetime as dt

import pytest

from accounts.enums import Circumstance
from accounts.operations.circumstances import check_circumstance, state_circumstance
from core import clock
from courses import priority
from courses.enums import PriorityGroup
from tests.accounts.member_factories import MemberFactory, clerk_of
from tests.places.factories import region

pytestmark = pytest.mark.django_db


def test_the_two_lists_are_one():
    assert set(Circumstance.values) == set(PriorityGroup.values)


def test_a_checked_circumstance_is_a_group_of_the_draw_until_its_last_day():
    clerk, checked, stated = clerk_of(region("达拉特旗")), MemberFactory(), MemberFactory()
    until = clock.today() + dt.timedelta(30)
    row = state_circumstance(profile=checked, kind=Circumstance.CARER, by=clerk)
    check_circumstance(circumstance=row, clerk=clerk, evidence="残疾证", valid_until=until)
    state_circumstance(profile=stated, kind=Circumstance.ALONE, by=clerk)
    people = [checked.user_id, stated.user_id]
    assert priority.groups_of(people, on=until) == {checked.user_id: frozenset({PriorityGroup.CARER})}
    assert priority.groups_of(people, on=until + dt.timedelta(1)) == {}
