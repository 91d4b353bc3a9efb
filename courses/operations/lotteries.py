"""摇号: sealing the list of applicants, drawing, and giving out the seats."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Collection

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.enums import SmsTemplate
from accounts.models import User
from accounts.operations.audit import record
from accounts.sealing import seal, unseal
from core import clock
from core.spoken_dates import spoken_day, spoken_instant
from courses.enums import EnrolmentAct, EnrolmentMode, EnrolmentState, OfferingState
from courses.errors import LotteryRefused
from courses.lotteries import drawing
from courses.lotteries.drawing import Ticket
from courses.models import Enrolment, Lottery, LotteryTicket, Offering
from courses.operations.enrolling import end_enrolment
from courses.operations.enrolment_history import record_act, tell, text
from courses.operations.holding import hold_offering
from courses.queries.admission import starts_at, window_closes_at
from courses.queries.lottery_weights import weights_for

DIGITS = 6
SHORTEST_NOTICE = dt.timedelta(hours=1)
RESULT_GOOD_FOR = dt.timedelta(hours=12)
"""After that a message about a draw is more puzzling than useful; 我的 has it anyway."""


@transaction.atomic
def close_lottery(*, offering_id: int) -> Lottery:
    """Seal the list of those who applied, with their lots, and commit to it and to a new seed.

    Closed again, the lottery that stands comes back. Raises `LotteryRefused` and `Offering.DoesNotExist`.
    """
    offering = hold_offering(offering_id)
    standing = Lottery.objects.filter(offering=offering, voided_at__isnull=True).first()
    if standing is not None:
        return standing
    if offering.mode != EnrolmentMode.LOTTERY:
        raise LotteryRefused("这个班不摇号。")
    if offering.state != OfferingState.PUBLISHED:
        raise LotteryRefused("这个班没有公布，或者已经取消，不能封存名单。")
    if clock.now() < window_closes_at(offering):
        raise LotteryRefused(f"报名到{spoken_day(offering.enrol_until)} 24:00 才截止，现在不能封存名单。")
    assert offering.seats is not None
    applied = list(_applicants(offering))
    seed = secrets.token_bytes(drawing.SEED_BYTES)
    lottery = Lottery(offering=offering, seats=offering.seats, draw_at=_draw_at(offering), sealed_seed=seal(seed.hex()))
    tickets = _tickets(lottery, applied)
    lottery.list_text = drawing.canonical_list(
        lottery=str(lottery.key), seats=lottery.seats, tickets=[Ticket(row.number, row.weight) for row in tickets]
    )
    lottery.list_digest = drawing.digest_of(lottery.list_text.encode("ascii"))
    lottery.seed_digest = drawing.digest_of(seed)
    lottery.commitment = drawing.commitment_of(seed=seed, list_text=lottery.list_text)
    lottery.save()
    LotteryTicket.objects.bulk_create(tickets)
    lottery.sealed_at = clock.now()
    lottery.save(update_fields=["sealed_at", "updated_at"])
    _keep_on_record("seal_lottery", lottery, commitment=lottery.commitment)
    when, title = spoken_instant(lottery.draw_at), offering.course.title
    tell((row.enrolment, f"《{title}》报名截止了。您的签号是 {row.number}，{when} 摇号。") for row in tickets)
    return lottery


@transaction.atomic
def draw_lottery(*, offering_id: int) -> Lottery:
    """Draw the sealed list, give the seats out by rank, put the others in line, and reveal the seed.

    Drawn again, nothing changes. Late is better than never: the delay shows in `drawn_at`. Raises `LotteryRefused` and
    `Offering.DoesNotExist`.
    """
    offering = hold_offering(offering_id)
    lottery = Lottery.objects.filter(offering=offering, voided_at__isnull=True).first()
    if lottery is None:
        raise LotteryRefused("名单还没有封存，不能摇号。")
    if lottery.drawn_at is not None:
        return lottery
    now = clock.now()
    if now < lottery.draw_at:
        raise LotteryRefused(f"定好 {spoken_instant(lottery.draw_at)} 摇号，不能提前。")
    if offering.state != OfferingState.PUBLISHED:
        raise LotteryRefused("这个班已经取消，不摇号了。")
    tickets = {row.number: row for row in lottery.tickets.select_related("enrolment__person")}
    seed = _opened_seed(lottery, tickets.values())
    listed = [Ticket(row.number, row.weight) for row in tickets.values()]
    ranks = drawing.rank(seed=seed, lottery=str(lottery.key), tickets=listed)
    for row in tickets.values():
        row.enrolment.offering = offering
        _mark_gone(row, now)
    gone = [row.number for row in tickets.values() if row.withdrawn_at is not None]
    won = set(drawing.winners(ranks=ranks, withdrawn=gone, seats=lottery.seats))
    for place, number in enumerate(ranks, start=1):
        tickets[number].rank = place
        tickets[number].won = None if tickets[number].withdrawn_at else number in won
    ordered = [tickets[number] for number in ranks]
    LotteryTicket.objects.bulk_update(ordered, ["rank", "won", "withdrawn_at"], batch_size=200)
    lottery.seed, lottery.drawn_at = seed.hex(), now
    lottery.save(update_fields=["seed", "drawn_at", "updated_at"])
    _keep_on_record("draw_lottery", lottery)
    _give_out(
        offering,
        won=[row.enrolment for row in ordered if row.won],
        lost=[row.enrolment for row in ordered if row.won is False],
    )
    return lottery


@transaction.atomic
def void_lottery(*, offering_id: int, reason: str, acted_by: User | None = None) -> Lottery:
    """Give up a sealed lottery before its draw, for all to see. The applications stand; the list is sealed anew.

    For a seed that no key opens any more. Raises `LotteryRefused` and `Offering.DoesNotExist`.
    """
    offering = hold_offering(offering_id)
    lottery = Lottery.objects.filter(offering=offering, voided_at__isnull=True).first()
    if lottery is None or lottery.drawn_at is not None:
        raise LotteryRefused("没有等着摇号的名单，不能作废。摇过的号不能作废。")
    if not reason.strip():
        raise LotteryRefused("请写明作废的原因，它会公布在摇号页上。")
    lottery.voided_at, lottery.void_reason = clock.now(), reason.strip()[:120]
    lottery.save(update_fields=["voided_at", "void_reason", "updated_at"])
    _keep_on_record("void_lottery", lottery, actor=acted_by, reason=lottery.void_reason)
    return lottery


def _keep_on_record(verb: str, lottery: Lottery, *, actor: User | None = None, **after: str) -> None:
    """In the trail of the house; seals and draws are the clock's own, whoever asked for them."""
    offering = lottery.offering
    record(
        actor=actor,
        verb=verb,
        subject=lottery,
        label=f"{offering}",
        after=after,
        path=offering.region.path,
        site_id=offering.site_id,
    )


def _applicants(offering: Offering) -> QuerySet[Enrolment]:
    rows = Enrolment.objects.filter(offering=offering, state=EnrolmentState.APPLIED, person__is_active=True)
    return rows.select_related("person")


def _draw_at(offering: Offering) -> dt.datetime:
    """The set hour of the next day; an hour from now if the offering would have begun by then."""
    now = clock.now()
    tomorrow = timezone.localtime(now).date() + dt.timedelta(days=1)
    due = timezone.make_aware(dt.datetime.combine(tomorrow, dt.time(settings.LOTTERY_DRAW_HOUR)))
    return due if due < starts_at(offering) else now + SHORTEST_NOTICE


def _tickets(lottery: Lottery, applied: list[Enrolment]) -> list[LotteryTicket]:
    """Numbers come from chance and say nothing about who applied when."""
    weights = weights_for(lottery.offering, [row.person_id for row in applied])
    numbers: set[str] = set()
    while len(numbers) < len(applied):
        numbers.add(f"{secrets.randbelow(10**DIGITS):0{DIGITS}}")
    return [
        LotteryTicket(
            lottery=lottery,
            enrolment=row,
            number=number,
            weight=weights[row.person_id].lots,
            reasons=weights[row.person_id].reasons,
        )
        for row, number in zip(applied, numbers, strict=True)
    ]


def _opened_seed(lottery: Lottery, tickets: Collection[LotteryTicket]) -> bytes:
    """The seed, once seal, list and commitment all agree: a draw that nobody could verify is not made."""
    try:
        seed = bytes.fromhex(unseal(lottery.sealed_seed))
    except ValueError as error:
        raise LotteryRefused(
            "封存的种子打不开：SECRET_KEY 换过了。请把旧的放进 SECRET_KEY_FALLBACKS 再摇；找不回来就作废，重新封存。"
        ) from error
    listed = drawing.canonical_list(
        lottery=str(lottery.key), seats=lottery.seats, tickets=[Ticket(row.number, row.weight) for row in tickets]
    )
    if listed != lottery.list_text or drawing.commitment_of(seed=seed, list_text=listed) != lottery.commitment:
        raise LotteryRefused("名单和封存时的不一样，没有摇号。请查明是谁改动了数据库。")
    return seed


def _mark_gone(ticket: LotteryTicket, now: dt.datetime) -> None:
    """An account closed since the list was sealed counts as withdrawn."""
    enrolment = ticket.enrolment
    if ticket.withdrawn_at is None and (enrolment.state != EnrolmentState.APPLIED or not enrolment.person.is_active):
        ticket.withdrawn_at = now
        if enrolment.state == EnrolmentState.APPLIED:
            end_enrolment(enrolment, EnrolmentState.WITHDRAWN)
            record_act([enrolment], EnrolmentAct.WITHDRAWN)


def _give_out(offering: Offering, *, won: list[Enrolment], lost: list[Enrolment]) -> None:
    """Seats by rank to those who won; the others in line by rank. Nobody was seated or waiting before the draw."""
    for seat, enrolment in enumerate(won, start=1):
        enrolment.state, enrolment.seat = EnrolmentState.ENROLLED, seat
    for line, enrolment in enumerate(lost, start=1):
        enrolment.state, enrolment.line = EnrolmentState.WAITING, line
    for enrolment in [*won, *lost]:
        enrolment.updated_at = clock.now()
    Enrolment.objects.bulk_update([*won, *lost], ["state", "seat", "line", "updated_at"], batch_size=200)
    record_act(won, EnrolmentAct.WON)
    record_act(lost, EnrolmentAct.LOST)
    title, begins = offering.course.title, spoken_instant(starts_at(offering))
    tell((row, f"恭喜，《{title}》中签了。{begins} 开课。来不了请早点退出，把名额让给别人。") for row in won)
    tell((row, f"《{title}》这次没有中签，您排在候补第 {row.line} 位。空出名额会通知您。") for row in lost)
    for row in won:
        text(row, SmsTemplate.LOTTERY_WON, {"course": title, "begins": begins}, good_for=RESULT_GOOD_FOR)
    for row in lost:
        text(row, SmsTemplate.LOTTERY_LOST, {"course": title, "line": str(row.line)}, good_for=RESULT_GOOD_FOR)
