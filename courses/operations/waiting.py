"""候补: a seat kept for the first in line is claimed, declined, or lapses."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import QuerySet

from accounts.models import User
from core import clock
from courses.enums import EnrolmentAct, EnrolmentState, OfferingState
from courses.errors import EnrolmentRefused
from courses.models import Enrolment, Offering, PassedSeat
from courses.operations.enrolling import end_enrolment
from courses.operations.enrolment_history import record_act, tell
from courses.operations.holding import hold_offering, hold_person, read_enrolment
from courses.operations.seats import move_line, take_seat
from courses.queries.admission import refuse_above_limit

TOO_LATE = "留给您的名额已经过了确认时间，让给了后面的人。想继续等，可以重新排候补。"


@transaction.atomic
def claim_seat(*, enrolment_id: int, acted_by: User | None = None) -> Enrolment:
    """The person takes the seat kept for them. Claimed again, nothing changes.

    Raises `EnrolmentRefused` when it is too late, when the person holds as many places as the rule allows, or when
    nothing is kept for them; and `Enrolment.DoesNotExist`.
    """
    person_id, offering_id = _keys(enrolment_id)
    person = hold_person(person_id)
    offering = hold_offering(offering_id)
    enrolment = read_enrolment(enrolment_id, offering)
    if enrolment.state == EnrolmentState.ENROLLED:
        return enrolment
    _refuse_unless_kept(enrolment, offering)
    refuse_above_limit(person, offering, claiming=enrolment)
    take_seat(enrolment, enrolment.seat)
    record_act([enrolment], EnrolmentAct.CLAIMED, acted_by=acted_by)
    return enrolment


@transaction.atomic
def decline_seat(*, enrolment_id: int, acted_by: User | None = None) -> Enrolment:
    """The person lets this seat pass and keeps their place in line for the next. Declined again, nothing changes.

    Raises `EnrolmentRefused` when nothing is kept for them, and `Enrolment.DoesNotExist`.
    """
    _, offering_id = _keys(enrolment_id)
    offering = hold_offering(offering_id)
    enrolment = read_enrolment(enrolment_id, offering)
    if enrolment.state == EnrolmentState.WAITING:
        return enrolment
    _refuse_unless_kept(enrolment, offering)
    assert enrolment.seat is not None
    PassedSeat.objects.get_or_create(enrolment=enrolment, seat=enrolment.seat)
    enrolment.state, enrolment.seat, enrolment.claim_until = EnrolmentState.WAITING, None, None
    enrolment.save()
    record_act([enrolment], EnrolmentAct.DECLINED, acted_by=acted_by)
    move_line(offering)
    return enrolment


@transaction.atomic
def lapse_claims(*, offering_id: int) -> int:
    """End what was not answered in time, and pass the seats on. Returns how many lapsed."""
    offering = hold_offering(offering_id)
    overdue = list(overdue_claims(clock.now()).filter(offering=offering).select_related("person"))
    for enrolment in overdue:
        enrolment.offering = offering
        end_enrolment(enrolment, EnrolmentState.LAPSED)
    record_act(overdue, EnrolmentAct.LAPSED)
    tell((row, f"《{offering.course.title}》{TOO_LATE}") for row in overdue)
    move_line(offering)
    return len(overdue)


def overdue_claims(now: dt.datetime) -> QuerySet[Enrolment]:
    """Seats kept past their limit. The limit itself is already too late."""
    return Enrolment.objects.filter(
        state=EnrolmentState.CLAIMABLE, claim_until__lte=now, offering__state=OfferingState.PUBLISHED
    )


def _keys(enrolment_id: int) -> tuple[int, int]:
    return Enrolment.objects.values_list("person_id", "offering_id").get(pk=enrolment_id)


def _refuse_unless_kept(enrolment: Enrolment, offering: Offering) -> None:
    if offering.state == OfferingState.CANCELLED:
        raise EnrolmentRefused("这个班已经取消，不用再确认。")
    if enrolment.state == EnrolmentState.LAPSED or (
        enrolment.claim_until is not None and enrolment.claim_until <= clock.now()
    ):
        raise EnrolmentRefused(TOO_LATE)
    if enrolment.state != EnrolmentState.CLAIMABLE:
        raise EnrolmentRefused("现在没有给您留着的名额。没有改动什么。")
