"""Places in offerings that a change of the catalogue takes away, or moves."""

from __future__ import annotations

from django.db import transaction

from accounts.models import User
from core import clock
from courses.enums import STANDING, EnrolmentState, OfferingState
from courses.errors import EditionRefused
from courses.models import Enrolment, Offering


@transaction.atomic
def leave_offering(*, enrolment: Enrolment, by: User | None) -> None:
    """The person is out of the offering, and the seat is free."""
    enrolment.state = EnrolmentState.WITHDRAWN
    enrolment.seat = None
    enrolment.claim_until = None
    enrolment.ended_at = clock.now()
    enrolment.acted_by = by or enrolment.acted_by
    enrolment.save(update_fields=["state", "seat", "claim_until", "ended_at", "acted_by", "updated_at"])


@transaction.atomic
def move_to_offering(*, enrolment: Enrolment, target: Offering, by: User | None) -> Enrolment:
    """End one enrolment and take the lowest free seat of another offering. The database decides on the seat.

    Raises `EditionRefused` if the other offering is over, full, or has the person already.
    """
    target = Offering.objects.select_for_update().get(pk=target.pk)
    if target.state != OfferingState.PUBLISHED or target.ends_on < clock.today():
        raise EditionRefused("要换到的班没有公布，或者已经结束了。")
    if enrolment.state not in STANDING:
        raise EditionRefused("这个报名已经不在了，不能换班；请选“照样上课”或“取消并通知”。")
    standing = Enrolment.objects.filter(offering=target, state__in=STANDING)
    if standing.filter(person_id=enrolment.person_id).exists():
        raise EditionRefused("这位学员已经在那个班里了；请选“取消并通知”。")
    seat = None
    if target.seats is not None:
        taken = set(standing.filter(seat__isnull=False).values_list("seat", flat=True))
        seat = next((number for number in range(1, target.seats + 1) if number not in taken), None)
        if seat is None:
            raise EditionRefused("要换到的班已经满了，请另选一个班。")
    leave_offering(enrolment=enrolment, by=by)
    return Enrolment.objects.create(
        offering=target,
        person_id=enrolment.person_id,
        state=EnrolmentState.ENROLLED,
        seat=seat,
        applied_at=clock.now(),
        acted_by=by,
    )
