"""Becoming a member at the counter."""

from __future__ import annotations

import datetime as dt
import threading
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction

from accounts import numbers
from accounts.enums import Circumstance, Gender, Role
from accounts.errors import LikelyDuplicate
from accounts.models import DelegatedAct, MemberProfile, MemberSeries, User
from accounts.operations.profiles import correct_profile
from accounts.operations.registration import complete_profile, register_member
from core.errors import Refusal
from places.models import Region
from tests.accounts.factories import UserFactory
from tests.accounts.member_factories import MemberFactory, clerk_of
from tests.places.factories import AcademySiteFactory, region

pytestmark = pytest.mark.django_db


def register(clerk: User, **fields: Any) -> MemberProfile:
    given: dict[str, Any] = {
        "full_name": "王秀英",
        "birth_year": 1950,
        "gender": Gender.FEMALE,
        "region": region("树林召镇"),
        "consented": True,
    }
    return register_member(clerk=clerk, **(given | fields))


@pytest.fixture
def clerk() -> User:
    return clerk_of(region("达拉特旗"))


@time_machine.travel("2026-03-02 09:00:00+08:00", tick=False)
def test_a_person_without_a_phone_gets_an_account_nobody_can_guess_a_password_of(clerk: User) -> None:
    profile = register(clerk, circumstances=frozenset({Circumstance.ALONE}))
    assert profile.number[:4] == "2126"
    assert numbers.parse(profile.number) == profile.number
    assert profile.user.phone is None
    assert not profile.user.has_usable_password()
    assert profile.user.groups.get().name == Role.SENIOR
    assert profile.acted_by == clerk
    assert profile.circumstances.get().acted_by == clerk
    assert DelegatedAct.objects.get(person=profile.user).what == "登记为会员"


@time_machine.travel("2026-12-31 23:59:00+08:00", tick=False)
def test_numbers_run_by_banner_and_year(clerk: User) -> None:
    first, second = register(clerk), register(clerk, full_name="李长顺")
    assert (first.number[4:9], second.number[4:9]) == ("00001", "00002")
    elsewhere = register(clerk_of(region("鄂尔多斯市")), full_name="赵四", region=region("乌审旗"))
    assert elsewhere.number[:9] == "262600001"
    with time_machine.travel("2027-01-01 00:00:00+08:00", tick=False):
        assert register(clerk, full_name="钱五").number[:9] == "212700001"


def test_a_banner_keeps_its_code_through_a_new_name(clerk: User) -> None:
    register(clerk)
    banner = region("达拉特旗")
    banner.name = "新达旗"
    banner.save()
    assert register(clerk, full_name="李长顺").number[:2] == "21"


def test_a_new_banner_gets_a_spare_code(clerk: User) -> None:
    city = region("鄂尔多斯市")
    new = Region.objects.create(level="banner", kind="区", name="新区", parent=city, path=f"{city.path}999999/")
    assert register(clerk_of(city), region=new).number[:2] == "80"


def test_when_the_numbers_are_used_up_nothing_is_half_made(clerk: User) -> None:
    register(clerk)
    MemberSeries.objects.update(last=numbers.LAST)
    people = User.objects.count()
    with pytest.raises(Refusal, match="会员号用完"):
        register(clerk, full_name="李长顺")
    assert User.objects.count() == people


def test_without_consent_nothing_is_kept(clerk: User) -> None:
    with pytest.raises(Refusal, match="同意书"):
        register(clerk, consented=False)
    assert not MemberProfile.objects.exists()


def test_clerks_register_only_people_they_answer_for() -> None:
    site = AcademySiteFactory()
    at_site, banner = clerk_of(site), clerk_of(region("准格尔旗"))
    for clerk, place in ((banner, None), (at_site, None), (UserFactory(role=Role.SITE), site)):
        with pytest.raises(Refusal, match="不归您负责"):
            register(clerk, site=place)
    # Whoever lives elsewhere but comes to the site is the site's.
    assert register(at_site, site=site, region=region("准格尔旗")).site == site


def test_the_same_name_and_year_in_one_banner_is_asked_about(clerk: User) -> None:
    MemberFactory(full_name="王秀英", birth_year=1950, region=region("展旦召苏木"))
    with pytest.raises(LikelyDuplicate, match="同名、同年出生"):
        register(clerk)
    assert MemberProfile.objects.count() == 1
    register(clerk, insist=True)
    assert MemberProfile.objects.count() == 2


def test_namesakes_of_another_banner_or_year_are_other_people(clerk: User) -> None:
    MemberFactory(full_name="王秀英", birth_year=1950, region=region("乌审旗"))
    MemberFactory(full_name="王秀英", birth_year=1951)
    assert register(clerk).full_name == "王秀英"


def test_a_phone_belongs_to_one_account_however_much_one_insists(clerk: User) -> None:
    MemberFactory(full_name="李长顺", user__phone="13800001234")
    with pytest.raises(Refusal, match=r"138\*\*\*\*1234") as refused:
        register(clerk, phone="13800001234", insist=True)
    assert "李长顺" not in refused.value.sentence


def test_whoever_signed_in_by_phone_before_keeps_the_account(clerk: User) -> None:
    holder = UserFactory(phone="13800001234", role=Role.SENIOR)
    with pytest.raises(LikelyDuplicate, match="已经有账号"):
        register(clerk, phone="13800001234")
    assert register(clerk, phone="13800001234", insist=True).user == holder


def test_a_clerk_cannot_become_somebody_elses_member(clerk: User) -> None:
    UserFactory(phone="13800001234", role=Role.EDITOR)
    with pytest.raises(Refusal, match="另一个账号"):
        register(clerk, phone="13800001234", insist=True)


@pytest.mark.parametrize("year", [1899, 2999])
def test_years_nobody_was_born_in(clerk: User, year: int) -> None:
    with pytest.raises(Refusal, match="出生年份"):
        register(clerk, birth_year=year)


def test_people_who_signed_in_say_themselves_who_they_are_once() -> None:
    user = UserFactory(phone="13800001234")
    given: dict[str, Any] = {
        "full_name": "李长顺",
        "birth_year": 1950,
        "gender": Gender.MALE,
        "region": region("乌审旗"),
    }
    with pytest.raises(Refusal, match="我同意"):
        complete_profile(user=user, **given)
    profile = complete_profile(user=user, consented=True, **given)
    assert profile.acted_by is None
    with pytest.raises(Refusal, match="已经登记过"):
        complete_profile(user=user, consented=True, **given)


def correct(profile: MemberProfile, clerk: User, **fields: Any) -> MemberProfile:
    same = ("full_name", "birth_year", "gender", "region", "site", "contact_name", "contact_phone")
    given = {name: getattr(profile, name) for name in same} | {"phone": profile.user.phone}
    return correct_profile(profile=profile, clerk=clerk, **(given | fields))


def test_a_phone_can_be_added_later_and_the_number_stays(clerk: User) -> None:
    profile = register(clerk)
    corrected = correct(profile, clerk, phone="13800001234", full_name="王秀莲")
    corrected.user.refresh_from_db()
    assert (corrected.user.phone, corrected.number) == ("13800001234", profile.number)
    assert [act.what for act in DelegatedAct.objects.filter(person=profile.user)] == ["更正会员资料", "登记为会员"]


def test_a_phone_that_is_taken_changes_nothing_at_all(clerk: User) -> None:
    UserFactory(phone="13800001234")
    profile = register(clerk)
    with pytest.raises(Refusal, match="另一个账号"):
        correct(profile, clerk, phone="13800001234", full_name="王秀莲")
    profile.refresh_from_db()
    assert profile.full_name == "王秀英"


def test_a_clerk_does_not_take_over_a_colleagues_account(clerk: User) -> None:
    profile = MemberFactory(user=UserFactory(role=Role.EDITOR, phone="13800001234"))
    with pytest.raises(Refusal, match="工作人员"):
        correct(profile, clerk, phone="13900001234")


def test_a_clerk_neither_corrects_strangers_nor_sends_members_away(clerk: User) -> None:
    with pytest.raises(Refusal, match="不归您负责"):
        correct(MemberFactory(region=region("乌审旗")), clerk)
    with pytest.raises(Refusal, match="看不到这位会员"):
        correct(MemberFactory(), clerk, region=region("乌审旗"))


def test_contact_has_a_name_and_a_phone_or_neither() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        MemberFactory(contact_phone="")
    assert MemberFactory(contact_name="", contact_phone="").contact_name == ""


@pytest.mark.django_db(transaction=True)
def test_two_clerks_at_once_never_give_out_one_number() -> None:
    clerk = clerk_of(region("达拉特旗"))
    made: list[str] = []
    start = threading.Barrier(4)

    def work(name: str) -> None:
        start.wait()
        try:
            made.append(register(clerk, full_name=name).number)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(f"会员{n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(number[4:9] for number in made) == ["00001", "00002", "00003", "00004"]
    assert dt.date.today().year % 100 == int(made[0][2:4])  # noqa: DTZ011
