"""When a lesson counts as finished, and what is still missing. The rule has a version; what it decided once stands."""

from __future__ import annotations

from dataclasses import dataclass

from courses.measuring.intervals import Intervals, bridged, measure, within, without

SLIVER = 2_000
"""Holes of at most this many ms count as seen: pausing and seeking leave them, and nobody could find them again."""


@dataclass(frozen=True)
class Rule:
    """`percent` of a lesson's length must have been played."""

    version: int
    percent: int

    def wanted(self, duration: int) -> int:
        """How many ms of a lesson of `duration` ms must have been played."""
        return -(-duration * self.percent // 100)


RULE = Rule(version=1, percent=90)


@dataclass(frozen=True)
class Standing:
    """How far a lesson is. Times in ms; `missing` are the parts that were never played; `lacking` is how much more has
    to be played for the lesson to count as finished (0 when it is)."""

    seen: int
    wanted: int
    missing: Intervals
    lacking: int

    @property
    def fulfils(self) -> bool:
        return self.wanted > 0 and self.lacking == 0


def stand(covered: Intervals, duration: int, rule: Rule = RULE) -> Standing:
    """Where `covered` of a lesson of `duration` ms stands under `rule`."""
    if duration <= 0:
        return Standing(0, 0, (), 0)
    whole = ((0, duration),)
    # A hole before the first or after the last thing seen is a hole like any other.
    fenced = bridged(((-1, 0), *within(covered, 0, duration), (duration, duration + 1)), SLIVER)
    seen = within(fenced, 0, duration)
    wanted = rule.wanted(duration)
    return Standing(
        seen=measure(seen), wanted=wanted, missing=without(whole, seen), lacking=max(0, wanted - measure(seen))
    )
