"""What a lottery publishes, and what a person reads of their own ticket."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from accounts.access import Viewer
from accounts.models import User
from core import clock
from courses.lotteries import drawing
from courses.lotteries.drawing import Ticket
from courses.models import Lottery, LotteryTicket, Offering

LATE = 300
"""Seconds after which a draw counts as late."""


def standing_lottery(offering: Offering) -> Lottery | None:
    """The lottery that counts: sealed, or drawn; never a voided one."""
    return Lottery.objects.filter(offering=offering, voided_at__isnull=True, sealed_at__isnull=False).first()


def publication(lottery: Lottery) -> dict[str, Any]:
    """The file anybody may check (`courses.lotteries.verifying`). Tickets in the order of their numbers; no person."""
    rows = list(lottery.tickets.order_by("number").values_list("number", "weight", "rank", "won", "withdrawn_at"))
    key = str(lottery.key)
    file: dict[str, Any] = {
        "algorithm": drawing.ALGORITHM,
        "lottery": key,
        "seats": lottery.seats,
        "tickets": [
            {"number": number, "weight": weight, "check": drawing.check_of(lottery=key, ticket=Ticket(number, weight))}
            for number, weight, *_ in rows
        ],
        "seed_digest": lottery.seed_digest,
        "list_digest": lottery.list_digest,
        "commitment": lottery.commitment,
        "sealed_at": _instant(lottery.sealed_at),
        "draw_at": _instant(lottery.draw_at),
    }
    if lottery.drawn_at is not None:
        ranked = sorted((rank, number, won, gone) for number, _, rank, won, gone in rows)
        file |= {
            "seed": lottery.seed,
            "drawn_at": _instant(lottery.drawn_at),
            "withdrawn": sorted(number for _, number, _, gone in ranked if gone is not None),
            "ranks": [number for _, number, _, _ in ranked],
            "won": [number for _, number, won, _ in ranked if won],
        }
    return file


def publication_text(lottery: Lottery) -> str:
    """The same file as text, one line a ticket, so that two of them can be laid side by side."""
    return json.dumps(publication(lottery), ensure_ascii=False, indent=1) + "\n"


@dataclass(frozen=True)
class Line:
    """One ticket on the public page."""

    number: str
    weight: int
    rank: int | None
    result: str
    is_own: bool


def lottery_page(*, offering: Offering, viewer: Viewer) -> dict[str, Any]:
    """The public page of an offering's lottery: the seal, then the results; and the viewer's own ticket."""
    lottery = standing_lottery(offering)
    voided = list(Lottery.objects.filter(offering=offering, voided_at__isnull=False).order_by("voided_at"))
    context: dict[str, Any] = {"offering": offering, "course": offering.course, "lottery": lottery, "voided": voided}
    if lottery is None:
        return context
    own = own_ticket(lottery, viewer)
    tickets = list(lottery.tickets.order_by("rank", "number"))
    lines = [
        Line(row.number, row.weight, row.rank, _result(row, lottery), own is not None and row.pk == own.pk)
        for row in tickets
    ]
    delay = int((lottery.drawn_at - lottery.draw_at).total_seconds()) if lottery.drawn_at else 0
    return context | {
        "lines": lines,
        "own": own,
        "own_line": next((line for line in lines if line.is_own), None),
        "lots": sum(row.weight for row in tickets),
        "won_count": sum(1 for row in tickets if row.won),
        "delay": delay if delay > LATE else 0,
        "is_overdue": lottery.drawn_at is None and clock.now() > lottery.draw_at,
    }


def own_ticket(lottery: Lottery, viewer: Viewer) -> LotteryTicket | None:
    """The viewer's ticket, with its reasons."""
    if not isinstance(viewer, User):
        return None
    return lottery.tickets.filter(enrolment__person=viewer).first()


def _result(ticket: LotteryTicket, lottery: Lottery) -> str:
    if ticket.withdrawn_at is not None:
        return "摇号前退出"
    if lottery.drawn_at is None:
        return "等待摇号"
    return "中签" if ticket.won else "未中签"


def _instant(instant: Any) -> str:
    """ISO 8601 with the offset of Asia/Shanghai, to the second."""
    return timezone.localtime(instant).isoformat(timespec="seconds")
