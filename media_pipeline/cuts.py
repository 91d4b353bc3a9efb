"""Where segments begin and how they are gathered into parts, the pieces of work. Instants are in seconds."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

from media_pipeline.plan import SEGMENT_SECONDS

PART_SECONDS = 60
OPENING_SEGMENTS = 2


def regular_boundaries(duration: float, rate: Fraction) -> list[float]:
    """Segment starts every SEGMENT_SECONDS, counted in whole frames, and the end after the last whole frame."""
    frames = max(1, round(duration * rate))
    step = round(SEGMENT_SECONDS * rate / 4) * 4  # a multiple of 4, so that halved rates meet the same instants
    starts = list(range(0, frames, step))
    if len(starts) > 1 and frames - starts[-1] < rate / 2:
        starts.pop()  # a last segment of a few frames would be all overhead
    return [round(float(start / rate), 6) for start in (*starts, frames)]


def copied_boundaries(keyframes: list[float], end: float) -> list[float]:
    """Where the HLS muxer cuts a copied stream: at the first keyframe at or after each multiple of the segment length
    (counted from the first keyframe).
    """
    boundaries = [0.0]
    begin = keyframes[0]
    for moment in keyframes[1:]:
        if moment - begin >= SEGMENT_SECONDS * len(boundaries) - 1e-6:
            boundaries.append(moment)
    return [*boundaries, round(end, 6)]


def on_grid(boundaries: list[float], rate: Fraction) -> bool:
    """Whether every segment start is a frame at `rate`: only then do segments of all rungs begin together."""
    return all(abs(moment * rate - round(moment * rate)) < 0.01 for moment in boundaries[:-1])


def cut_parts(boundaries: list[float], *, ahead: bool) -> list[tuple[int, int]]:
    """Cut segments into parts of about PART_SECONDS; `ahead` sets the first OPENING_SEGMENTS apart."""
    count = len(boundaries) - 1
    first = min(OPENING_SEGMENTS, count) if ahead else 0
    parts = [(0, first)] if first else []
    seconds = boundaries[-1] - boundaries[first]
    wanted = max(1, round(seconds / PART_SECONDS))
    rest = count - first
    edges = [first + round(rest * number / wanted) for number in range(wanted + 1)]
    parts += [(begin, end) for begin, end in pairwise(edges) if end > begin]
    return parts
