"""Parts encoded apart join without a lost, doubled or shifted picture, whatever the container can or can't seek.

Every picture of these clips is a flat grey that tells its number, so that what came out can be counted.
"""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from media_pipeline import cuts, ladder
from media_pipeline.enums import SourceState
from media_pipeline.models import Source
from media_pipeline.operations.work import run_until_idle
from tests.media_pipeline.clips import clip, picture, tone
from tests.media_pipeline.factories import receive
from tests.media_pipeline.readback import brightness, joined, read_packets, sounds, videos

pytestmark = pytest.mark.django_db
RATE = 25
SECONDS = 16
CYCLE = 25
LIGHT_STEP = 8
FIRST_LIGHT = 30


def numbered(*words: str, suffix: str, sound: bool = False, seconds: float = SECONDS) -> Path:
    """A clip whose picture number n has the luma 30 + 8 (n mod 25)."""
    light = f"geq=lum='{FIRST_LIGHT}+{LIGHT_STEP}*mod(N,{CYCLE})':cb=128:cr=128"
    source = ["-f", "lavfi", "-i", f"color=s=64x64:r={RATE}:d={seconds},format=yuv420p,{light}"]
    return clip(*source, *(tone(seconds=seconds) if sound else []), *words, suffix=suffix)


def numbers(lights: list[int]) -> list[int]:
    """Picture numbers, modulo CYCLE, from lights."""
    return [round((light - FIRST_LIGHT) / LIGHT_STEP) for light in lights]


@pytest.fixture
def short_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Parts of one segment, beside the opening's two."""
    monkeypatch.setattr(cuts, "PART_SECONDS", 4)


H264 = ["-c:v", "libx264", "-preset", "ultrafast", "-qp", "10"]
CONTAINERS = {
    "mkv with a keyframe a second": (["-c:v", "mpeg4", "-q:v", "2", "-g", "25"], ".mkv"),
    "mp4 with one keyframe at the beginning": ([*H264, "-g", "9999", "-bf", "2", "-keyint_min", "9999"], ".mp4"),
    "transport stream": ([*H264, "-g", "60", "-bf", "2", "-output_ts_offset", "3600"], ".ts"),
    "flv": ([*H264, "-g", "50"], ".flv"),
    "avi": (["-c:v", "mpeg4", "-q:v", "2", "-g", "250"], ".avi"),
    "wmv": (["-c:v", "wmv2", "-q:v", "2", "-g", "40"], ".wmv"),
    "ogv": (["-c:v", "libtheora", "-q:v", "9", "-g", "40"], ".ogv"),
    "webm": (["-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8", "-crf", "4", "-b:v", "2M"], ".webm"),
    "mxf": (["-c:v", "mpeg2video", "-q:v", "2", "-g", "12"], ".mxf"),
}


@pytest.mark.parametrize("name", CONTAINERS)
def test_no_picture_is_lost_doubled_or_shifted_at_a_seam(name: str, short_parts: None, tmp_path: Path) -> None:
    words, suffix = CONTAINERS[name]
    source = run_until_idle(receive(numbered(*words, suffix=suffix)).source)
    assert source.state == SourceState.READY, (source.reason, source.detail)
    (rendition,) = videos(source)
    assert rendition.parts.count() >= 3, (source.duration, source.plan["parts"])
    whole = joined(rendition, tmp_path)
    step = source.plan["rungs"][0]["step"]
    seen = numbers(brightness(whole))
    assert seen == [number * step % CYCLE for number in range(len(seen))]
    assert len(seen) == round(source.duration * RATE / step)
    assert abs(source.duration - SECONDS) <= 1 / RATE


def check_rungs(source: Source, folder: Path) -> None:
    """What every ladder promises: rungs of equal length, keyframes where segments begin and nowhere else, one clock."""
    boundaries = source.plan["boundaries"]
    for rendition in videos(source):
        packets = read_packets(joined(rendition, folder))
        frame = float(1 / Fraction(rendition.frame_rate))
        assert abs(len(packets) - source.duration / frame) < 1
        decoding = [packet.dts for packet in packets]
        assert decoding == sorted(set(decoding))
        shown = sorted(packet.pts for packet in packets)
        assert shown == pytest.approx([1 + number * frame for number in range(len(shown))], abs=0.002)
        keys = [packet.pts - 1 for packet in packets if packet.is_key]
        assert keys == pytest.approx(boundaries[:-1], abs=0.002)


@pytest.mark.parametrize(("rate", "top", "lowest"), [("60", "60", "15"), ("30000/1001", "30000/1001", "15000/1001")])
def test_rungs_of_a_lecture_in_parts_are_aligned(
    rate: str, top: str, lowest: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Both the opening of a long source (its own process) and the ladder beside it."""
    monkeypatch.setattr(cuts, "PART_SECONDS", 4)
    monkeypatch.setattr(ladder, "SHORT_SOURCE", 6.0)
    path = clip(
        *picture(size="854x480", rate=rate, seconds=9), *tone(seconds=9),
        "-c:v", "mpeg4", "-q:v", "6", "-g", "999", "-c:a", "aac", suffix=".mkv",
    )  # fmt: skip
    source = run_until_idle(receive(path).source)
    assert source.state == SourceState.READY, (source.reason, source.detail)
    assert source.plan["opening_parts"] == len(source.plan["parts"]) == 2
    rungs = videos(source)
    assert [rung.name for rung in rungs] == ["v480", "v360", "v240"]
    assert [rung.frame_rate for rung in rungs] == ["30" if rate == "60" else top, "30" if rate == "60" else top, lowest]
    check_rungs(source, tmp_path)
    for rendition in sounds(source):
        packets = read_packets(joined(rendition, tmp_path), "a:0")
        times = [packet.pts for packet in packets]
        step = 1024 / (48000 if rendition.name == "a96" else 32000)
        assert times == pytest.approx([times[0] + number * step for number in range(len(times))], abs=0.002)
        assert times[0] == pytest.approx(1, abs=2 * step)
        assert times[-1] + step == pytest.approx(1 + source.duration, abs=0.15)


def test_a_copied_picture_with_irregular_keyframes_keeps_the_ladder_aligned(tmp_path: Path) -> None:
    path = clip(
        *picture(size="640x360", seconds=16), *tone(seconds=16), "-c:v", "libx264", "-preset", "ultrafast",
        "-pix_fmt", "yuv420p", "-g", "180", "-force_key_frames", "0,2.5,3,7.1,7.2,12", "-bf", "2", "-b:v", "500k",
        "-maxrate", "600k", "-bufsize", "600k", "-c:a", "aac",
    )  # fmt: skip
    source = run_until_idle(receive(path).source)
    assert source.state == SourceState.READY, (source.reason, source.detail)
    top, lowest = videos(source)
    assert (top.is_copy, lowest.is_copy) == (True, False)
    boundaries = source.plan["boundaries"]
    assert boundaries[:-1] == pytest.approx([0, 7.1, 12], abs=0.034)
    copied = read_packets(joined(top, tmp_path))
    assert len(copied) == 16 * 30
    begins = [packet.pts for packet in copied if packet.is_key]
    encoded = [packet for packet in read_packets(joined(lowest, tmp_path)) if packet.is_key]
    offset = begins[0]
    for packet, boundary in zip(encoded, boundaries, strict=False):
        assert packet.pts - 1 == pytest.approx(boundary, abs=0.002)
        assert any(abs(begin - offset - boundary) < 0.002 for begin in begins)
    assert offset == pytest.approx(1, abs=0.1)


def test_slides_stay_until_the_next_one_across_seams(short_parts: None, tmp_path: Path) -> None:
    """A picture every six seconds and none in between: each part shows the slide that was on screen before it."""
    light = f"geq=lum='{FIRST_LIGHT}+{LIGHT_STEP}*N':cb=128:cr=128"
    path = clip(
        "-f", "lavfi", "-i", f"color=s=64x64:r=1/6:d=30,format=yuv420p,{light}", *tone(seconds=30),
        *H264, "-g", "1", "-vsync", "vfr", "-c:a", "aac", suffix=".mkv",
    )  # fmt: skip
    source = run_until_idle(receive(path).source)
    assert source.state == SourceState.READY, (source.reason, source.detail)
    (rendition,) = videos(source)
    seen = numbers(brightness(joined(rendition, tmp_path)))
    rate = Fraction(rendition.frame_rate)
    assert len(seen) == round(source.duration * rate)
    shown_at = [int(number / rate) // 6 for number in range(len(seen))]
    assert sum(mine != right for mine, right in zip(seen, shown_at, strict=True)) <= 5  # one picture a change


def test_the_last_picture_holds_while_the_sound_goes_on(short_parts: None, tmp_path: Path) -> None:
    light = f"geq=lum='{FIRST_LIGHT}+{LIGHT_STEP}*mod(N,{CYCLE})':cb=128:cr=128"
    path = clip(
        "-f", "lavfi", "-i", f"color=s=64x64:r={RATE}:d=2,format=yuv420p,{light}", *tone(seconds=17),
        *H264, "-c:a", "aac", suffix=".mkv",
    )  # fmt: skip
    source = run_until_idle(receive(path).source)
    assert source.state == SourceState.READY, (source.reason, source.detail)
    (rendition,) = videos(source)
    seen = numbers(brightness(joined(rendition, tmp_path)))
    assert len(seen) == round(source.duration * Fraction(rendition.frame_rate))
    assert set(seen[26:]) == {2 * RATE % CYCLE + CYCLE - 1}
