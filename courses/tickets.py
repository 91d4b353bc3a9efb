"""The ticket a lesson page hands to its player: who opened which lesson when, signed, so that a heartbeat needs no
session, no user and no lesson read from the database.

It is good for credit to that one person in that one lesson and for nothing else, which is why the door for reports
asks for no CSRF token: no cookie of a browser gives any right there.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.core import signing

LIFETIME = dt.timedelta(days=7)
"""How long after a page was opened its reports are taken, for players that were without a network."""
_signer = signing.Signer(salt="courses.tickets")


class TicketInvalid(Exception):
    """A ticket we never gave out."""


@dataclass(frozen=True)
class Ticket:
    """`media_pk` is what the lesson showed then. `opened_at` is the server's instant, to the millisecond."""

    user_pk: int
    lesson_pk: int
    media_pk: int
    opened_at: dt.datetime


def write_ticket(*, user_pk: int, lesson_pk: int, media_pk: int, opened_at: dt.datetime) -> str:
    """Text for the page; ASCII without spaces."""
    return _signer.sign_object([user_pk, lesson_pk, media_pk, int(opened_at.timestamp() * 1000)])


def read_ticket(text: str) -> Ticket:
    """Raises `TicketInvalid`."""
    try:
        user_pk, lesson_pk, media_pk, opened_ms = _signer.unsign_object(text)
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise TicketInvalid from error
    return Ticket(user_pk, lesson_pk, media_pk, dt.datetime.fromtimestamp(opened_ms / 1000, tz=dt.UTC))
