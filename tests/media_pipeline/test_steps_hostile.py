"""Hostile files end in a defined state, reach nothing but themselves, and leave no byte behind."""

from __future__ import annotations

import ctypes
import os
import random
import socket
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import time_machine

from core import clock
from media_pipeline import packets
from media_pipeline.enums import SourceState, StepState
from media_pipeline.models import MediaAsset, Source
from media_pipeline.operations.assets import delete_asset
from media_pipeline.operations.work import run_until_idle
from tests.media_pipeline import hostile
from tests.media_pipeline.clips import clip, copyable, picture, sound_only, tone, x264
from tests.media_pipeline.factories import receive
from tests.media_pipeline.readback import leftovers, on_disk

pytestmark = pytest.mark.django_db
TERMINAL = {SourceState.READY, SourceState.REFUSED, SourceState.FAILED}
IN_OPEN = 0x20
IN_ACCESS = 0x01


def take(content: bytes | Path, folder: Path, *, name: str = "video.mp4") -> MediaAsset:
    """Hand in bytes under an innocent name."""
    if isinstance(content, Path):
        return receive(content, name=name)
    path = folder / "handed-in"
    path.write_bytes(content)
    return receive(path, name=name)


def settle(source: Source) -> Source:
    """Do all there is to do, waiting out every back-off by the clock."""
    with time_machine.travel(clock.now(), tick=True) as moved:
        for _ in range(8):
            source = run_until_idle(source)
            if source.state in TERMINAL:
                break
            moved.shift(60)
    return source


def check_ended(source: Source, data_dir: Path) -> None:
    """A state that doesn't change any more, in words, with nothing left lying about."""
    assert source.state in TERMINAL
    assert not source.steps.filter(state__in=[StepState.READY, StepState.RUNNING]).exists() or source.state == "failed"
    if source.state != SourceState.READY:
        assert source.reason.endswith("。")
        assert not any(word in source.reason for word in ("Error", "Traceback", "ffmpeg", "None"))
    assert leftovers(data_dir) == []
    originals = [path for path in (data_dir / "sources").rglob("*") if path.is_file()]
    if source.state == SourceState.REFUSED:
        assert originals == []
        assert [path for path in (data_dir / "streams").rglob("*") if path.is_file()] == []
        assert not source.steps.exclude(state=StepState.DONE).exists()
    else:
        assert originals == [on_disk(source.original)]


def refuse(content: bytes | Path, tmp_path: Path, data_dir: Path, *, because: str) -> Source:
    source = settle(take(content, tmp_path).source)
    assert source.state == SourceState.REFUSED, (source.state, source.reason)
    assert because in source.reason
    check_ended(source, data_dir)
    return source


@dataclass
class Canaries:
    """A file nobody may open (but that would make a fine video) and a port nobody may call."""

    file: Path
    port: int
    _watch: int
    _listener: socket.socket

    def sang(self) -> list[str]:
        """What was touched."""
        touched = []
        try:
            os.read(self._watch, 4096)
            touched.append("file")
        except BlockingIOError:
            pass
        try:
            self._listener.accept()
            touched.append("port")
        except BlockingIOError:
            pass
        return touched


@pytest.fixture
def canaries(tmp_path: Path) -> Iterator[Canaries]:
    file = tmp_path / "canary.mp4"
    file.write_bytes(copyable(seconds=2, size="320x240").read_bytes())
    libc = ctypes.CDLL(None, use_errno=True)
    watch = libc.inotify_init1(os.O_NONBLOCK)
    assert watch >= 0
    assert libc.inotify_add_watch(watch, os.fsencode(file), IN_OPEN | IN_ACCESS) >= 0
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)
        yield Canaries(file, listener.getsockname()[1], watch, listener)
    os.close(watch)


def test_the_canaries_can_sing(canaries: Canaries) -> None:
    canaries.file.read_bytes()
    with socket.create_connection(("127.0.0.1", canaries.port)):
        assert canaries.sang() == ["file", "port"]


@pytest.mark.parametrize("name", hostile.pretenders("", 0))
def test_text_that_pretends_to_be_a_video_is_refused(
    name: str, canaries: Canaries, tmp_path: Path, data_dir: Path
) -> None:
    content = hostile.pretenders(str(canaries.file), canaries.port)[name]
    refuse(content, tmp_path, data_dir, because="不是能识别的视频或音频")
    assert canaries.sang() == []


def test_an_mp4_whose_picture_lies_in_another_file_reads_only_itself(
    canaries: Canaries, tmp_path: Path, data_dir: Path
) -> None:
    source = settle(take(hostile.external_reference(canaries.file), tmp_path).source)
    check_ended(source, data_dir)
    assert canaries.sang() == []


def test_a_reference_movie_is_refused_and_nobody_is_called(canaries: Canaries, tmp_path: Path, data_dir: Path) -> None:
    source = settle(take(hostile.reference_movie(canaries.port), tmp_path).source)
    assert source.state == SourceState.REFUSED
    check_ended(source, data_dir)
    assert canaries.sang() == []


@pytest.mark.parametrize("suffix", [".mka", ".avi", ".wma"])
def test_addresses_in_tags_are_not_followed(suffix: str, canaries: Canaries, tmp_path: Path, data_dir: Path) -> None:
    source = settle(take(hostile.addressed(suffix, f"http://127.0.0.1:{canaries.port}/x"), tmp_path).source)
    assert source.state == SourceState.READY
    check_ended(source, data_dir)
    assert canaries.sang() == []


BROKEN: dict[str, tuple[Callable[[], bytes | Path], str]] = {
    "empty": (lambda: b"", "不是能识别的"),
    "one byte": (lambda: b"\0", "不是能识别的"),
    "mp4 without its index": (hostile.without_index, "不完整"),
    "mp4 cut off": (hostile.cut_off, "不完整"),
    "mp4 cut off near its end": (lambda: hostile.cut_off(share=99), "不完整"),
    "mkv cut off near its end": (lambda: hostile.cut_off(".mkv", share=98), "不完整"),
    "mkv cut off": (lambda: hostile.cut_off(".mkv"), "不完整"),
    "encrypted": (hostile.encrypted, "版权加密"),
    "unknown codec": (hostile.unknown_codec, "编码"),
    "days long": (hostile.endless, "超过了 6 小时的上限"),
    "picture far too large": (hostile.huge_size, "超过了 8K"),
    "glued streams": (hostile.glued, "直接接在一起"),
    "a head without a body": (lambda: hostile.with_attachments().read_bytes()[:300], ""),
    "a picture of fourteen pixels": (lambda: clip(*picture(size="14x14", seconds=1), "-c:v", "mpeg4"), "画面太小"),
    "a hundredth of a second": (lambda: clip(*tone(seconds=0.05), "-c:a", "pcm_s16le", suffix=".wav"), "不到一秒"),
    "a still picture": (lambda: clip(*picture(seconds=1), "-frames:v", "1", suffix=".png"), "不是能识别的"),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_broken_is_refused_with_a_sentence(name: str, tmp_path: Path, data_dir: Path) -> None:
    make, because = BROKEN[name]
    refuse(make(), tmp_path, data_dir, because=because)


@pytest.mark.parametrize("suffix", [".mkv", ".avi"])
def test_a_gigapixel_picture_in_a_tiny_file_costs_no_memory(suffix: str, tmp_path: Path, data_dir: Path) -> None:
    source = settle(take(hostile.gigapixel_in(suffix, tmp_path), tmp_path).source)
    assert source.state == SourceState.REFUSED, source.reason
    check_ended(source, data_dir)


def test_more_packets_than_any_lesson_has_are_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, data_dir: Path
) -> None:
    monkeypatch.setattr(packets, "MAX_PACKETS", 100)
    refuse(copyable(seconds=9), tmp_path, data_dir, because="多得不正常")


def test_more_pictures_a_second_than_any_screen_shows_are_refused(tmp_path: Path, data_dir: Path) -> None:
    path = clip(*picture(size="64x64", rate="500", seconds=1), "-c:v", "mpeg4", suffix=".avi")
    refuse(path, tmp_path, data_dir, because="每秒画面太多")


def test_too_long_is_refused(settings: Any, tmp_path: Path, data_dir: Path) -> None:
    settings.MEDIA_MAX_DURATION = 5
    refuse(sound_only(seconds=6), tmp_path, data_dir, because="超过了 0.00138889 小时")


def test_an_mp3_that_boasts_lasts_as_long_as_its_sound(tmp_path: Path, data_dir: Path) -> None:
    source = settle(take(hostile.boastful_mp3(), tmp_path).source)
    assert source.state == SourceState.READY
    assert source.duration == pytest.approx(7, abs=0.2)
    check_ended(source, data_dir)


def test_a_hole_in_the_middle_ends_in_a_defined_state(tmp_path: Path, data_dir: Path) -> None:
    source = settle(take(hostile.holed(), tmp_path).source)
    check_ended(source, data_dir)


def test_dozens_of_tracks_become_six(tmp_path: Path, data_dir: Path) -> None:
    source = settle(take(hostile.many_tracks(), tmp_path).source)
    assert source.state == SourceState.READY
    assert len({sound["track"] for sound in source.plan["sounds"]}) == 6
    assert source.probe["ignored"] == ["audio:aac"] * 34
    check_ended(source, data_dir)


def test_attachments_and_subtitles_are_left_aside(tmp_path: Path, data_dir: Path) -> None:
    source = settle(take(hostile.with_attachments(), tmp_path).source)
    assert source.state == SourceState.READY
    assert sorted(source.probe["ignored"]) == ["attachment:?", "subtitle:subrip"]
    check_ended(source, data_dir)


NAMES = [
    "-i.mp4",
    "a\nb\r\n.mp4",
    "../../etc/passwd",
    "文" * 1365 + ".mp4",
    "$(touch x).mp4",
    "%s%n.mp4",
    "CON",
    ".",
    " ",
]


@pytest.mark.parametrize("name", NAMES)
def test_names_are_only_names(name: str, data_dir: Path) -> None:
    """A name is kept for the editor to read, and never becomes a path or an argument."""
    asset = receive(clip(*tone(seconds=1), "-c:a", "pcm_s16le", suffix=".wav"), name=name)
    assert asset.original_name == name[:255]
    assert len(asset.title) <= 200
    source = settle(asset.source)
    assert source.state == SourceState.READY
    check_ended(source, data_dir)
    named = [str(path) for path in data_dir.rglob("*")]
    assert not any(piece in path for path in named for piece in ("passwd", "文", "touch", "%s", "\n"))


def mutate(data: bytes, chance: random.Random) -> bytes:
    """The file after an accident: bits flipped, a stretch lost, doubled, or made of something else."""
    changed = bytearray(data)
    for _ in range(chance.randint(1, 6)):
        at, length = chance.randrange(len(changed)), chance.randint(1, 200)
        match chance.randrange(5):
            case 0:
                changed[at] ^= 1 << chance.randrange(8)
            case 1:
                changed[at : at + length] = chance.randbytes(length)
            case 2:
                del changed[at : at + length]
            case 3:
                changed[at:at] = changed[at : at + length]
            case 4:
                changed[at : at + 4] = struct.pack(">I", chance.choice([0, 1, 2**31, 2**32 - 1]))
    return bytes(changed)


SEEDS = 7


@pytest.mark.parametrize("suffix", [".mp4", ".mkv", ".ts", ".mp3"])
def test_whatever_a_mutated_file_is_it_comes_to_an_end(
    suffix: str, tmp_path: Path, data_dir: Path, django_capture_on_commit_callbacks: Any
) -> None:
    """Headers are hit as often as content: the first kilobyte and the last take half of the blows."""
    if suffix == ".mp3":
        original = clip(*tone(seconds=1), "-c:a", "libmp3lame", suffix=suffix).read_bytes()
    else:
        words = [*picture(size="64x64", rate="10", seconds=1), *tone(seconds=1), *x264(), "-c:a", "aac"]
        original = clip(*words, suffix=suffix).read_bytes()
    for seed in range(SEEDS):
        chance = random.Random(f"{suffix}{seed}")
        if seed % 2:
            edge = chance.choice([slice(0, 1024), slice(len(original) - 1024, len(original))])
            changed = original[: edge.start] + mutate(original[edge], chance) + original[edge.stop :]
        else:
            changed = mutate(original, chance)
        asset = take(changed, tmp_path)
        source = settle(asset.source)
        assert "制作程序出错，已记录" not in source.reason, source.detail
        check_ended(source, data_dir)
        with django_capture_on_commit_callbacks(execute=True):
            delete_asset(asset=asset)
        assert not any(path.is_file() for name in ("sources", "streams") for path in (data_dir / name).rglob("*"))
