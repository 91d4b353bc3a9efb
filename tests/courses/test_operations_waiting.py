"""The waiting list: a kept seat is claimed, declined, or lapses, and the line moves by itself."""

from __future__ import annotations

import datetime as dt
import json

import pytest
import time_machine

from accounts.enums import SmsTemplate
from accounts.models import SmsMessage
from accounts.sealing import unseal
from accounts.sms.gateway import words
from core.half_year import HalfYear
from courses.claim_window import claim_limit
from courses.enums import OfferingState
from courses.errors import EnrolmentRefused
from courses.models import EnrolmentRule, Offering
from courses.operations.enrolling import enrol, withdraw
from courses.operations.enrolment_sweep import sweep_enrolment
from courses.operations.waiting import claim_seat, decline_seat, lapse_claims
from tests.courses.enrolment import FIRST_DAY, IN_WINDOW, cancel, enrol_many, senior, states
from tests.courses.factories import SHANGHAI, OfferingFactory, SessionFactory
from tests.places.factories import region

pytestmark = pytest.mark.django_db
LIMIT = IN_WINDOW + dt.timedelta(hours=48)


@pytest.fixture(autouse=True)
def in_window():
    with time_machine.travel(IN_WINDOW, tick=False) as clock:
        yield clock


@pytest.fixture
def offering() -> Offering:
    """One seat, given up: the second is asked, two more wait."""
    offering = OfferingFactory(seats=1)
    first, *_ = enrol_many(offering, 4)
    withdraw(enrolment_id=first.pk)
    return offering


def row(offering, number):
    return offering.enrolments.order_by("pk")[number]


def test_a_claimed_seat_is_taken_once(offering):
    for _ in range(2):
        claimed = claim_seat(enrolment_id=row(offering, 1).pk)
    assert states(offering)[1] == ("enrolled", 1, None)
    assert list(claimed.events.values_list("act", flat=True)) == ["queued", "offered", "claimed"]


def test_whoever_has_a_phone_is_told_by_message_for_as_long_as_the_seat_is_kept():
    offering = OfferingFactory(seats=2, course__title="书法")
    rows = enrol_many(offering, 2)
    with_phone = enrol(offering_id=offering.pk, person=senior(phone="13812345678"))
    enrol(offering_id=offering.pk, person=senior())
    for given_up in rows:
        withdraw(enrolment_id=given_up.pk)
    message = SmsMessage.objects.get()
    assert (message.template, message.good_until) == (SmsTemplate.SEAT_OFFERED, LIMIT)
    assert unseal(message.phone_sealed) == "13812345678"
    said = words(message.template, json.loads(unseal(message.params_sealed)))
    assert "《书法》空出一个名额，给您留到1 月 8 日（星期四）09:00。" in said
    assert str(with_phone.pk) in message.key


def test_declining_keeps_the_place_and_the_seat_goes_on(offering):
    for _ in range(2):
        decline_seat(enrolment_id=row(offering, 1).pk)
    assert states(offering)[1:] == [("waiting", None, 1), ("claimable", 1, 2), ("waiting", None, 3)]
    claim_seat(enrolment_id=row(offering, 2).pk)
    withdraw(enrolment_id=row(offering, 2).pk)
    assert states(offering)[1] == ("claimable", 1, 1), "somebody held it meanwhile: the first in line is asked again"


def test_a_seat_everybody_declined_is_open_to_the_next_who_comes(offering):
    for number in (1, 2, 3):
        decline_seat(enrolment_id=row(offering, number).pk)
    assert [state for state, _, _ in states(offering)[1:]] == ["waiting"] * 3
    newcomer = enrol(offering_id=offering.pk, person=senior())
    assert (newcomer.state, newcomer.seat) == ("enrolled", 1)


def test_who_declined_may_still_take_the_seat_while_it_is_free(offering):
    for number in (1, 2, 3):
        decline_seat(enrolment_id=row(offering, number).pk)
    assert enrol(offering_id=offering.pk, person=row(offering, 2).person).seat == 1


def test_a_claim_lapses_at_its_limit_and_the_next_is_asked(offering, in_window):
    in_window.move_to(LIMIT - dt.timedelta(seconds=1))
    sweep_enrolment()
    assert states(offering)[1] == ("claimable", 1, 1)
    in_window.move_to(LIMIT)
    with pytest.raises(EnrolmentRefused, match="过了确认时间"):
        claim_seat(enrolment_id=row(offering, 1).pk)
    sweep_enrolment()
    sweep_enrolment()
    assert states(offering)[1:] == [("lapsed", None, None), ("claimable", 1, 2), ("waiting", None, 3)]
    for operation in (claim_seat, decline_seat):
        with pytest.raises(EnrolmentRefused, match="重新排候补"):
            operation(enrolment_id=row(offering, 1).pk)
    back = enrol(offering_id=offering.pk, person=row(offering, 1).person)
    assert (back.state, back.line) == ("waiting", 4)


def test_after_days_without_a_clock_one_sweep_settles_it(offering, in_window):
    in_window.move_to(IN_WINDOW + dt.timedelta(days=20))
    sweep_enrolment()
    assert [state for state, _, _ in states(offering)] == ["withdrawn", "lapsed", "claimable", "waiting"]
    assert row(offering, 2).claim_until > IN_WINDOW + dt.timedelta(days=20)


def test_who_waits_or_was_never_asked_can_claim_nothing(offering):
    with pytest.raises(EnrolmentRefused, match="没有给您留着的名额"):
        claim_seat(enrolment_id=row(offering, 2).pk)
    with pytest.raises(EnrolmentRefused, match="没有给您留着的名额"):
        claim_seat(enrolment_id=row(offering, 0).pk)


def test_leaving_the_line_and_leaving_a_kept_seat(offering):
    withdraw(enrolment_id=row(offering, 2).pk)
    withdraw(enrolment_id=row(offering, 1).pk)
    assert states(offering)[1:] == [("withdrawn", None, None), ("withdrawn", None, None), ("claimable", 1, 3)]


def test_a_claim_above_the_limit_of_the_half_year_says_what_to_leave(offering):
    EnrolmentRule.objects.create(half_year=HalfYear(2026, 1), region=region("达拉特旗"), most_offerings=1)
    other = OfferingFactory(course__title="书法")
    kept = row(offering, 1)
    offering.enrolments.filter(pk=kept.pk).update(state="waiting", seat=None, claim_until=None)
    held = enrol(offering_id=other.pk, person=kept.person)
    sweep_enrolment()
    with pytest.raises(EnrolmentRefused, match="您已经报了《书法》"):
        claim_seat(enrolment_id=kept.pk)
    withdraw(enrolment_id=held.pk)
    assert claim_seat(enrolment_id=kept.pk).state == "enrolled"


def test_a_closed_account_holds_up_nobody():
    offering = OfferingFactory(seats=1)
    first, second, third = enrol_many(offering, 3)
    second.person.is_active = False
    second.person.save()
    withdraw(enrolment_id=first.pk)
    assert states(offering)[1:] == [("waiting", None, 1), ("claimable", 1, 2)]
    decline_seat(enrolment_id=third.pk)
    assert enrol(offering_id=offering.pk, person=senior()).seat == 1


def test_nothing_moves_in_what_was_cancelled_or_has_begun(offering, in_window):
    cancel(offering)
    with pytest.raises(EnrolmentRefused, match="取消"):
        claim_seat(enrolment_id=row(offering, 1).pk)
    in_window.move_to(FIRST_DAY + dt.timedelta(days=1))
    sweep_enrolment()
    assert states(offering)[1] == ("claimable", 1, 1)
    offering.state, offering.cancelled_at, offering.cancelled_reason = OfferingState.PUBLISHED, None, ""
    offering.save()
    lapse_claims(offering_id=offering.pk)
    assert states(offering)[1:] == [("lapsed", None, None), ("waiting", None, 2), ("waiting", None, 3)]


def test_a_seat_is_kept_no_longer_than_until_the_first_session(in_window):
    offering = OfferingFactory(seats=1, enrol_until=dt.date(2026, 3, 1))
    SessionFactory(offering=offering)
    first, second = enrol_many(offering, 2)
    in_window.move_to(FIRST_DAY - dt.timedelta(hours=20))
    withdraw(enrolment_id=first.pk)
    second.refresh_from_db()
    assert second.claim_until == FIRST_DAY


def at(day: int, hour: int, minute: int = 0) -> dt.datetime:
    return dt.datetime(2026, 1, day, hour, minute, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("offered", "hours", "until"),
    [
        (at(6, 9), 48, at(8, 9)),
        (at(6, 8), 48, at(8, 8)),
        (at(6, 20), 48, at(8, 20)),
        (at(6, 20, 1), 48, at(9, 8)),
        (at(7, 2), 48, at(9, 8)),
        (at(7, 7, 59), 48, at(9, 8)),
        (at(6, 15), 12, at(7, 12)),
        (at(6, 9), 24, at(7, 9)),
    ],
)
def test_the_night_does_not_run_against_anybody(offered, hours, until):
    assert claim_limit(offered_at=offered, hours=hours, starts_at=at(31, 9)) == until


def test_the_window_never_passes_the_start():
    assert claim_limit(offered_at=at(30, 21), hours=48, starts_at=at(31, 9)) == at(31, 9)
    assert claim_limit(offered_at=at(31, 9), hours=48, starts_at=at(31, 9)) is None
