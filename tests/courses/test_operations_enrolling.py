"""Enrolling and leaving: seats, line, window, limits, clashes, presses that come twice."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
import time_machine
from django.db import IntegrityError, transaction

from core.half_year import HalfYear
from courses.enums import EnrolmentMode, EnrolmentState
from courses.errors import Concern, ConcernsRaised, EnrolmentRefused, SeatsRefused
from courses.models import Enrolment, EnrolmentEvent, EnrolmentRule, WatchPosition
from courses.operations.enrolling import enrol, withdraw
from courses.operations.seats import change_seats
from tests.courses.enrolment import AFTER_WINDOW, FIRST_DAY, IN_WINDOW, cancel, enrol_many, senior, states
from tests.courses.factories import (
    SHANGHAI,
    CourseFactory,
    EnrolmentFactory,
    LessonFactory,
    OfferingFactory,
    SessionFactory,
)
from tests.places.factories import region

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_window():
    with time_machine.travel(IN_WINDOW, tick=False) as clock:
        yield clock


def test_seats_go_in_order_and_then_the_line_begins():
    offering = OfferingFactory(seats=2)
    enrol_many(offering, 4)
    assert states(offering) == [
        ("enrolled", 1, None),
        ("enrolled", 2, None),
        ("waiting", None, 1),
        ("waiting", None, 2),
    ]


def test_an_offering_without_a_limit_takes_everybody_without_a_seat():
    offering = OfferingFactory(unlimited=True, online=True)
    enrol_many(offering, 3)
    assert states(offering) == [("enrolled", None, None)] * 3


def test_in_a_lottery_everybody_applies():
    offering = OfferingFactory(lottery=True, seats=1)
    enrol_many(offering, 3)
    assert states(offering) == [("applied", None, None)] * 3


def test_a_second_press_and_a_second_wish_change_nothing():
    offering, person, key = OfferingFactory(), senior(), uuid.uuid4()
    first = enrol(offering_id=offering.pk, person=person, request_key=key)
    assert enrol(offering_id=offering.pk, person=person, request_key=key) == first
    assert enrol(offering_id=offering.pk, person=person, request_key=uuid.uuid4()) == first
    assert states(offering) == [("enrolled", 1, None)]
    assert list(first.events.values_list("act", flat=True)) == ["enrolled"]


def test_a_press_replayed_after_a_withdrawal_does_not_enrol_again():
    offering, person, key = OfferingFactory(), senior(), uuid.uuid4()
    first = enrol(offering_id=offering.pk, person=person, request_key=key)
    withdraw(enrolment_id=first.pk)
    assert enrol(offering_id=offering.pk, person=person, request_key=key).state == EnrolmentState.WITHDRAWN
    again = enrol(offering_id=offering.pk, person=person, request_key=uuid.uuid4())
    assert (again.pk != first.pk, again.state, again.seat) == (True, "enrolled", 1)


def test_a_key_of_somebody_else_is_refused():
    offering, key = OfferingFactory(), uuid.uuid4()
    enrol(offering_id=offering.pk, person=senior(), request_key=key)
    with pytest.raises(EnrolmentRefused, match="重新打开"):
        enrol(offering_id=offering.pk, person=senior(), request_key=key)


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        (dt.datetime(2026, 1, 4, 23, 59, 59, tzinfo=SHANGHAI), "1 月 5 日（星期一）开始报名"),
        (dt.datetime(2026, 1, 5, 0, 0, tzinfo=SHANGHAI), ""),
        (dt.datetime(2026, 2, 20, 23, 59, 59, tzinfo=SHANGHAI), ""),
        (dt.datetime(2026, 2, 21, 0, 0, tzinfo=SHANGHAI), "2 月 20 日（星期五）截止"),
        (dt.datetime(2026, 6, 9, 0, 0, tzinfo=SHANGHAI), "结课"),
    ],
)
def test_the_window_holds_from_the_first_instant_to_the_last(in_window, moment, said):
    offering = OfferingFactory()
    in_window.move_to(moment)
    if not said:
        assert enrol(offering_id=offering.pk, person=senior()).state == EnrolmentState.ENROLLED
        return
    with pytest.raises(EnrolmentRefused, match=said):
        enrol(offering_id=offering.pk, person=senior())
    assert states(offering) == []


def test_what_is_not_published_takes_nobody():
    draft, cancelled = OfferingFactory(draft=True), OfferingFactory()
    cancel(cancelled)
    for offering, said in ((draft, "筹备"), (cancelled, "取消")):
        for at_counter in (False, True):
            with pytest.raises(EnrolmentRefused, match=said):
                enrol(offering_id=offering.pk, person=senior(), at_counter=at_counter)


def test_a_closed_account_takes_no_seat():
    with pytest.raises(EnrolmentRefused, match="停用"):
        enrol(offering_id=OfferingFactory().pk, person=senior(is_active=False))


def test_the_counter_takes_latecomers_once_nobody_is_kept_waiting(in_window):
    offering, clerk = OfferingFactory(seats=1), senior()
    first, second = enrol_many(offering, 2)
    in_window.move_to(AFTER_WINDOW)
    late = enrol(offering_id=offering.pk, person=senior(), acted_by=clerk, at_counter=True)
    assert (late.state, late.line, late.acted_by) == ("waiting", 2, clerk)
    assert EnrolmentEvent.objects.get(enrolment=late).acted_by == clerk
    in_window.move_to(FIRST_DAY)
    withdraw(enrolment_id=first.pk)
    assert states(offering)[1] == ("waiting", None, 1), "nothing moves by itself once it has begun"
    newcomer = enrol(offering_id=offering.pk, person=senior(), acted_by=clerk, at_counter=True)
    assert newcomer.state == EnrolmentState.ENROLLED
    assert enrol(offering_id=offering.pk, person=second.person, at_counter=True).state == EnrolmentState.WAITING


def test_at_most_so_many_with_limited_seats_a_half_year_and_person():
    person = senior()
    EnrolmentRule.objects.create(half_year=HalfYear(2025, 2), region=region("鄂尔多斯市"), most_offerings=5)
    EnrolmentRule.objects.create(half_year=HalfYear(2026, 1), region=region("达拉特旗"), most_offerings=1)
    held = OfferingFactory(course__title="八段锦")
    enrol(offering_id=held.pk, person=person)
    with pytest.raises(EnrolmentRefused, match="每人最多报 1 个班，您已经报了《八段锦》"):
        enrol(offering_id=OfferingFactory().pk, person=person)
    assert enrol(offering_id=OfferingFactory(unlimited=True, online=True).pk, person=person).state == "enrolled"
    elsewhere = OfferingFactory(online=True, region=region("乌审旗"))
    assert enrol(offering_id=elsewhere.pk, person=person).state == "enrolled", "the city's rule holds there"
    autumn = OfferingFactory(half_year=HalfYear(2026, 2))
    assert enrol(offering_id=autumn.pk, person=person).state == "enrolled"
    withdraw(enrolment_id=Enrolment.objects.get(person=person, offering=held).pk)
    withdraw(enrolment_id=Enrolment.objects.get(person=person, offering=elsewhere).pk)
    assert enrol(offering_id=OfferingFactory().pk, person=person).state == "enrolled"


def test_waiting_and_cancelled_offerings_do_not_count_against_the_limit():
    person = senior()
    EnrolmentRule.objects.create(half_year=HalfYear(2026, 1), region=region("达拉特旗"), most_offerings=1)
    cancelled = EnrolmentFactory(person=person).offering
    cancel(cancelled)
    full = EnrolmentFactory(offering__seats=1).offering
    assert enrol(offering_id=full.pk, person=person).state == "waiting"
    assert enrol(offering_id=OfferingFactory().pk, person=person).state == "enrolled"


def test_a_clash_is_told_once_and_may_be_accepted():
    person = senior()
    mine = SessionFactory(offering__course__title="马头琴")
    enrol(offering_id=mine.offering_id, person=person)
    clashing = SessionFactory(begins_at=mine.begins_at + dt.timedelta(minutes=60)).offering
    for accepted in ([], ["clash-999"]):
        with pytest.raises(ConcernsRaised) as raised:
            enrol(offering_id=clashing.pk, person=person, accepted=accepted)
    key = f"clash-{mine.offering_id}"
    sentence = "上课时间和您的《马头琴》撞在一起，例如3 月 2 日（星期一）09:00。"
    assert raised.value.concerns == [Concern(key, sentence)]
    assert states(clashing) == []
    assert enrol(offering_id=clashing.pk, person=person, accepted=[key]).state == "enrolled"


@pytest.mark.parametrize("touching", [dt.timedelta(minutes=90), dt.timedelta(minutes=-90)])
def test_one_after_the_other_is_no_clash_and_neither_is_what_was_cancelled(touching):
    person = senior()
    mine = SessionFactory()
    enrol(offering_id=mine.offering_id, person=person)
    SessionFactory(
        offering=mine.offering, begins_at=mine.begins_at + touching, cancelled_at=IN_WINDOW, cancelled_reason="停电"
    )
    next_to_it = SessionFactory(begins_at=mine.begins_at + touching).offering
    assert enrol(offering_id=next_to_it.pk, person=person).state == "enrolled"


def test_what_is_best_learnt_first_is_said_until_one_has_begun_it():
    person, first = senior(), CourseFactory(title="认识手机")
    course = CourseFactory()
    course.prerequisites.add(first, CourseFactory(title="没有发布", draft=True))
    course.save()
    offering = OfferingFactory(course=course)
    with pytest.raises(ConcernsRaised) as raised:
        enrol(offering_id=offering.pk, person=person)
    said = "学这门课以前，最好先学《认识手机》。您还没有学过。"
    assert raised.value.concerns == [Concern(f"first-{first.pk}", said)]
    lesson = LessonFactory(course=first)
    WatchPosition.objects.create(user=person, lesson=lesson, seconds=9, watched_at=IN_WINDOW)
    assert enrol(offering_id=offering.pk, person=person).state == "enrolled"


def test_leaving_twice_is_leaving_once_and_the_seat_goes_to_the_first_in_line():
    offering = OfferingFactory(seats=1)
    first, second, _third = enrol_many(offering, 3)
    withdraw(enrolment_id=first.pk)
    withdraw(enrolment_id=first.pk)
    assert states(offering) == [("withdrawn", None, None), ("claimable", 1, 1), ("waiting", None, 2)]
    assert list(first.events.values_list("act", flat=True)) == ["enrolled", "withdrawn"]
    assert "给您留到 1 月 8 日（星期四）09:00" in second.notices.get().sentence


def test_nobody_leaves_what_has_ended(in_window):
    enrolment = EnrolmentFactory()
    in_window.move_to(dt.datetime(2026, 6, 9, tzinfo=SHANGHAI))
    with pytest.raises(EnrolmentRefused, match="已经结课"):
        withdraw(enrolment_id=enrolment.pk)


def test_fewer_seats_than_people_are_refused_with_their_number_and_who_sits_above_moves_down():
    offering, clerk = OfferingFactory(seats=4), senior()
    rows = enrol_many(offering, 4)
    withdraw(enrolment_id=rows[0].pk)
    with pytest.raises(SeatsRefused, match="已经有 3 人占着名额，不能减到 2 个。名额还是 4 个"):
        change_seats(offering_id=offering.pk, seats=2, acted_by=clerk)
    change_seats(offering_id=offering.pk, seats=3, acted_by=clerk)
    assert [seat for _, seat, _ in states(offering)] == [None, 2, 3, 1]
    assert EnrolmentEvent.objects.get(act="reseated").acted_by == clerk
    with pytest.raises(SeatsRefused, match="至少"):
        change_seats(offering_id=offering.pk, seats=0, acted_by=clerk)
    with pytest.raises(SeatsRefused, match="没有名额限制"):
        change_seats(offering_id=OfferingFactory(unlimited=True, online=True).pk, seats=3, acted_by=clerk)


def test_more_seats_go_to_the_line_at_once():
    offering = OfferingFactory(seats=1)
    enrol_many(offering, 4)
    change_seats(offering_id=offering.pk, seats=3, acted_by=senior())
    assert [state for state, _, _ in states(offering)] == ["enrolled", "claimable", "claimable", "waiting"]


def refused_by_database(act) -> str:
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        act()
    return str(error.value)


def test_the_database_itself_keeps_seats_within_the_offering():
    offering = OfferingFactory(seats=2)
    row = EnrolmentFactory(offering=offering)
    waiting = EnrolmentFactory(offering=offering, state=EnrolmentState.WAITING)
    rows = Enrolment.objects.filter(pk=row.pk)
    assert "seat_fits_the_offering" in refused_by_database(lambda: rows.update(seat=3))
    assert "seat_fits_the_offering" in refused_by_database(lambda: rows.update(seat=None))
    in_line = Enrolment.objects.filter(pk=waiting.pk)
    assert refused_by_database(lambda: in_line.update(line=None))
    rows.update(seat=2)
    of_offering = type(offering).objects.filter(pk=offering.pk)
    assert "seats_cover_those_seated" in refused_by_database(lambda: of_offering.update(seats=1))
    assert "seats_cover_those_seated" in refused_by_database(
        lambda: of_offering.update(seats=None, mode=EnrolmentMode.OPEN)
    )
    open_one = EnrolmentFactory(offering=OfferingFactory(unlimited=True, online=True))
    assert "seat_fits_the_offering" in refused_by_database(
        lambda: Enrolment.objects.filter(pk=open_one.pk).update(seat=1)
    )
