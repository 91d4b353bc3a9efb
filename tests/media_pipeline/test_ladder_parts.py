"""Where segments begin and how the work is cut: arithmetic that every seam rests on."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from media_pipeline.cuts import OPENING_SEGMENTS, PART_SECONDS, copied_boundaries, cut_parts, regular_boundaries
from media_pipeline.ladder import EXACT_RATES, MAX_COPIED_GOP, SHORT_SOURCE, plan_ladder
from media_pipeline.plan import SEGMENT_SECONDS
from tests.media_pipeline.probes import probe, video

brisk = settings(deadline=None, max_examples=50)
durations = st.floats(min_value=0.2, max_value=6 * 3600)
rates = st.sampled_from(EXACT_RATES)


@brisk
@given(duration=durations, rate=rates)
def test_segments_begin_on_whole_pictures_that_every_rung_has(duration: float, rate: Fraction) -> None:
    boundaries = regular_boundaries(duration, rate)
    assert boundaries[0] == 0
    assert boundaries == sorted(set(boundaries))
    assert abs(boundaries[-1] - duration) <= 1 / rate
    for moment in boundaries[:-1]:
        number = moment * float(rate)
        assert abs(number - round(number)) < 0.001
        assert round(number) % 4 == 0
    lengths = [after - before for before, after in pairwise(boundaries)]
    assert all(abs(length - SEGMENT_SECONDS) < 0.1 for length in lengths[:-1])
    assert lengths[-1] <= SEGMENT_SECONDS + 0.6
    assert len(lengths) == 1 or lengths[-1] >= 0.49


@brisk
@given(duration=durations, rate=rates, ahead=st.booleans())
def test_parts_cover_every_segment_once(duration: float, rate: Fraction, ahead: bool) -> None:
    boundaries = regular_boundaries(duration, rate)
    parts = cut_parts(boundaries, ahead=ahead)
    assert [number for first, last in parts for number in range(first, last)] == list(range(len(boundaries) - 1))
    assert all(last > first for first, last in parts)
    if ahead:
        assert parts[0] == (0, min(OPENING_SEGMENTS, len(boundaries) - 1))
    for first, last in parts:
        assert boundaries[last] - boundaries[first] <= 1.5 * PART_SECONDS + 2 * SEGMENT_SECONDS


@brisk
@given(gaps=st.lists(st.floats(min_value=0.04, max_value=MAX_COPIED_GOP), min_size=1, max_size=200))
def test_a_copy_is_cut_at_keyframes_only(gaps: list[float]) -> None:
    keyframes = [0.0]
    for gap in gaps:
        keyframes.append(round(keyframes[-1] + gap, 6))
    end = round(keyframes.pop(), 6)
    boundaries = copied_boundaries(keyframes, end)
    assert boundaries[0] == 0
    assert boundaries[-1] == end
    assert set(boundaries[:-1]) <= set(keyframes)
    assert boundaries == sorted(set(boundaries))
    assert all(after - before <= SEGMENT_SECONDS + MAX_COPIED_GOP + 0.001 for before, after in pairwise(boundaries))


def test_a_short_source_opens_with_its_first_segments_only() -> None:
    plan = plan_ladder(probe(video(end=60.0, codec="hevc")))
    assert plan.opening == ["v240"]
    assert plan.opening_parts == 1
    assert plan.parts[0] == (0, OPENING_SEGMENTS)


def test_a_lecture_gets_its_lowest_and_a_middle_rung_first() -> None:
    plan = plan_ladder(probe(video(end=SHORT_SOURCE * 20, codec="hevc")))
    assert plan.opening == ["v480", "v240"]
    assert plan.opening_parts == len(plan.parts) == SHORT_SOURCE * 20 / PART_SECONDS


def test_a_copied_short_source_needs_no_opening() -> None:
    plan = plan_ladder(probe(video(end=60.0)))
    assert plan.copied
    assert (plan.opening, plan.opening_parts) == ([], 0)


@brisk
@given(
    end=st.floats(min_value=0.5, max_value=2000),
    rate=st.sampled_from(["24000/1001", "25", "30000/1001", "30", "50", "60"]),
    group=st.one_of(st.none(), st.integers(min_value=1, max_value=140)),
)
def test_every_segment_start_is_a_picture_of_every_encoded_rung(end: float, rate: str, group: int | None) -> None:
    """Also beside a copied picture, whose keyframes (`group` pictures apart) nobody chose."""
    picture = video(end=end, average_frame_rate=rate, codec="hevc")
    if group is not None:
        keyframes = [float(number / Fraction(rate)) for number in range(0, max(1, picture.frames), group)]
        picture = video(end=end, average_frame_rate=rate, keyframes=keyframes, group_bytes=[9] * len(keyframes))
    plan = plan_ladder(probe(picture))
    for rung in plan.encoded:
        for moment in plan.boundaries[:-1]:
            own = float(Fraction(rung.frame_rate))
            off = abs(moment - round(moment * own) / own)
            # A copied 60 fps picture may be cut at an odd picture, of which a 30 fps rung shows the next.
            assert off < 0.001 or (group is not None and off <= float(1 / Fraction(rate)) + 0.001 and own > 20)
