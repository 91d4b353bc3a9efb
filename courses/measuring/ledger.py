"""What a person is credited, worked out from reports (ADR 0011).

An instant of a person's life counts once: whichever report claimed it first has it, and what another device played in
the same instant counts nowhere. So nothing that was credited is ever taken back, a report that comes twice changes
nothing, and all that a person is credited is never more than the time that passed.

Within a lesson each part counts once, however often it is played. Within a day too: who practises along with the same
film every morning has studied every morning, and a film that goes round all night counts once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from courses.measuring.intervals import NOTHING, Intervals, measure, tidy, union, within, without
from courses.measuring.reports import Stretch

DAY = 24 * 3600 * 1000
MOST_SESSIONS = 16


@dataclass
class LessonShare:
    """A lesson within one day: the parts played, and the instants spent on them (`played`, ms)."""

    covered: Intervals = NOTHING
    played: int = 0

    @property
    def credited(self) -> int:
        return min(measure(self.covered), self.played)


@dataclass
class DayAccount:
    """One day of a person: `taken` are the instants that are claimed, in ms since midnight; shares by lesson id."""

    taken: Intervals = NOTHING
    lessons: dict[int, LessonShare] = field(default_factory=dict)

    @property
    def credited(self) -> int:
        """Study time of the day in ms; at most the length of `taken`."""
        return sum(share.credited for share in self.lessons.values())


@dataclass
class LessonAccount:
    """A lesson over all days. `heard`: the newest sessions and which of their numbers were counted, latest last."""

    covered: Intervals = NOTHING
    played: int = 0
    heard: list[tuple[str, Intervals]] = field(default_factory=list)

    @property
    def credited(self) -> int:
        """Credited time in ms: each part once, and never more than was spent on it."""
        return min(measure(self.covered), self.played)

    def has_heard(self, session: str, seq: int) -> bool:
        return any(name == session and within(numbers, seq, seq + 1) for name, numbers in self.heard)

    def hear(self, session: str, seq: int) -> None:
        """Remember that a report was counted."""
        known = next((numbers for name, numbers in self.heard if name == session), NOTHING)
        others = [(name, numbers) for name, numbers in self.heard if name != session]
        self.heard = [*others, (session, tidy([*known, (seq, seq + 1)]))][-MOST_SESSIONS:]


def split_by_day(stretch: Stretch) -> Iterator[tuple[int, Stretch]]:
    """(day number, the part of the stretch in that day with its wall side in ms since midnight), in order.

    The wall side of `stretch` counts from a midnight; day 0 is the day that begins there.
    """
    at = stretch.wall_start
    while at < stretch.wall_end:
        day = at // DAY
        end = min(stretch.wall_end, (day + 1) * DAY)
        yield day, stretch.between(at, end).later(-day * DAY)
        at = end


def credit(
    day: DayAccount, account: LessonAccount, lesson_id: int, stretch: Stretch, *, same_media: bool = True
) -> None:
    """Count a stretch of one day for a lesson, as far as its instants are free.

    With `same_media` False (the page shows a film the lesson no longer has) it is study time, and covers nothing of
    the lesson.
    """
    free = without(((stretch.wall_start, stretch.wall_end),), day.taken)
    if not free:
        return
    pieces = [stretch.between(start, end) for start, end in free]
    covered = tidy((piece.media_start, piece.media_end) for piece in pieces)
    share = day.lessons.setdefault(lesson_id, LessonShare())
    share.covered = union(share.covered, covered)
    share.played += measure(free)
    day.taken = union(day.taken, free)
    if same_media:
        account.covered = union(account.covered, covered)
        account.played += measure(free)
