"""Every kind of honest input ends ready, with the ladder it should have. Real encodes, read back with ffprobe."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from media_pipeline.enums import MediaKind, SourceState
from media_pipeline.models import Source
from media_pipeline.operations.work import run_until_idle
from media_pipeline.queries.playlists import master_playlist
from media_pipeline.queries.verify import find_faults
from tests.media_pipeline import awkward, clips
from tests.media_pipeline.factories import receive
from tests.media_pipeline.readback import (
    colours,
    joined,
    leftovers,
    loudness,
    on_disk,
    read_packets,
    sounds,
    streams,
    videos,
)

pytestmark = pytest.mark.django_db


def make(path: Path, data_dir: Path) -> Source:
    """Take a file in and do all the work on it."""
    source = run_until_idle(receive(path).source)
    assert source.state == SourceState.READY, (source.reason, [step.detail for step in source.steps.all()])
    assert leftovers(data_dir) == []
    return source


def check_picture(source: Source, folder: Path, *, size: tuple[int, int], seconds: float) -> dict[str, Any]:
    """The largest rung: an 8-bit H.264 picture of that size, as many pictures as time asks for, all in order."""
    rendition = videos(source)[0]
    path = joined(rendition, folder)
    (stream,) = streams(path)
    assert (stream["codec_name"], stream["pix_fmt"], stream["profile"]) == ("h264", "yuv420p", "High")
    assert (stream["width"], stream["height"]) == size
    assert stream.get("sample_aspect_ratio", "1:1") in {"1:1", "0:1"}
    assert not any("rotation" in side for side in stream.get("side_data_list", []))
    packets = read_packets(path)
    rate = Fraction(rendition.frame_rate)
    assert abs(len(packets) - seconds * rate) <= 2
    shown = sorted(packet.pts for packet in packets)
    assert shown == pytest.approx([1 + float(number / rate) for number in range(len(shown))], abs=0.002)
    assert source.duration == pytest.approx(seconds, abs=0.1)
    found: dict[str, Any] = stream
    return found


PICTURES: dict[str, tuple[Callable[[], Path], tuple[int, int], float, int]] = {
    "variable rate": (awkward.variable_rate, (320, 180), 4, 1),
    "turned by 90": (lambda: awkward.turned(90), (180, 320), 1.5, 1),
    "turned by 180": (lambda: awkward.turned(180), (320, 180), 1.5, 1),
    "turned by 270": (lambda: awkward.turned(270), (180, 320), 1.5, 1),
    "odd size in 4:4:4": (awkward.odd_444, (426, 240), 1.5, 0),
    "mislabelled colours": (awkward.mislabelled, (640, 480), 1.5, 0),
    "wide pixels": (awkward.wide_pixels, (426, 240), 1.5, 0),
    "interlaced": (awkward.interlaced, (292, 240), 2, 1),
    "DV": (awkward.dv, (640, 480), 1, 1),
    "ten bits": (awkward.ten_bits, (320, 180), 1.5, 0),
    "5.1": (awkward.surround, (320, 180), 3, 1),
    "two languages": (awkward.two_languages, (320, 180), 2, 2),
    "sound goes on": (awkward.sound_goes_on, (320, 180), 11, 1),
    "sound stops": (awkward.sound_stops, (320, 180), 5, 1),
    "picture late": (awkward.picture_late, (320, 180), 8, 1),
    "transport stream": (awkward.transport_stream, (320, 180), 3, 1),
    "15 pictures a second": (lambda: awkward.at_rate("15"), (320, 180), 2, 0),
    "120 pictures a second": (lambda: awkward.at_rate("120"), (320, 180), 2, 0),
    "23.976": (lambda: awkward.at_rate("24000/1001"), (320, 180), 2, 0),
}


@pytest.mark.parametrize("name", PICTURES)
def test_awkward_pictures(name: str, tmp_path: Path, data_dir: Path) -> None:
    path, size, seconds, tracks = PICTURES[name]
    source = make(path(), data_dir)
    assert source.kind == MediaKind.VIDEO
    check_picture(source, tmp_path, size=size, seconds=seconds)
    made = sounds(source)
    assert len({rendition.name.partition("-")[2] for rendition in made}) == tracks
    for rendition in made:
        (stream,) = streams(joined(rendition, tmp_path))
        assert (stream["codec_name"], stream["profile"]) == ("aac", "LC")
        times = [packet.pts for packet in read_packets(joined(rendition, tmp_path), "a:0")]
        assert times[-1] - 1 == pytest.approx(source.duration, abs=0.1)


@pytest.mark.parametrize("name", awkward.old_formats())
def test_old_and_new_formats(name: str, tmp_path: Path, data_dir: Path) -> None:
    size = (292, 240) if name == "3gp" else (320, 180)
    source = make(awkward.old_formats()[name](), data_dir)
    check_picture(source, tmp_path, size=size, seconds=2)
    assert sounds(source)


@pytest.mark.parametrize("name", [*awkward.sounds(), "cover in m4a", "cover in mp3"])
def test_sound_alone(name: str, tmp_path: Path, data_dir: Path) -> None:
    clip = awkward.with_cover(name[-3:]) if "cover" in name else awkward.sounds()[name]()
    source = make(clip, data_dir)
    assert source.kind == MediaKind.AUDIO
    assert source.duration == pytest.approx(5, abs=0.1)
    assert videos(source) == []
    full, thin = sounds(source)[::-1]
    assert (full.name, thin.name) == ("a96", "a40")
    assert thin.peak_bandwidth <= 48_000
    assert {path.name for path in on_disk(source.folder).iterdir()} == {"a40", "a96", "audio.m4a", "waveform.png"}


def test_a_turned_picture_is_upright(tmp_path: Path, data_dir: Path) -> None:
    """Red above, blue below, as the viewer should see it; the file holds it lying, and a matrix turns it back left."""
    source = ["-f", "lavfi", "-i", "color=red:s=180x160:r=25:d=1", "-f", "lavfi", "-i", "color=blue:s=180x160:r=25:d=1"]
    lying = clips.clip(*source, "-filter_complex", "vstack,transpose=clock", *clips.x264())
    path = clips.clip("-i", str(lying), "-c", "copy", "-metadata:s:v:0", "rotate=90")
    made = make(path, data_dir)
    check_picture(made, tmp_path, size=(180, 320), seconds=1)
    above, below = colours(joined(videos(made)[0], tmp_path), at=0.5, spots=[(0.5, 0.2), (0.5, 0.8)])
    assert above[0] - above[2] > 150
    assert below[2] - below[0] > 150
    poster = colours(on_disk(made.folder) / "poster.jpg", at=0, spots=[(0.5, 0.2), (0.5, 0.8)])
    assert poster[0][0] - poster[0][2] > 150


@pytest.mark.parametrize("transfer", ["smpte2084", "arib-std-b67"])
def test_high_dynamic_range_becomes_an_ordinary_picture(transfer: str, tmp_path: Path, data_dir: Path) -> None:
    source = make(awkward.high_range(transfer), data_dir)
    stream = check_picture(source, tmp_path, size=(320, 180), seconds=1)
    assert [stream[key] for key in ("color_space", "color_transfer", "color_primaries")] == ["bt709"] * 3
    assert stream["color_range"] == "tv"
    spots = [((column + 0.5) / 8, (row + 0.5) / 8) for column in range(8) for row in range(8)]
    seen = colours(joined(videos(source)[0], tmp_path), at=0.5, spots=spots)
    lights = sorted(max(colour) for colour in seen)
    assert lights[-1] > 120, "washed out to black"
    assert lights[-1] - lights[0] > 60, "no contrast left"
    assert any(max(colour) - min(colour) > 60 for colour in seen), "no colour left"


@pytest.mark.parametrize(("level", "channels"), [(-38, 2), (-14, 2), (-14, 1), (0, 2)])
def test_speech_comes_out_at_sixteen_and_never_clips(level: int, channels: int, tmp_path: Path, data_dir: Path) -> None:
    voice = f"sine=f=220:r=48000:d=8,tremolo=f=4:d=0.8,volume={level + 18}dB,alimiter=limit=0.99:level=disabled"
    path = clips.clip("-f", "lavfi", "-i", voice, "-ac", f"{channels}", "-c:a", "pcm_s16le", suffix=".wav")
    source = make(path, data_dir)
    measured, peak = loudness(joined(sounds(source)[1], tmp_path))
    assert measured == pytest.approx(-16, abs=1)
    assert peak <= -0.5


def test_surround_comes_out_at_sixteen(tmp_path: Path, data_dir: Path) -> None:
    path = clips.clip(
        "-f", "lavfi", "-i", "sine=f=300:r=48000:d=6,tremolo=f=4:d=0.8",
        "-af", "pan=5.1|c0=0.2*c0|c1=0.2*c0|c2=c0|c3=0*c0|c4=0.1*c0|c5=0.1*c0", "-c:a", "ac3", suffix=".ac3",
    )  # fmt: skip
    source = make(path, data_dir)
    full = joined(sounds(source)[1], tmp_path)
    assert streams(full)[0]["channels"] == 2
    assert loudness(full)[0] == pytest.approx(-16, abs=1)


def test_silence_stays_silent(data_dir: Path) -> None:
    path = clips.clip("-f", "lavfi", "-i", "anullsrc=r=48000:d=3", "-c:a", "pcm_s16le", suffix=".wav")
    assert make(path, data_dir).plan["gain"] == 0


def declared(source: Source) -> dict[str, int]:
    """BANDWIDTH of each variant in the master playlist, by its folder."""
    lines = master_playlist(source).splitlines()
    return {
        after.split("/")[0]: int(line.split("BANDWIDTH=")[1].split(",")[0])
        for line, after in pairwise(lines)
        if line.startswith("#EXT-X-STREAM-INF")
    }


def measured_peak(source: Source, name: str) -> float:
    """The busiest segment, in bit/s, from the files themselves."""
    rendition = source.renditions.get(name=name)
    durations = [duration for part in rendition.parts.all() for duration, _ in part.segments]
    sizes = [(on_disk(rendition.folder) / f"{number}.m4s").stat().st_size for number in range(len(durations))]
    return max(size * 8 / duration for size, duration in zip(sizes, durations, strict=True))


def test_rates_are_as_declared_and_the_lowest_fits_a_rural_line_even_for_noise(data_dir: Path) -> None:
    """Noise that no encoder can compress, with loud stereo sound."""
    path = clips.clip(
        "-f", "lavfi", "-i", "nullsrc=s=640x360:r=30:d=10,geq=random(1)*255:128:128",
        "-f", "lavfi", "-i", "anoisesrc=r=48000:d=10:a=0.5", "-ac", "2",
        "-c:v", "mjpeg", "-q:v", "4", "-c:a", "pcm_s16le", suffix=".avi",
    )  # fmt: skip
    source = make(path, data_dir)
    rates = declared(source)
    for rung in source.plan["rungs"]:
        sound = "a40" if rung["sound"] == "lo" else "a96"
        assert measured_peak(source, rung["name"]) + measured_peak(source, sound) <= rates[rung["name"]]
    assert measured_peak(source, "a40") <= rates["a40"] <= 48_000
    assert measured_peak(source, "v240") + measured_peak(source, "a40") <= rates["v240"] <= 150_000
    caps = {row.name: row.bandwidth_cap for row in source.renditions.all()}
    peaks = {name: measured_peak(source, name) for name in ("v360", "v240", "a40")}
    assert {name: round(peak) for name, peak in peaks.items() if peak > caps[name]} == {}


def test_a_copied_picture_keeps_its_pictures_and_declares_its_peak(tmp_path: Path, data_dir: Path) -> None:
    path = clips.copyable(seconds=9)
    source = make(path, data_dir)
    top = videos(source)[0]
    assert top.is_copy
    assert len(read_packets(joined(top, tmp_path))) == len(clips.packets(path))
    sound = "a96" if source.plan["rungs"][0]["sound"] == "hi" else "a40"
    assert measured_peak(source, top.name) + measured_peak(source, sound) <= declared(source)[top.name]
    assert measured_peak(source, top.name) <= top.bandwidth_cap <= 1.5 * measured_peak(source, top.name)
    assert find_faults(source) == []


def test_what_a_ready_video_consists_of(data_dir: Path) -> None:
    """Also: its preview sheet shows every segment, and the single file is what a browser without scripts plays."""
    source = make(clips.encodable(seconds=9), data_dir)
    assert find_faults(source) == []
    assert {path.name for path in on_disk(source.folder).iterdir()} == {
        *(rung["name"] for rung in source.plan["rungs"]), *(sound["name"] for sound in source.plan["sounds"]),
        "360p.mp4", "audio.m4a", "poster.jpg", "sprite-0.jpg", "sprite.vtt",
    }  # fmt: skip
    single = streams(on_disk(source.folder) / "360p.mp4")
    assert [stream["codec_name"] for stream in single] == ["h264", "aac"]
    assert (single[0]["width"], single[0]["height"]) == (640, 360)
    assert float(single[0]["duration"]) == pytest.approx(source.duration, abs=0.1)
    data = (on_disk(source.folder) / "360p.mp4").read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")
    listed = (on_disk(source.folder) / "sprite.vtt").read_text("utf-8")
    assert listed.count("-->") == len(source.plan["boundaries"]) - 1
    sheet = streams(on_disk(source.folder) / "sprite-0.jpg")[0]
    boxes = [line.split("xywh=")[1].split(",") for line in listed.splitlines() if "xywh=" in line]
    assert all(int(x) + int(w) <= sheet["width"] and int(y) + int(h) <= sheet["height"] for x, y, w, h in boxes)
