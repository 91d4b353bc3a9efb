"""A helper with a delegation puts a senior down for an activity and signs them in; without it, nothing is done."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine

from accounts.enums import DelegatedScope
from courses.models import ActivityPlace, Attendance, TeamMember
from courses.sign_codes import spoken_code
from tests.accounts.factories import UserFactory
from tests.accounts.member_factories import MemberFactory, delegate_to
from tests.courses.factories import SHANGHAI, ActivityFactory, LearningTeamFactory

pytestmark = pytest.mark.django_db
MORNING = dt.datetime(2026, 3, 10, 8, 50, tzinfo=SHANGHAI)


@pytest.fixture(autouse=True)
def _that_morning():
    with time_machine.travel(MORNING, tick=False):
        yield


@pytest.mark.parametrize(("scope", "is_done"), [(DelegatedScope.ATTEND, True), (DelegatedScope.LEARN, False)])
def test_only_what_was_asked_of_the_helper_is_done(client, scope, is_done):
    senior, son, activity = MemberFactory().user, UserFactory(), ActivityFactory()
    client.force_login(son)
    client.post(f"/account/delegations/{delegate_to(son, senior, [scope]).pk}/act/")
    path = f"/courses/activities/{activity.pk}/"
    client.post(f"{path}come/")
    client.post(f"{path}sign/", {"way": "in", "key": "k", "code": spoken_code(activity.pk, MORNING)})
    client.post(f"/courses/teams/{LearningTeamFactory().pk}/join/")
    if not is_done:
        assert not ActivityPlace.objects.exists()
        assert not Attendance.objects.exists()
        assert not TeamMember.objects.filter(person__in=[senior, son]).exists()
        return
    place, there = ActivityPlace.objects.get(), Attendance.objects.get()
    assert (place.person, place.acted_by) == (senior, son)
    assert (there.person, there.in_keyed_by) == (senior, son)
    assert TeamMember.objects.get(person=senior).acted_by == son
    assert "您报了名" in client.get(path).content.decode()


def test_who_acts_for_another_does_not_lead_or_share_meanwhile(client):
    team, senior = LearningTeamFactory(), MemberFactory().user
    client.force_login(team.leader)
    delegation = delegate_to(team.leader, senior, [DelegatedScope.ATTEND])
    client.post(f"/account/delegations/{delegation.pk}/act/")
    client.post(f"/courses/teams/{team.pk}/share/", {"title": "给谁的", "text": "不清楚"})
    assert not team.materials.exists()
