"""Kiosks: opening, closing, and the four digits with their limits."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine

from accounts import numbers
from accounts.enums import Role
from accounts.models import Kiosk, KioskPin
from accounts.operations.kiosks import (
    LOCKED,
    MOST_KIOSK_MISSES,
    PAUSED,
    SLIP,
    WRONG,
    close_kiosk,
    open_kiosk,
    set_pin,
    sign_in_by_number,
)
from accounts.queries.cards import INACTIVE
from accounts.queries.kiosks import kiosks_for, open_kiosk_by_key
from core import clock
from core.errors import Refusal
from tests.accounts.factories import UserFactory
from tests.accounts.member_factories import KioskFactory, MemberFactory, clerk_of
from tests.places.factories import AcademySiteFactory, region

pytestmark = pytest.mark.django_db


@pytest.fixture
def kiosk() -> Kiosk:
    return KioskFactory()


def member_with(pin: str):
    profile = MemberFactory()
    set_pin(profile=profile, pin=pin, by=profile.user)
    return profile


def refused(kiosk: Kiosk, number: str, pin: str) -> str:
    with pytest.raises(Refusal) as refusal:
        sign_in_by_number(kiosk=kiosk, number=number, pin=pin)
    return refusal.value.sentence


def test_number_and_digits_open_a_kiosk(kiosk):
    profile = member_with("2580")
    assert sign_in_by_number(kiosk=kiosk, number=profile.grouped_number, pin="２５８０") == profile.user
    kiosk.refresh_from_db()
    assert kiosk.seen_at is not None
    assert "2580" not in KioskPin.objects.get().hashed


def test_an_unknown_number_and_wrong_digits_sound_the_same(kiosk):
    profile = member_with("2580")
    unknown = numbers.compose(code="27", year=2026, running=99)
    assert refused(kiosk, unknown, "2580") == refused(kiosk, profile.number, "1111") == WRONG


def test_a_slip_in_the_number_costs_no_try(kiosk):
    profile = member_with("2580")
    assert refused(kiosk, profile.number[:-1] + str((int(profile.number[-1]) + 1) % 10), "2580") == SLIP
    assert refused(kiosk, "王秀英", "2580") == SLIP
    kiosk.refresh_from_db()
    assert kiosk.misses == 0


def test_five_wrong_tries_lock_the_digits_until_they_are_set_anew(kiosk):
    profile = member_with("2580")
    assert [refused(KioskFactory(), profile.number, "0000") for _ in range(4)] == [WRONG] * 4
    assert refused(KioskFactory(), profile.number, "0000") == LOCKED
    with time_machine.travel(clock.now() + dt.timedelta(days=30), tick=False):
        assert refused(kiosk, profile.number, "2580") == LOCKED
    set_pin(profile=profile, pin="1379", by=clerk_of(region("达拉特旗")))
    assert sign_in_by_number(kiosk=kiosk, number=profile.number, pin="1379") == profile.user


def test_a_right_try_forgets_the_wrong_ones(kiosk):
    profile = member_with("2580")
    for _ in range(3):
        for _ in range(2):
            assert refused(KioskFactory(), profile.number, "0000") == WRONG
        assert sign_in_by_number(kiosk=KioskFactory(), number=profile.number, pin="2580") == profile.user


def test_trying_one_number_after_another_pauses_the_kiosk_for_ten_minutes(kiosk):
    profile = member_with("2580")
    with time_machine.travel("2026-03-02 09:00:00+08:00", tick=False) as clock_hand:
        for running in range(MOST_KIOSK_MISSES):
            unknown = numbers.compose(code="27", year=2026, running=running + 1)
            assert refused(kiosk, unknown, "2580") == WRONG
        assert refused(kiosk, profile.number, "2580") == PAUSED
        # Another screen still works for those it knows.
        assert sign_in_by_number(kiosk=KioskFactory(), number=profile.number, pin="2580") == profile.user
        clock_hand.shift(dt.timedelta(minutes=10))
        assert sign_in_by_number(kiosk=kiosk, number=profile.number, pin="2580") == profile.user


def test_misses_of_long_ago_do_not_add_up(kiosk):
    with time_machine.travel("2026-03-02 09:00:00+08:00", tick=False) as clock_hand:
        for running in range(MOST_KIOSK_MISSES * 2):
            unknown = numbers.compose(code="27", year=2026, running=running + 1)
            assert refused(kiosk, unknown, "2580") == WRONG
            clock_hand.shift(dt.timedelta(minutes=3))


def test_an_account_that_was_stopped_stays_out(kiosk):
    profile = member_with("2580")
    profile.user.is_active = False
    profile.user.save()
    assert refused(kiosk, profile.number, "2580") == INACTIVE


@pytest.mark.parametrize("pin", ["", "123", "12345", "abcd", "7777", "1234", "4321", "1955", "٢٥٨٠"])
def test_digits_that_anybody_would_try_are_refused(pin):
    profile = MemberFactory(birth_year=1955, user__phone="13800005678")
    with pytest.raises(Refusal, match="没有设置"):
        set_pin(profile=profile, pin=pin, by=profile.user)
    with pytest.raises(Refusal, match="手机尾号"):
        set_pin(profile=profile, pin="5678", by=profile.user)
    assert not KioskPin.objects.exists()


def test_strangers_set_nobodys_digits():
    profile = MemberFactory()
    for stranger in (UserFactory(), clerk_of(region("乌审旗"))):
        with pytest.raises(Refusal, match="不归您负责"):
            set_pin(profile=profile, pin="2580", by=stranger)


def test_staff_open_and_close_kiosks_of_their_own_sites():
    site = AcademySiteFactory()
    clerk, stranger = clerk_of(site), clerk_of(AcademySiteFactory())
    kiosk = open_kiosk(site=site, name=" 大厅左边 ", clerk=clerk)
    assert (kiosk.name, open_kiosk_by_key(str(kiosk.key))) == ("大厅左边", kiosk)
    for refused_call in (
        lambda: open_kiosk(site=site, name="大厅左边", clerk=clerk),
        lambda: open_kiosk(site=site, name="  ", clerk=clerk),
        lambda: open_kiosk(site=site, name="门口", clerk=stranger),
        lambda: close_kiosk(kiosk=kiosk, by=stranger),
        lambda: close_kiosk(kiosk=kiosk, by=UserFactory(role=Role.SENIOR)),
    ):
        with pytest.raises(Refusal):
            refused_call()
    assert list(kiosks_for(clerk)) == [kiosk]
    assert not kiosks_for(stranger).exists()
    close_kiosk(kiosk=kiosk, by=clerk)
    assert open_kiosk_by_key(str(kiosk.key)) is None
    # The name is free again.
    assert open_kiosk(site=site, name="大厅左边", clerk=clerk).pk != kiosk.pk


def test_a_closed_site_has_no_kiosk():
    site = AcademySiteFactory(closed_on=clock.today())
    kiosk = KioskFactory(site=site)
    assert open_kiosk_by_key(str(kiosk.key)) is None
    assert open_kiosk_by_key("not-a-key") is None
    with pytest.raises(Refusal, match="停用"):
        open_kiosk(site=site, name="大厅", clerk=clerk_of(region("达拉特旗")))
