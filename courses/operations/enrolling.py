"""报名 and 退出. Each is safe to repeat: the same press, or the same wish again, changes nothing more."""

from __future__ import annotations

import uuid
from collections.abc import Collection

from django.db import transaction

from accounts.models import User
from core import clock
from courses.enums import STANDING, EnrolmentAct, EnrolmentMode, EnrolmentState
from courses.errors import ConcernsRaised, EnrolmentRefused
from courses.models import Enrolment, Lottery, LotteryTicket, Offering
from courses.operations.enrolment_history import record_act
from courses.operations.holding import hold_offering, hold_person, read_enrolment
from courses.operations.seats import move_line, next_place_in_line, open_seat, take_seat
from courses.queries.admission import concerns_about, refuse_above_limit, window_sentence


@transaction.atomic
def enrol(
    *,
    offering_id: int,
    person: User,
    acted_by: User | None = None,
    request_key: uuid.UUID | None = None,
    accepted: Collection[str] = (),
    at_counter: bool = False,
) -> Enrolment:
    """Give the person what the offering's mode has to give now: a seat, a place in line, or a part in the draw.

    `accepted` holds the keys of concerns the person has read and accepted. `request_key` is the press: pressed again,
    also after a withdrawal, the row of then comes back as it stands now. Who is in already stays as they are; who waits
    gets a seat that nobody before them wants. `at_counter` is for staff: see `window_sentence`.
    Raises `EnrolmentRefused`, `ConcernsRaised` and `Offering.DoesNotExist`.
    """
    person = hold_person(person.pk)
    offering = hold_offering(offering_id)
    if request_key is not None and (pressed := Enrolment.objects.filter(request_key=request_key).first()):
        if (pressed.person_id, pressed.offering_id) != (person.pk, offering.pk):
            raise EnrolmentRefused("这一页已经用过了。请重新打开报名页再报。")
        return pressed
    standing = Enrolment.objects.filter(offering=offering, person=person, state__in=STANDING).first()
    if standing is not None and standing.state != EnrolmentState.WAITING:
        return standing
    if closed := window_sentence(offering, at_counter=at_counter):
        if standing is not None:
            return standing
        raise EnrolmentRefused(closed)
    if standing is None:
        _refuse_between_seal_and_draw(offering)
        refuse_above_limit(person, offering)
        _refuse_unread_concerns(person, offering, accepted)
        standing = Enrolment(offering=offering, person=person, applied_at=clock.now(), request_key=request_key)
        standing.acted_by = acted_by
    return _admit(standing, offering, acted_by)


def _admit(enrolment: Enrolment, offering: Offering, acted_by: User | None) -> Enrolment:
    """`enrolment` is new, or waits."""
    enrolment.offering = offering
    if offering.mode == EnrolmentMode.LOTTERY and not _is_drawn(offering):
        enrolment.state = EnrolmentState.APPLIED
        enrolment.save()
        record_act([enrolment], EnrolmentAct.APPLIED, acted_by=acted_by)
        return enrolment
    seat = None if offering.seats is None else open_seat(offering, line=enrolment.line)
    if offering.seats is None or seat is not None:
        if enrolment.state == EnrolmentState.WAITING:
            refuse_above_limit(enrolment.person, offering)
        take_seat(enrolment, seat)
        record_act([enrolment], EnrolmentAct.ENROLLED, acted_by=acted_by)
    elif enrolment.state != EnrolmentState.WAITING:
        enrolment.state, enrolment.line = EnrolmentState.WAITING, next_place_in_line(offering)
        enrolment.save()
        record_act([enrolment], EnrolmentAct.QUEUED, acted_by=acted_by)
    return enrolment


@transaction.atomic
def withdraw(*, enrolment_id: int, acted_by: User | None = None) -> Enrolment:
    """Leave an offering, its waiting list or its draw; a seat that falls free goes to the first in line at once.

    A ticket in a sealed list stays there, marked: the draw passes it over. Who has left stays out. Raises
    `EnrolmentRefused` once the offering has ended, and `Enrolment.DoesNotExist`.
    """
    offering = hold_offering(Enrolment.objects.values_list("offering_id", flat=True).get(pk=enrolment_id))
    enrolment = read_enrolment(enrolment_id, offering)
    if enrolment.state not in STANDING:
        return enrolment
    if clock.today() > offering.ends_on:
        raise EnrolmentRefused("这个班已经结课，不用再退。")
    now = clock.now()
    LotteryTicket.objects.filter(
        enrolment=enrolment, lottery__drawn_at__isnull=True, lottery__voided_at__isnull=True
    ).update(withdrawn_at=now)
    end_enrolment(enrolment, EnrolmentState.WITHDRAWN)
    record_act([enrolment], EnrolmentAct.WITHDRAWN, acted_by=acted_by)
    move_line(offering)
    return enrolment


def end_enrolment(enrolment: Enrolment, state: EnrolmentState) -> None:
    """Out of seat and line, in `state`."""
    enrolment.state, enrolment.ended_at = state, clock.now()
    enrolment.seat = enrolment.line = enrolment.claim_until = None
    enrolment.save()
    enrolment.passed_seats.all().delete()


def _refuse_between_seal_and_draw(offering: Offering) -> None:
    if Lottery.objects.filter(offering=offering, voided_at__isnull=True, drawn_at__isnull=True).exists():
        raise EnrolmentRefused("名单已经封存，正在等待摇号，现在不能再报。摇号以后可以排候补。")


def _is_drawn(offering: Offering) -> bool:
    return Lottery.objects.filter(offering=offering, drawn_at__isnull=False).exists()


def _refuse_unread_concerns(person: User, offering: Offering, accepted: Collection[str]) -> None:
    concerns = concerns_about(person, offering)
    if any(concern.key not in accepted for concern in concerns):
        raise ConcernsRaised(concerns)
