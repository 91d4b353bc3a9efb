"""Which rungs a source gets: sizes, rates, what may be copied."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from media_pipeline.ladder import LEVELS, STANDARD_RATES, can_copy, copied_cap, frame_rate, plan_ladder
from media_pipeline.plan import Plan
from media_pipeline.sounds import plan_gain
from tests.media_pipeline.probes import audio, probe, video

sides = st.integers(min_value=16, max_value=8192)
rates = st.sampled_from(["24000/1001", "24", "25", "30000/1001", "30", "50", "60000/1001", "60", "15", "10", "120"])
brisk = settings(deadline=None, max_examples=50)
encoded = {"codec": "hevc", "codec_tag": "hvc1"}


def sizes(plan: Plan) -> list[tuple[int, int]]:
    return [(rung.width, rung.height) for rung in plan.rungs]


@pytest.mark.parametrize(
    ("width", "height", "wanted"),
    [
        (1920, 1080, [(1920, 1080), (1280, 720), (852, 480), (640, 360), (426, 240)]),
        (3840, 2160, [(1920, 1080), (1280, 720), (852, 480), (640, 360), (426, 240)]),
        (1080, 1920, [(1080, 1920), (720, 1280), (480, 852), (360, 640), (240, 426)]),
        (1283, 721, [(1280, 720), (854, 480), (640, 360), (426, 240)]),
        (720, 576, [(600, 480), (450, 360), (300, 240)]),
        (640, 360, [(640, 360), (426, 240)]),
        (687, 687, [(686, 686), (480, 480), (360, 360), (240, 240)]),
        (176, 144, [(176, 144)]),
        (101, 99, [(100, 98)]),
    ],
)
def test_sizes_of_known_sources(width: int, height: int, wanted: list[tuple[int, int]]) -> None:
    assert sizes(plan_ladder(probe(video(width=width, height=height, **encoded)))) == wanted


@brisk
@given(width=sides, height=sides, rotation=st.sampled_from([0, 90, 180, 270]), aspect=st.sampled_from(["1", "64/45"]))
def test_every_size_is_even_never_above_the_source_and_of_its_shape(
    width: int, height: int, rotation: int, aspect: str
) -> None:
    source = video(width=width, height=height, rotation=rotation, sample_aspect=aspect, **encoded)
    seen = source.display_size
    plan = plan_ladder(probe(source))
    assert plan.rungs
    previous = (10**9, 10**9)
    for rung in plan.rungs:
        assert rung.width % 2 == rung.height % 2 == 0
        assert 2 <= rung.width <= seen[0]
        assert 2 <= rung.height <= seen[1]
        assert rung.width < previous[0]
        assert rung.height < previous[1]
        previous = (rung.width, rung.height)
        if abs(seen[0] - seen[1]) > 8:
            assert (rung.width >= rung.height) == (seen[0] >= seen[1])
        exact = Fraction(seen[0], seen[1])
        assert abs(rung.width - rung.height * exact) <= 2 + 2 * exact
    assert len({rung.name for rung in plan.rungs}) == len(plan.rungs)


@brisk
@given(rate=rates, height=st.sampled_from([2160, 1080, 720, 480, 360, 240, 180]))
def test_rates(rate: str, height: int) -> None:
    """At most 60, at most 30 below 720p; every rung shows every n-th picture of the largest."""
    plan = plan_ladder(probe(video(width=height * 16 // 9, height=height, average_frame_rate=rate, **encoded)))
    base = Fraction(plan.rungs[0].frame_rate) * plan.rungs[0].step
    steps = [rung.step for rung in plan.rungs]
    assert steps == sorted(steps)
    assert all(later % earlier == 0 for earlier, later in pairwise(steps))
    for rung in plan.rungs:
        own = Fraction(rung.frame_rate)
        assert own * rung.step == base
        assert own <= 60
        if rung.short < 720:
            assert own <= 30
        assert own > 11.9


@pytest.mark.parametrize(
    ("average", "wanted"),
    [
        ("30000/1001", "30000/1001"),
        ("24000/1001", "24000/1001"),
        ("60000/1001", "60000/1001"),
        ("29.971", "30000/1001"),
        ("29.7", "30"),
        ("14.985", "24"),
        ("27.4", "25"),
        ("41", "50"),
        ("1000", "60"),
        ("0", "25"),
        ("1/5", "24"),
    ],
)
def test_rates_of_phones_go_to_the_nearest_standard(average: str, wanted: str) -> None:
    assert frame_rate(video(average_frame_rate=average, **encoded)) == Fraction(wanted)


def test_the_lowest_rung_fits_a_rural_line() -> None:
    for height in (1080, 360, 240, 144):
        plan = plan_ladder(probe(video(width=height * 2, height=height, **encoded), audio()))
        thin = [sound for sound in plan.sounds if sound.group == "lo"]
        assert plan.rungs[-1].sound == "lo"
        assert plan.rungs[-1].cap + thin[0].cap <= 150_000
        assert thin[0].cap <= 48_000


@brisk
@given(rate=rates, height=st.sampled_from([1080, 720, 480, 360, 240]))
def test_caps_fall_from_rung_to_rung(rate: str, height: int) -> None:
    plan = plan_ladder(probe(video(width=height * 16 // 9, height=height, average_frame_rate=rate, **encoded)))
    caps = [rung.cap for rung in plan.rungs]
    assert caps == sorted(caps, reverse=True)


def test_a_phone_video_within_the_caps_is_copied() -> None:
    plan = plan_ladder(probe(video(), audio()))
    assert plan.copied is plan.rungs[0]
    assert [rung.name for rung in plan.encoded] == ["v720", "v480", "v360", "v240"]
    assert plan.base_rung is plan.copied


@pytest.mark.parametrize(
    "change",
    [
        {"codec": "hevc"},
        {"codec_tag": "encv"},
        {"pixel_format": "yuv420p10le"},
        {"pixel_format": "yuv444p"},
        {"profile": "High 10"},
        {"rotation": 90},
        {"sample_aspect": "4/3"},
        {"field_order": "tt"},
        {"transfer": "smpte2084"},
        {"transfer": "arib-std-b67"},
        {"width": 3840, "height": 2160},
        {"frame_rate": "90"},
        {"average_frame_rate": "120"},
        {"start": 0.5, "keyframes": [0.5 + second for second in range(59)]},
        {"keyframes": [float(second) for second in range(0, 60, 7)]},
        {"keyframes": [float(second) for second in range(1, 60)]},
        {"keyframes": []},
        {"group_bytes": []},
        {"group_bytes": [2_000_000] * 60},
        {"group_bytes": [100_000] * 20 + [9_000_000] * 4 + [100_000] * 36},
    ],
)
def test_what_must_be_encoded(change: dict[str, Any]) -> None:
    assert can_copy(video())
    assert not can_copy(video(**change))


def test_a_copy_that_ends_before_the_sound_would_freeze_so_it_is_encoded() -> None:
    assert plan_ladder(probe(video(), audio(duration=60.3))).copied
    assert plan_ladder(probe(video(), audio(duration=70.0))).copied is None


def test_a_copied_rung_promises_its_own_peak() -> None:
    busy = [100_000] * 28 + [1_000_000] * 4 + [100_000] * 28
    plan = plan_ladder(probe(video(group_bytes=busy)))
    assert plan.copied is not None
    assert 8_000_000 <= plan.copied.cap <= copied_cap(LEVELS[0])


def test_a_small_copied_source_still_gets_a_thin_rung() -> None:
    plan = plan_ladder(probe(video(width=426, height=240, group_bytes=[12_500] * 60), audio()))
    assert [(rung.name, rung.copied) for rung in plan.rungs] == [("v240", True), ("v240-low", False)]


@brisk
@given(
    size=st.tuples(sides, sides), rate=rates, end=st.floats(min_value=0.2, max_value=8_000),
    tracks=st.integers(min_value=0, max_value=6), loudness=st.one_of(st.none(), st.floats(min_value=-70, max_value=10)),
)  # fmt: skip
def test_a_plan_survives_the_database(
    size: tuple[int, int], rate: str, end: float, tracks: int, loudness: float | None
) -> None:
    source = probe(
        video(width=size[0], height=size[1], average_frame_rate=rate, end=end, **encoded),
        *(audio(index=number + 1, duration=end) for number in range(tracks)),
        loudness=loudness,
    )
    plan = plan_ladder(source)
    assert Plan.from_json(plan.to_json()) == plan
    assert type(source).from_json(source.to_json()) == source
    assert {sound.track for sound in plan.sounds} == set(range(tracks))
    assert len({sound.name for sound in plan.sounds}) == len(plan.sounds)
    groups = {sound.group for sound in plan.sounds}
    assert not tracks or {rung.sound for rung in plan.rungs} <= groups


@pytest.mark.parametrize(("measured", "gain"), [(-16.0, 0.0), (-30.0, 14.0), (-5.5, -10.5), (None, 0.0)])
def test_gain_brings_speech_to_sixteen(measured: float | None, gain: float) -> None:
    assert plan_gain(probe(None, audio(), loudness=measured)) == gain


@pytest.mark.parametrize(
    ("change", "loudness", "copied"),
    [
        ({}, -16.5, True),
        ({}, -23.0, False),
        ({}, None, False),
        ({"profile": "HE-AAC"}, -16.0, False),
        ({"channels": 6}, -16.0, False),
        ({"bit_rate": 320_000}, -16.0, False),
        ({"start": 1.0}, -16.0, False),
        ({"codec": "mp3", "codec_tag": "[0][0][0][0]"}, -16.0, False),
    ],
)
def test_sound_is_copied_only_when_nothing_is_to_be_done_to_it(
    change: dict[str, Any], loudness: float | None, copied: bool
) -> None:
    plan = plan_ladder(probe(None, audio(**change), loudness=loudness))
    assert [(sound.name, sound.copied) for sound in plan.sounds] == [("a96", copied), ("a40", False)]


def test_standard_rates_can_be_halved_on_the_segment_grid() -> None:
    assert all(round(4 * rate / 4) * 4 % 4 == 0 for rate in STANDARD_RATES)
