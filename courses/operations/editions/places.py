"""Places in offerings that a change of the catalogue takes away, or moves."""

from __future__ import annotations

from django.db import transaction

from accounts.models import User
from core import clock
from courses.enums import STANDING, EnrolmentAct, EnrolmentState
from courses.errors import EditionRefused
from courses.models import Enrolment, LotteryTicket, Offering
from courses.operations.enrolling import end_enrolment, enrol, withdraw
from courses.operations.enrolment_history import record_act
from courses.operations.holding import hold_person
from courses.queries.admission import concerns_about


@transaction.atomic
def close_place(*, enrolment: Enrolment) -> None:
    """The person is out of an offering that ends for everybody: nobody in line is offered the seat."""
    LotteryTicket.objects.filter(
        enrolment=enrolment, lottery__drawn_at__isnull=True, lottery__voided_at__isnull=True
    ).update(withdrawn_at=clock.now())
    end_enrolment(enrolment, EnrolmentState.WITHDRAWN)
    record_act([enrolment], EnrolmentAct.WITHDRAWN)


@transaction.atomic
def move_to_offering(*, enrolment: Enrolment, target: Offering, by: User | None) -> Enrolment:
    """Leave one offering and take a seat in another, as at a counter. Concerns are the clerk's to have weighed.

    Raises `EditionRefused` if the person has left, is there already or gets no seat, and `EnrolmentRefused`.
    """
    person = hold_person(enrolment.person_id)
    if enrolment.state not in STANDING:
        raise EditionRefused("这个报名已经不在了，不能换班；请选“照样上课”或“取消并通知”。")
    if Enrolment.objects.filter(offering=target, person=person, state__in=STANDING).exists():
        raise EditionRefused("这位学员已经在那个班里了；请选“取消并通知”。")
    withdraw(enrolment_id=enrolment.pk, acted_by=by)
    accepted = {concern.key for concern in concerns_about(person, target)}
    taken = enrol(offering_id=target.pk, person=person, acted_by=by, accepted=accepted, at_counter=True)
    if taken.state != EnrolmentState.ENROLLED:
        raise EditionRefused("要换到的班已经满了，请另选一个班。")
    return taken
