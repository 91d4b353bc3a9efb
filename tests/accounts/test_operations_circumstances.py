"""优先情形, looks at personal details, and who may do either."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.db import IntegrityError, transaction

from accounts.access import members_for
from accounts.enums import Circumstance, PersonalDetail, Role
from accounts.models import DelegatedAct, MemberCircumstance, ProfileLook, User
from accounts.operations.circumstances import check_circumstance, end_circumstance, state_circumstance
from accounts.operations.looks import look_at
from accounts.queries.members import circumstance_lines, matching, priority_circumstances
from core import clock
from core.errors import Refusal
from tests.accounts.factories import UserFactory
from tests.accounts.member_factories import MemberFactory, clerk_of
from tests.places.factories import AcademySiteFactory, region

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk() -> User:
    return clerk_of(region("达拉特旗"))


@time_machine.travel("2026-03-02 09:00:00+08:00", tick=False)
def test_only_what_was_checked_and_is_in_date_gives_priority(clerk: User, django_assert_num_queries) -> None:
    profile, other = MemberFactory(), MemberFactory()
    stated = state_circumstance(profile=profile, kind=Circumstance.LOW_INCOME, by=profile.user)
    assert priority_circumstances([profile.user_id], on=clock.today()) == {}
    assert circumstance_lines(profile)[0].state == "还没有核对证件"
    check_circumstance(circumstance=stated, clerk=clerk, evidence="低保证", valid_until=dt.date(2026, 12, 31))
    state_circumstance(profile=other, kind=Circumstance.ALONE, by=clerk)
    with django_assert_num_queries(1):
        found = priority_circumstances([profile.user_id, other.user_id], on=dt.date(2026, 12, 31))
    assert found == {profile.user_id: frozenset({Circumstance.LOW_INCOME})}
    assert priority_circumstances([profile.user_id], on=dt.date(2027, 1, 1)) == {}
    with time_machine.travel("2027-01-01 09:00:00+08:00", tick=False):
        assert "到期" in circumstance_lines(profile)[0].state


def test_one_kind_stands_once_and_may_come_back(clerk: User) -> None:
    profile = MemberFactory()
    first = state_circumstance(profile=profile, kind=Circumstance.CARER, by=clerk)
    with pytest.raises(Refusal, match="已经记过"):
        state_circumstance(profile=profile, kind=Circumstance.CARER, by=clerk)
    end_circumstance(circumstance=first, by=profile.user)
    end_circumstance(circumstance=first, by=profile.user)
    assert circumstance_lines(profile) == []
    state_circumstance(profile=profile, kind=Circumstance.CARER, by=clerk)
    assert profile.circumstances.count() == 2


@time_machine.travel("2026-03-02", tick=False)
def test_eighty_is_eighty(clerk: User) -> None:
    with pytest.raises(Refusal, match="还不到 80 岁"):
        state_circumstance(profile=MemberFactory(birth_year=1947), kind=Circumstance.AGED, by=clerk)
    assert state_circumstance(profile=MemberFactory(birth_year=1946), kind=Circumstance.AGED, by=clerk).pk


def test_nobody_checks_their_own_and_strangers_touch_nothing(clerk: User) -> None:
    own = MemberFactory(user=clerk)
    stated = state_circumstance(profile=own, kind=Circumstance.ALONE, by=clerk)
    until = clock.today() + dt.timedelta(30)
    with pytest.raises(Refusal, match="不能自己核对"):
        check_circumstance(circumstance=stated, clerk=clerk, evidence="证明", valid_until=until)
    stranger = clerk_of(region("乌审旗"))
    for refused in (
        lambda: check_circumstance(circumstance=stated, clerk=stranger, evidence="证明", valid_until=until),
        lambda: end_circumstance(circumstance=stated, by=stranger),
        lambda: state_circumstance(profile=own, kind=Circumstance.DISABLED, by=stranger),
    ):
        with pytest.raises(Refusal):
            refused()
    stated.refresh_from_db()
    assert (stated.checked_on, stated.ended_at) == (None, None)


@pytest.mark.parametrize(("evidence", "days"), [("  ", 30), ("低保证", -1), ("低保证", 3000)])
def test_a_check_names_its_evidence_and_a_likely_date(clerk: User, evidence: str, days: int) -> None:
    stated = state_circumstance(profile=MemberFactory(), kind=Circumstance.ALONE, by=clerk)
    with pytest.raises(Refusal, match="没有保存"):
        check_circumstance(
            circumstance=stated, clerk=clerk, evidence=evidence, valid_until=clock.today() + dt.timedelta(days)
        )


def test_half_a_check_cannot_be_stored() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        MemberCircumstance.objects.create(
            profile=MemberFactory(), kind=Circumstance.ALONE, checked_on=clock.today(), checked_by=UserFactory()
        )


def test_a_look_is_on_record_before_anything_is_shown_and_refused_to_strangers(clerk: User) -> None:
    profile = MemberFactory()
    for stranger in (clerk_of(region("乌审旗")), UserFactory(), UserFactory(role=Role.EDITOR), profile.user):
        with pytest.raises(Refusal, match="不归您负责"):
            look_at(viewer=stranger, profile=profile, detail=PersonalDetail.PHONE)
    assert not ProfileLook.objects.exists()
    look_at(viewer=clerk, profile=profile, detail=PersonalDetail.PHONE)
    assert (profile.looks.get().viewer, profile.looks.get().detail) == (clerk, "phone")


def test_what_was_written_of_looks_and_acts_stays(clerk: User) -> None:
    profile = MemberFactory()
    look_at(viewer=clerk, profile=profile, detail=PersonalDetail.PHONE)
    DelegatedAct.objects.create(person=profile.user, by=clerk, what="登记", at=clock.now())
    for rows in (ProfileLook.objects.all(), DelegatedAct.objects.all()):
        for change in (lambda rows=rows: rows.update(at=clock.now()), rows.delete):
            with pytest.raises(IntegrityError), transaction.atomic():
                change()
    assert (ProfileLook.objects.count(), DelegatedAct.objects.count()) == (1, 1)


def test_members_are_listed_by_region_and_by_home_site(clerk: User) -> None:
    site = AcademySiteFactory(region=region("乌审旗"))
    here, visitor, away = (
        MemberFactory(),
        MemberFactory(region=region("乌审旗"), site=site),
        MemberFactory(region=region("乌审旗")),
    )
    assert set(members_for(clerk)) == {here}
    assert set(members_for(clerk_of(site))) == {visitor}
    assert set(members_for(UserFactory(role=Role.ADMIN))) == {here, visitor, away}
    assert not members_for(UserFactory(role=Role.TEACHER)).exists()


def test_members_are_found_by_name_number_and_last_digits(clerk: User) -> None:
    wang = MemberFactory(full_name="王秀英", user__phone="13800001234")
    li = MemberFactory(full_name="李长顺", user__phone="13900005678")
    rows = members_for(clerk)
    assert set(matching(rows, "秀英")) == {wang}
    assert set(matching(rows, "5678")) == {li}
    assert set(matching(rows, wang.grouped_number)) == {wang}
    assert set(matching(rows, "139 0000 5678")) == {li}
    assert set(matching(rows, " ")) == {wang, li}
    assert not matching(rows, "3900").exists()
    assert not matching(rows, "%' OR 1=1 --").exists()
