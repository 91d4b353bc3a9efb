"""Sets of time: sorted, disjoint, half-open intervals [start, end) of whole milliseconds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

Intervals = tuple[tuple[int, int], ...]
NOTHING: Intervals = ()


def tidy(pairs: Iterable[Sequence[int]]) -> Intervals:
    """The set that `pairs` cover together, whatever their order and overlap. Empty and backward pairs cover nothing."""
    done: list[tuple[int, int]] = []
    for start, end in sorted((pair[0], pair[1]) for pair in pairs):
        if end <= start:
            continue
        if done and start <= done[-1][1]:
            done[-1] = (done[-1][0], max(done[-1][1], end))
        else:
            done.append((start, end))
    return tuple(done)


def union(*sets: Intervals) -> Intervals:
    """What is in any of `sets`."""
    return tidy(pair for one in sets for pair in one)


def measure(one: Intervals) -> int:
    """How long the set is altogether, in ms."""
    return sum(end - start for start, end in one)


def without(one: Intervals, taken: Intervals) -> Intervals:
    """What is in `one` and not in `taken`."""
    left: list[tuple[int, int]] = []
    for start, end in one:
        at = start
        for other_start, other_end in taken:
            if other_end <= at:
                continue
            if other_start >= end:
                break
            if other_start > at:
                left.append((at, other_start))
            at = max(at, other_end)
        if at < end:
            left.append((at, end))
    return tuple(left)


def within(one: Intervals, start: int, end: int) -> Intervals:
    """What is in `one` and between `start` and `end`."""
    return tidy((max(a, start), min(b, end)) for a, b in one)


def bridged(one: Intervals, gap: int) -> Intervals:
    """`one` with every hole of at most `gap` ms closed: a player that is paused and goes on leaves slivers."""
    done: list[tuple[int, int]] = []
    for start, end in one:
        if done and start - done[-1][1] <= gap:
            done[-1] = (done[-1][0], end)
        else:
            done.append((start, end))
    return tuple(done)
