"""What a player reports: stretches of the present that were spent playing stretches of a lesson.

A stretch has two sides. Its wall side is counted from the instant the server opened the page (the ticket), by the
player's own steady clock; the media side is the place in the lesson. No wall clock of a device is asked: a wrong one
can't matter, and the same report says the same however late it arrives.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

FASTEST = 2.0
"""Our player goes up to 1.5; the full-screen player of an iPhone, which is not ours, up to 2."""
SLOWEST = 0.5
"""A stretch that plays less than half of its time was mostly waiting for the network."""
MOST_STRETCHES = 200
MOST_SEQ = 1_000_000
FARTHEST = 10**12
LONGEST_MEDIA = 24 * 3600 * 1000
LEEWAY = 5_000
"""How far past the present a steady clock may be, in ms, before a report counts as made up."""


class Unreadable(Exception):
    """A report that can't be right. Nothing of it is kept."""


@dataclass(frozen=True)
class Stretch:
    """`wall` and `media` in ms, both half-open and longer than nothing. Both sides run evenly from start to end."""

    wall_start: int
    wall_end: int
    media_start: int
    media_end: int

    def media_at(self, wall: int) -> int:
        """The place that was playing at the instant `wall` of this stretch."""
        length = self.media_end - self.media_start
        return self.media_start + length * (wall - self.wall_start) // (self.wall_end - self.wall_start)

    def between(self, start: int, end: int) -> Stretch:
        """The part of it from wall instant `start` to `end`, both within the stretch."""
        return Stretch(start, end, self.media_at(start), self.media_at(end))

    def later(self, by: int) -> Stretch:
        """The same with its wall side counted from an origin that lies `by` ms earlier."""
        return Stretch(self.wall_start + by, self.wall_end + by, self.media_start, self.media_end)


@dataclass(frozen=True)
class Place:
    """Where a person was in the lesson: `media` ms, at `wall` ms since the page was opened."""

    media: int
    wall: int


@dataclass(frozen=True)
class Report:
    """One heartbeat. `session` and `seq` are its key; `digest` tells whether another one with the key says the same."""

    session: str
    seq: int
    stretches: tuple[Stretch, ...]
    place: Place | None
    digest: str


def read_report(sent: Any, *, elapsed: int) -> Report:
    """A report from parsed JSON, `elapsed` ms after its page was opened. Raises `Unreadable`.

    In: `{"session": 32 hexadecimal digits, "seq": 1…, "played": [[wall start, wall end, media start, media end], …],
    "place": [media, wall] or null}`, all times in ms. A stretch that reaches past the present is cut there; one that
    is faster or slower than any player is cut to what could have been played.
    """
    if not isinstance(sent, dict):
        raise Unreadable("no object")
    session, seq = sent.get("session"), sent.get("seq")
    if not isinstance(session, str) or len(session) != 32 or not set(session) <= set("0123456789abcdef"):
        raise Unreadable("session")
    if not isinstance(seq, int) or isinstance(seq, bool) or not 1 <= seq <= MOST_SEQ:
        raise Unreadable("seq")
    played = sent.get("played")
    if not isinstance(played, list) or len(played) > MOST_STRETCHES:
        raise Unreadable("played")
    stretches = [_read_stretch(item, elapsed) for item in played]
    said = json.dumps([played, sent.get("place")], separators=(",", ":"))
    return Report(
        session=session,
        seq=seq,
        stretches=tuple(stretch for stretch in stretches if stretch is not None),
        place=_read_place(sent.get("place"), elapsed),
        digest=hashlib.sha256(said.encode()).hexdigest()[:32],
    )


def _numbers(value: Any, count: int) -> list[int]:
    if not isinstance(value, list) or len(value) != count:
        raise Unreadable("numbers")
    for number in value:
        # Nothing that is no number, and no NaN, is between these two.
        if isinstance(number, bool) or not isinstance(number, int | float) or not 0 <= number <= FARTHEST:
            raise Unreadable("number")
    return [round(number) for number in value]


def _read_stretch(value: Any, elapsed: int) -> Stretch | None:
    """None for one of no length. Raises `Unreadable`."""
    wall_start, wall_end, media_start, media_end = _numbers(value, 4)
    if wall_end < wall_start or media_end < media_start or media_end > LONGEST_MEDIA:
        raise Unreadable("backwards")
    if wall_end > elapsed + LEEWAY:
        raise Unreadable("from the future")
    if wall_end == wall_start or wall_start >= elapsed:
        return None
    sent = Stretch(wall_start, wall_end, media_start, media_end)
    so_far = sent.between(wall_start, min(wall_end, elapsed))
    return possible(so_far.wall_start, so_far.wall_end, so_far.media_start, so_far.media_end)


def possible(wall_start: int, wall_end: int, media_start: int, media_end: int) -> Stretch | None:
    """The stretch cut to what its time can play, and to the time its media can fill; None if nothing is left."""
    wall, media = wall_end - wall_start, media_end - media_start
    if wall <= 0 or media <= 0:
        return None
    media = min(media, int(wall * FASTEST))
    wall = min(wall, math.ceil(media / SLOWEST))
    return Stretch(wall_start, wall_start + wall, media_start, media_start + media) if media > 0 else None


def _read_place(value: Any, elapsed: int) -> Place | None:
    if value is None:
        return None
    media, wall = _numbers(value, 2)
    if media > LONGEST_MEDIA or wall > elapsed + LEEWAY:
        raise Unreadable("place")
    return Place(media, min(wall, elapsed))


def packed(stretches: Sequence[Stretch]) -> list[list[int]]:
    """As rows keep them."""
    return [[one.wall_start, one.wall_end, one.media_start, one.media_end] for one in stretches]


def unpacked(rows: Sequence[Sequence[int]]) -> tuple[Stretch, ...]:
    return tuple(Stretch(*(int(number) for number in row)) for row in rows)
