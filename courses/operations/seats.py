"""Seats: which are free, who gets the next, and another number of them. All of it with the offering held."""

from __future__ import annotations

from collections import defaultdict

from django.conf import settings
from django.db import transaction
from django.db.models import Max, QuerySet

from accounts.enums import SmsTemplate
from accounts.models import User
from core import clock
from core.spoken_dates import spoken_instant
from courses.audit import record
from courses.claim_window import claim_limit
from courses.enums import SEATED, EnrolmentAct, EnrolmentMode, EnrolmentState, OfferingState
from courses.errors import SeatsRefused
from courses.models import Enrolment, Lottery, Offering, PassedSeat
from courses.operations.enrolment_history import record_act, tell, text
from courses.operations.holding import hold_offering
from courses.queries.admission import starts_at


def free_seats(offering: Offering) -> list[int]:
    """Numbers of seats nobody holds, the lowest first."""
    held = Enrolment.objects.filter(offering=offering, state__in=SEATED, seat__isnull=False)
    taken = set(held.values_list("seat", flat=True))
    return [seat for seat in range(1, (offering.seats or 0) + 1) if seat not in taken]


def open_seat(offering: Offering, *, line: int | None = None) -> int | None:
    """The lowest free seat that nobody ahead is waiting for: nobody is ahead, or all of them let that seat pass.

    Ahead of a newcomer (`line` is None) is the whole line; once an offering has begun, the line no longer holds.
    """
    free = free_seats(offering)
    ahead = _line(offering) if line is None else _line(offering).filter(line__lt=line)
    waiting = 0 if clock.now() >= starts_at(offering) else ahead.count()
    if not free or not waiting:
        return free[0] if free else None
    passed = _passed(ahead)
    return next((seat for seat in free if len(passed[seat]) == waiting), None)


def take_seat(enrolment: Enrolment, seat: int | None) -> None:
    """Seat the person for good. That others let this seat pass is forgotten: when it falls free again, it is new."""
    enrolment.state, enrolment.seat = EnrolmentState.ENROLLED, seat
    enrolment.line = enrolment.claim_until = None
    enrolment.save()
    PassedSeat.objects.filter(enrolment=enrolment).delete()
    if seat is not None:
        PassedSeat.objects.filter(enrolment__offering_id=enrolment.offering_id, seat=seat).delete()


def next_place_in_line(offering: Offering) -> int:
    last = Enrolment.objects.filter(offering=offering).aggregate(last=Max("line"))["last"]
    return (last or 0) + 1


def move_line(offering: Offering) -> int:
    """Keep each free seat for the first in line who hasn't let it pass. Returns how many were offered.

    Nothing moves in an offering that has begun, was cancelled, or waits for its draw.
    """
    if offering.state != OfferingState.PUBLISHED or not is_handed_out_singly(offering):
        return 0
    limit = claim_limit(offered_at=clock.now(), hours=settings.CLAIM_HOURS, starts_at=starts_at(offering))
    free = free_seats(offering)
    if limit is None or not free:
        return 0
    passed = _passed(_line(offering))
    waiting = list(_line(offering).order_by("line"))
    offered: list[Enrolment] = []
    for seat in free:
        first = next((row for row in waiting if row.pk not in passed[seat]), None)
        if first is None:
            continue
        waiting.remove(first)
        first.offering = offering
        first.state, first.seat, first.claim_until = EnrolmentState.CLAIMABLE, seat, limit
        first.save()
        offered.append(first)
    record_act(offered, EnrolmentAct.OFFERED)
    until, title = spoken_instant(limit), offering.course.title
    for row in offered:
        text(row, SmsTemplate.SEAT_OFFERED, {"course": title, "until": until}, good_for=limit - clock.now())
    tell((row, f"《{title}》空出一个名额，给您留到 {until}。请在“我的”里确认要不要。") for row in offered)
    return len(offered)


@transaction.atomic
def settle_line(*, offering_id: int) -> int:
    """`move_line` for whoever doesn't hold the offering yet. Raises `Offering.DoesNotExist`."""
    return move_line(hold_offering(offering_id))


def is_handed_out_singly(offering: Offering) -> bool:
    """Whether seats go one by one: always, except in a lottery that has not been drawn."""
    if offering.mode != EnrolmentMode.LOTTERY:
        return offering.seats is not None
    return Lottery.objects.filter(offering=offering, drawn_at__isnull=False).exists()


@transaction.atomic
def change_seats(*, offering_id: int, seats: int, acted_by: User) -> Offering:
    """Another number of seats. More go to the waiting list at once; fewer only down to those who hold one.

    Who sits above the new number moves to a free seat below it. Raises `SeatsRefused` and `Offering.DoesNotExist`.
    """
    offering = hold_offering(offering_id)
    if offering.seats is None:
        raise SeatsRefused("这个班随到随学，没有名额限制。")
    if seats < 1:
        raise SeatsRefused("名额至少是 1 个。名额没有改。")
    if Lottery.objects.filter(offering=offering, drawn_at__isnull=True, voided_at__isnull=True).exists():
        raise SeatsRefused("名单已经封存，摇号以前不能改名额。摇号以后再改。")
    held = list(Enrolment.objects.filter(offering=offering, state__in=SEATED).order_by("seat"))
    if len(held) > seats:
        raise SeatsRefused(f"已经有 {len(held)} 人占着名额，不能减到 {seats} 个。名额还是 {offering.seats} 个。")
    free = iter(seat for seat in free_seats(offering) if seat <= seats)
    moved = [row for row in held if row.seat is not None and row.seat > seats]
    for row in moved:
        row.seat = next(free)
        row.save(update_fields=["seat", "updated_at"])
    record_act(moved, EnrolmentAct.RESEATED, acted_by=acted_by)
    record(offering, "change_seats", by=acted_by, seats=[offering.seats, seats])
    offering.seats = seats
    offering.save(update_fields=["seats", "updated_at"])
    move_line(offering)
    return offering


def _line(offering: Offering) -> QuerySet[Enrolment]:
    """Who waits. Someone whose account was closed holds up nobody."""
    return Enrolment.objects.filter(offering=offering, state=EnrolmentState.WAITING, person__is_active=True)


def _passed(waiting: QuerySet[Enrolment]) -> dict[int, set[int]]:
    """Seat → which of those in line let it pass."""
    passed: dict[int, set[int]] = defaultdict(set)
    for seat, enrolment in PassedSeat.objects.filter(enrolment__in=waiting).values_list("seat", "enrolment_id"):
        passed[seat].add(enrolment)
    return passed
