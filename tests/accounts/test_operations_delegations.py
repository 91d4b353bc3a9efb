"""Delegations: granting, accepting, ending, and what stands in the database."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.db import IntegrityError, transaction

from accounts.enums import DelegatedScope
from accounts.models import DelegatedAct, Delegation, MemberCard
from accounts.operations.delegations import accept_delegation, end_delegation, grant_delegation
from accounts.queries.delegations import find_delegate, given_lines, held_lines, scopes_of, standing_delegation
from core import clock
from core.errors import Refusal
from tests.accounts.factories import UserFactory
from tests.accounts.member_factories import MemberFactory, clerk_of, delegate_to, give_card
from tests.places.factories import region

pytestmark = pytest.mark.django_db
ENROL, LEARN = DelegatedScope.ENROL, DelegatedScope.LEARN


def grant(senior, delegate, **fields) -> Delegation:
    given = {"scopes": [ENROL], "last_day": clock.today() + dt.timedelta(30)}
    return grant_delegation(senior=senior, delegate=delegate, **(given | fields))


def test_a_delegation_counts_once_it_is_accepted():
    senior, son = MemberFactory().user, UserFactory(display_name="王小军")
    delegation = grant(senior, son, scopes=[LEARN, ENROL])
    assert standing_delegation(delegation.pk, delegate=son) is None
    assert [(line.accepts, line.acts) for line in held_lines(son)] == [(True, False)]
    accept_delegation(delegation=delegation, by=son)
    standing = standing_delegation(delegation.pk, delegate=son)
    assert standing is not None
    assert scopes_of(standing) == {ENROL, LEARN}
    assert [line.state for line in given_lines(senior)] == ["可以替您办"]


@pytest.mark.parametrize("days", [-1, 367, 4000])
def test_it_lasts_from_today_a_year_at_most(days):
    with pytest.raises(Refusal, match="一年以内"):
        grant(MemberFactory().user, UserFactory(), last_day=clock.today() + dt.timedelta(days))


def test_nobody_is_delegated_nothing_or_by_themselves():
    senior = MemberFactory().user
    with pytest.raises(Refusal, match="至少选一件"):
        grant(senior, UserFactory(), scopes=[])
    with pytest.raises(Refusal, match="不用委托自己"):
        grant(senior, senior)
    with pytest.raises(Refusal, match="停用"):
        grant(senior, UserFactory(is_active=False))
    assert not Delegation.objects.exists()


def test_the_database_holds_the_rules_too():
    senior, son = UserFactory(), UserFactory()
    today = clock.today()
    for wrong in (
        {"delegate": senior, "last_day": today},
        {"last_day": today - dt.timedelta(1)},
        {"last_day": today + dt.timedelta(367)},
        {"last_day": today, "granted_by": UserFactory()},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Delegation.objects.create(**{"senior": senior, "delegate": son, "valid_from": today} | wrong)
    delegate_to(son, senior, [ENROL], days=366)
    with pytest.raises(IntegrityError), transaction.atomic():
        delegate_to(son, senior, [LEARN])


def test_granting_again_replaces_what_the_pair_had():
    senior, son = MemberFactory().user, UserFactory()
    old = delegate_to(son, senior, [ENROL, LEARN])
    new = grant(senior, son, scopes=[LEARN])
    assert standing_delegation(old.pk, delegate=son) is None
    # The new one isn't accepted yet: until then there is none, not the old one.
    assert standing_delegation(new.pk, delegate=son) is None


def test_after_it_ran_out_the_pair_may_begin_anew():
    senior, son = MemberFactory().user, UserFactory()
    with time_machine.travel("2026-03-02 09:00:00+08:00", tick=False) as hand:
        delegate_to(son, senior, [ENROL], days=1)
        hand.shift(dt.timedelta(days=5))
        assert [line.state for line in given_lines(senior)] == ["已经到期"]
        assert held_lines(son) == []
        assert grant(senior, son).pk


@pytest.mark.parametrize("who", ["senior", "delegate", "staff"])
def test_either_of_them_or_the_staff_end_it_at_once(who):
    profile, son = MemberFactory(), UserFactory()
    people = {"senior": profile.user, "delegate": son, "staff": clerk_of(region("达拉特旗"))}
    delegation = delegate_to(son, profile.user, [ENROL])
    end_delegation(delegation=delegation, by=people[who])
    assert standing_delegation(delegation.pk, delegate=son) is None
    delegation.refresh_from_db()
    assert delegation.ended_by == people[who]
    with pytest.raises(Refusal, match="已经结束"):
        accept_delegation(delegation=delegation, by=son)


def test_strangers_neither_end_nor_accept():
    delegation = delegate_to(UserFactory(), MemberFactory().user, [ENROL], accepted=False)
    for stranger in (UserFactory(), clerk_of(region("乌审旗"))):
        with pytest.raises(Refusal, match="不归您管"):
            end_delegation(delegation=delegation, by=stranger)
        with pytest.raises(Refusal, match="不是给您的"):
            accept_delegation(delegation=delegation, by=stranger)


def test_at_a_counter_the_card_lies_there():
    profile, son, clerk = MemberFactory(), UserFactory(display_name="王小军"), clerk_of(region("达拉特旗"))
    give_card(profile.user)
    card = MemberCard.objects.get(user=profile.user)
    other = MemberFactory().user
    give_card(other)
    for wrong, words in (
        ({"clerk": clerk}, "带着会员卡"),
        ({"clerk": clerk, "card": MemberCard.objects.get(user=other)}, "带着会员卡"),
        ({"clerk": clerk_of(region("乌审旗")), "card": card}, "不归您负责"),
        ({"clerk": profile.user, "card": card}, "不能在柜台给自己"),
    ):
        with pytest.raises(Refusal, match=words):
            grant(profile.user, son, **wrong)
    with pytest.raises(Refusal, match="由您自己代办"):
        grant(profile.user, clerk, clerk=clerk, card=card)
    delegation = grant(profile.user, son, clerk=clerk, card=card)
    assert (delegation.granted_by, delegation.card, delegation.accepted_at) == (clerk, card, None)
    assert DelegatedAct.objects.get(person=profile.user).what == "登记委托：王小军"


def test_a_delegate_is_found_by_number_and_name_together_only():
    son = UserFactory(display_name="王小军", phone="13900001234")
    daughter = MemberFactory(full_name="王小红")
    assert find_delegate(number="139 0000 1234", name=" 王小军 ") == son
    assert find_delegate(number=daughter.grouped_number, name="王小红") == daughter.user
    said = set()
    for number, name in (("13900001234", "王小红"), ("13900009999", "王小红"), (daughter.number, "王小")):
        with pytest.raises(Refusal) as refused:
            find_delegate(number=number, name=name)
        said.add(refused.value.sentence.replace(name, "…"))
    assert len(said) == 1
    for number, name in (("", ""), ("x" * 500, "y" * 500), ("13900001234", "")):
        with pytest.raises(Refusal, match="没有找到"):
            find_delegate(number=number, name=name)
