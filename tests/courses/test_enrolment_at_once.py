"""Many people at one moment: threads with connections of their own, on SQLite's file and on PostgreSQL alike."""

from __future__ import annotations

import datetime as dt
import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.db import connections
from django.test import Client
from django.urls import reverse

from core.errors import Refusal
from core.half_year import HalfYear
from courses.models import Enrolment, EnrolmentEvent, EnrolmentRule, Lottery, Offering
from courses.operations.enrolling import enrol, withdraw
from courses.operations.enrolment_sweep import sweep_enrolment
from courses.operations.lotteries import close_lottery, draw_lottery
from courses.operations.seats import change_seats
from courses.operations.waiting import claim_seat, lapse_claims
from tests.courses.enrolment import AFTER_WINDOW, DRAW, IN_WINDOW, enrol_many, senior
from tests.courses.factories import OfferingFactory
from tests.places.factories import region

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def in_window():
    with time_machine.travel(IN_WINDOW, tick=False) as clock:
        yield clock


def at_once(acts: list[Callable[[], Any]]) -> list[Any]:
    """Run all of them at the same moment. Returns what each gave, or the exception it raised, in order."""
    found: list[Any] = [None] * len(acts)
    gate = threading.Barrier(len(acts))

    def run(number: int) -> None:
        try:
            gate.wait(timeout=30)
            found[number] = acts[number]()
        except Exception as error:
            found[number] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    assert not any(thread.is_alive() for thread in threads)
    return found


def seats_of(offering: Offering) -> list[int | None]:
    held = Enrolment.objects.filter(offering=offering, state__in=("enrolled", "claimable"))
    return sorted(held.values_list("seat", flat=True))  # type: ignore[type-var]


def test_forty_people_and_ten_seats():
    offering = OfferingFactory(seats=10)
    people = [senior() for _ in range(40)]
    found = at_once([lambda person=person: enrol(offering_id=offering.pk, person=person) for person in people])
    assert [error for error in found if isinstance(error, Exception)] == []
    assert Counter(row.state for row in found) == {"enrolled": 10, "waiting": 30}
    assert seats_of(offering) == list(range(1, 11))
    lines = Enrolment.objects.filter(offering=offering, state="waiting").values_list("line", flat=True)
    assert sorted(lines) == list(range(1, 31))


def test_forty_browsers_see_a_page_and_never_an_error():
    offering = OfferingFactory(seats=10)
    clients = []
    for _ in range(40):
        client = Client()
        client.force_login(senior())
        clients.append(client)
    url = reverse("courses:enrol", args=[offering.pk])
    found = at_once([lambda client=client: client.post(url, follow=True) for client in clients])
    assert Counter(answer.status_code for answer in found) == {200: 40}
    said = Counter("报上名了" if "报上名了" in answer.content.decode() else "候补第" for answer in found)
    assert said == {"报上名了": 10, "候补第": 30}


def test_one_person_pressing_on_ten_devices_holds_one_place():
    offering, person = OfferingFactory(seats=10), senior()
    found = at_once([lambda: enrol(offering_id=offering.pk, person=person)] * 10)
    assert {row.pk for row in found} == {Enrolment.objects.get().pk}


def test_the_limit_of_the_half_year_holds_across_offerings():
    EnrolmentRule.objects.create(half_year=HalfYear(2026, 1), region=region("达拉特旗"), most_offerings=2)
    person, offerings = senior(), [OfferingFactory() for _ in range(8)]
    found = at_once([lambda pk=offering.pk: enrol(offering_id=pk, person=person) for offering in offerings])
    assert sum(isinstance(outcome, Refusal) for outcome in found) == 6
    assert Enrolment.objects.filter(person=person, state="enrolled").count() == 2


@pytest.mark.parametrize("moment", [dt.timedelta(hours=48, seconds=-1), dt.timedelta(hours=48)])
def test_a_claim_and_its_lapse_end_in_one_of_the_two(in_window, moment):
    offering = OfferingFactory(seats=1)
    first, second, _ = enrol_many(offering, 3)
    withdraw(enrolment_id=first.pk)
    in_window.move_to(IN_WINDOW + moment)
    claims = [lambda: claim_seat(enrolment_id=second.pk)] * 4
    found = at_once([*claims, *[lambda: lapse_claims(offering_id=offering.pk)] * 4])
    assert all(not isinstance(outcome, Exception) or isinstance(outcome, Refusal) for outcome in found)
    second.refresh_from_db()
    in_time = moment < dt.timedelta(hours=48)
    assert second.state == ("enrolled" if in_time else "lapsed")
    assert seats_of(offering) == [1]
    acts = EnrolmentEvent.objects.filter(enrolment=second).values_list("act", flat=True)
    assert Counter(acts)["claimed" if in_time else "lapsed"] == 1


def test_two_clerks_take_seats_away_while_people_enrol():
    offering, clerk = OfferingFactory(seats=20), senior()
    people = [senior() for _ in range(12)]
    acts = [lambda person=person: enrol(offering_id=offering.pk, person=person) for person in people]
    acts += [lambda seats=seats: change_seats(offering_id=offering.pk, seats=seats, acted_by=clerk) for seats in (4, 6)]
    found = at_once(acts)
    assert all(not isinstance(outcome, Exception) or isinstance(outcome, Refusal) for outcome in found)
    offering.refresh_from_db()
    held = seats_of(offering)
    assert len(held) == len(set(held)) <= offering.seats
    assert max(held) <= offering.seats
    assert Enrolment.objects.filter(offering=offering).count() == 12


def test_people_leaving_at_once_hand_each_seat_to_one_person():
    offering = OfferingFactory(seats=6)
    rows = enrol_many(offering, 16)
    found = at_once([lambda pk=row.pk: withdraw(enrolment_id=pk) for row in rows[:6]] * 2)
    assert not any(isinstance(outcome, Exception) for outcome in found)
    assert seats_of(offering) == [1, 2, 3, 4, 5, 6]
    asked = Enrolment.objects.filter(offering=offering, state="claimable").values_list("line", flat=True)
    assert sorted(asked) == [1, 2, 3, 4, 5, 6]


def test_a_list_is_sealed_once_and_drawn_once(in_window):
    offering = OfferingFactory(lottery=True, seats=3)
    enrol_many(offering, 8)
    in_window.move_to(AFTER_WINDOW)
    sealed = at_once([lambda: close_lottery(offering_id=offering.pk)] * 6)
    assert {lottery.pk for lottery in sealed} == {Lottery.objects.get().pk}
    in_window.move_to(DRAW)
    leaving = Enrolment.objects.filter(offering=offering).first()
    found = at_once(
        [
            *[lambda: draw_lottery(offering_id=offering.pk)] * 4,
            *[sweep_enrolment] * 2,
            lambda: withdraw(enrolment_id=leaving.pk),
        ]
    )
    assert not any(isinstance(outcome, Exception) for outcome in found)
    assert len({lottery.seed for lottery in found[:4]}) == 1
    assert seats_of(offering) == [1, 2, 3]
    leaving.refresh_from_db()
    assert leaving.state == "withdrawn"
    won = EnrolmentEvent.objects.filter(act="won").count()
    assert won == 3
