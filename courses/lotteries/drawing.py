"""The draw (ADR 0015): a ticket has as many lots in the box as its weight; tickets rank as they first come out.

Formula. `seed` is 32 bytes. Lot j (1 … w) of ticket t in lottery k has the value

    HMAC-SHA256(key = seed, message = "k/t/j" in ASCII), read as a number of 256 bits, high byte first.

A ticket's value is the smallest of its lots'; tickets are ranked by value, then by number. Whole numbers alone, so that
any machine finds the same order.

Why this is a weighted draw without replacement. Efraimidis and Spirakis, "Weighted random sampling with a reservoir",
Information Processing Letters 97 (2006) 181-185, give ticket t the key u^(1/w), u uniform on (0, 1), and take the
largest keys: the next ticket is t with probability w_t / sum of the weights left. For a whole number w that key is
distributed as the largest of w independent uniform numbers; 1 - u turns the largest into the smallest. So the smallest
of w hashes is their key, exactly, without powers of fractions. A ticket's value depends on no other ticket: one that is
withdrawn is passed over, and the order of the others stays as it was.

Commitment: SHA-256(seed ‖ canonical list), published before the draw; the list is JSON in ASCII, keys sorted, no
spaces, tickets sorted by number.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable
from dataclasses import dataclass

ALGORITHM = "yinling-lottery-1"
SEED_BYTES = 32
MOST_LOTS = 1000
"""More than any rule gives; keeps a hostile file from costing an hour."""
MOST_TICKETS = 100_000


@dataclass(frozen=True, order=True)
class Ticket:
    """`number` is digits, unique in its lottery; `weight` the number of lots, from 1."""

    number: str
    weight: int


def canonical_list(*, lottery: str, seats: int, tickets: Iterable[Ticket]) -> str:
    """What is committed to, as text: the same for tickets in any order."""
    listed = {
        "algorithm": ALGORITHM,
        "lottery": lottery,
        "seats": seats,
        "tickets": [[ticket.number, ticket.weight] for ticket in sorted(tickets)],
    }
    return json.dumps(listed, sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def commitment_of(*, seed: bytes, list_text: str) -> str:
    """SHA-256(seed ‖ list) in hex."""
    return hashlib.sha256(seed + list_text.encode("ascii")).hexdigest()


def digest_of(content: bytes) -> str:
    """SHA-256 in hex: of the seed alone and of the list alone, so that a fault can be placed."""
    return hashlib.sha256(content).hexdigest()


def check_of(*, lottery: str, ticket: Ticket) -> str:
    """Sixteen hex digits that belong to a ticket's line in the list: they say which line was changed, not by whom."""
    return hashlib.sha256(f"{lottery}/{ticket.number}/{ticket.weight}".encode()).hexdigest()[:16]


def lots_of(*, seed: bytes, lottery: str, ticket: Ticket) -> list[int]:
    """The values of a ticket's lots."""
    return [
        int.from_bytes(hmac.digest(seed, f"{lottery}/{ticket.number}/{lot}".encode(), "sha256"), "big")
        for lot in range(1, ticket.weight + 1)
    ]


def order_by_lots(lots: dict[str, list[int]]) -> list[str]:
    """Ticket numbers by their smallest lot, then by number."""
    return sorted(lots, key=lambda number: (min(lots[number]), number))


def rank(*, seed: bytes, lottery: str, tickets: Iterable[Ticket]) -> list[str]:
    """Ticket numbers, the first drawn first."""
    return order_by_lots(
        {ticket.number: lots_of(seed=seed, lottery=lottery, ticket=ticket) for ticket in tickets},
    )


def winners(*, ranks: Iterable[str], withdrawn: Iterable[str], seats: int) -> list[str]:
    """The first `seats` tickets that nobody withdrew, in the order of their ranks."""
    gone = set(withdrawn)
    return [number for number in ranks if number not in gone][:seats]
