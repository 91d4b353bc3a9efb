"""No teacher and no room in two standing sessions: the database holds it by itself, and against two clerks at once."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from accounts.enums import Role
from core.errors import Refusal
from courses.models import Session, TeacherFee
from courses.operations.scheduling import schedule_session
from tests.accounts.factories import UserFactory
from tests.courses.factories import SHANGHAI, OfferingFactory, SessionFactory, TeacherFactory
from tests.places.factories import RoomFactory

START = dt.datetime(2026, 3, 2, 8, 0, tzinfo=SHANGHAI)


def minutes(count: int) -> dt.timedelta:
    return dt.timedelta(minutes=count)


class OverlapTest(TestCase):
    """The triggers agree with arithmetic, by insert and by update, for teacher and room alike."""

    @settings(max_examples=25, deadline=None)
    @given(
        st.lists(
            st.tuples(st.integers(0, 1), st.integers(0, 1), st.integers(0, 12), st.integers(1, 4), st.booleans()),
            max_size=7,
        )
    )
    def test_two_standing_sessions_never_share(self, wanted: list[tuple[int, int, int, int, bool]]) -> None:
        teachers, rooms = TeacherFactory.create_batch(2), RoomFactory.create_batch(2)
        offering = OfferingFactory()
        kept: list[tuple[int, int, int, int]] = []
        for teacher, room, begin, length, is_cancelled in wanted:
            clashes = not is_cancelled and any(
                (teacher == t or room == r) and begin < e and b < begin + length for t, r, b, e in kept
            )
            try:
                with transaction.atomic():
                    SessionFactory(
                        offering=offering,
                        teacher=teachers[teacher],
                        room=rooms[room],
                        begins_at=START + minutes(15 * begin),
                        ends_at=START + minutes(15 * (begin + length)),
                        cancelled_at=START if is_cancelled else None,
                        cancelled_reason="停电" if is_cancelled else "",
                    )
            except IntegrityError:
                assert clashes
            else:
                assert not clashes
                if not is_cancelled:
                    kept.append((teacher, room, begin, begin + length))
        for session in Session.objects.filter(cancelled_at__isnull=False):
            standing = Session.objects.filter(
                cancelled_at__isnull=True, begins_at__lt=session.ends_at, ends_at__gt=session.begins_at
            )
            if standing.filter(teacher=session.teacher).exists() or standing.filter(room=session.room).exists():
                with pytest.raises(IntegrityError), transaction.atomic():
                    Session.objects.filter(pk=session.pk).update(cancelled_at=None, cancelled_reason="")


@pytest.mark.django_db
def test_what_was_paid_never_changes() -> None:
    session = SessionFactory(teacher=TeacherFactory())
    clerk = UserFactory(role=Role.BANNER)
    fee = TeacherFee.objects.create(session=session, teacher=session.teacher, amount="200.00", noted_by=clerk)
    TeacherFee.objects.filter(pk=fee.pk).update(amount="150.00")
    TeacherFee.objects.filter(pk=fee.pk).update(paid_on=dt.date(2026, 3, 31), paid_by=clerk)
    for change in ({"amount": "1.00"}, {"paid_on": None, "paid_by": None}, {"paid_on": dt.date(2026, 4, 1)}):
        with pytest.raises(IntegrityError), transaction.atomic():
            TeacherFee.objects.filter(pk=fee.pk).update(**change)
    TeacherFee.objects.filter(pk=fee.pk).update(voided_at=START, voided_reason="写错了")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("shared", ["teacher", "room"])
def test_of_two_clerks_at_once_one_gets_the_hour(shared: str) -> None:
    """Both begin together, in connections of their own; one is refused with a sentence, whoever is later."""
    with time_machine.travel(dt.datetime(2026, 2, 1, tzinfo=SHANGHAI), tick=True):
        room, teacher = RoomFactory(), TeacherFactory()
        rooms = [room, room] if shared == "room" else [room, RoomFactory(site=room.site)]
        teachers = [teacher, teacher] if shared == "teacher" else [teacher, TeacherFactory()]
        offerings = [OfferingFactory(site=room.site, teacher=teachers[number]) for number in range(2)]
        clerk = UserFactory(role=Role.SITE)

        def plan(number: int) -> None:
            schedule_session(
                offering=offerings[number],
                begins_at=START + minutes(10 * number),
                ends_at=START + minutes(90),
                room=rooms[number],
                by=clerk,
            )

        refusals = at_once([lambda: plan(0), lambda: plan(1)])
    assert Session.objects.count() == 1
    assert len(refusals) == 1
    assert "没有保存" in refusals[0].sentence


def at_once(calls: list[Callable[[], None]]) -> list[Refusal]:
    """Run the calls in threads that start together. Returns the refusals; anything else fails the test."""
    gate = threading.Barrier(len(calls))
    refusals: list[Refusal] = []
    others: list[BaseException] = []

    def run(call: Callable[[], None]) -> None:
        try:
            gate.wait(timeout=10)
            call()
        except Refusal as refusal:
            refusals.append(refusal)
        except BaseException as error:
            others.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert others == []
    return refusals
