"""What ffprobe says, as the house understands it: real files, and its output read in any pieces."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from media_pipeline.boxes import is_cut, is_cut_matroska, is_protected
from media_pipeline.packets import JUMPED, PacketScan, Track
from media_pipeline.probe import inspect
from media_pipeline.process import ProcessFailed
from tests.media_pipeline import awkward, clips, hostile

PRINTED = b"".join(
    b"%d,%f,%f,0.040000,%d,%s__\n"
    % (number % 2, number * 0.02, number * 0.02, 100 + number, b"K" if number % 50 == 0 else b"_")
    for number in range(400)
)


@settings(deadline=None, max_examples=30)
@given(cuts=st.lists(st.integers(min_value=0, max_value=len(PRINTED)), max_size=20))
def test_output_is_read_in_any_pieces(cuts: list[int]) -> None:
    edges = [0, *sorted(cuts), len(PRINTED)]
    picture, sound = Track(is_picture=True), Track()
    scan = PacketScan({0: picture, 1: sound}, offset=0.0)
    for begin, end in zip(edges, edges[1:], strict=False):  # noqa: RUF007 pieces may be empty
        scan.read(PRINTED[begin:end])
    scan.close()
    assert (picture.count, sound.count) == (200, 200)
    assert picture.keyframes == pytest.approx([0, 1, 2, 3, 4, 5, 6, 7])
    assert sum(picture.group_bytes) == sum(100 + number for number in range(0, 400, 2))
    assert sound.end(0.0) == pytest.approx(399 * 0.02 + 0.04)


def test_discarded_and_timeless_packets_do_not_count() -> None:
    track = Track(is_picture=True)
    scan = PacketScan({0: track}, offset=10.0)
    scan.read(b"0,9.0,9.0,0.04,5,KD_\n0,N/A,N/A,0.04,5,K__\n0,N/A,10.0,N/A,7,K__\n3,10.0,10.0,1,1,K__\nnonsense\n")
    assert (track.count, track.start, track.group_bytes) == (1, 0.0, [7])


def test_a_clock_that_goes_back_is_noticed_but_not_reordering() -> None:
    scan = PacketScan({0: Track(is_picture=True)}, offset=0.0)
    scan.read(b"0,0.0,0.0,0,1,K__\n0,0.12,0.04,0,1,___\n0,0.04,0.08,0,1,___\n0,30,30,0,1,___\n")
    with pytest.raises(ProcessFailed) as caught:
        scan.read(b"0,5.0,5.0,0,1,K__\n")
    assert caught.value.problem == JUMPED


def test_a_film_of_keyframes_alone_keeps_one_a_second() -> None:
    track = Track(is_picture=True)
    for number in range(100_000):
        track.add(number / 25, duration=0.04, size=9, is_key=True)
    track.close()
    assert len(track.keyframes) == 4000
    assert track.group_bytes == []


def test_a_phone_video_held_upright() -> None:
    found = inspect(clips.upright(seconds=3))
    assert found.video is not None
    assert found.video.coded_size == (640, 360)
    assert found.video.display_size == (360, 640)
    assert found.video.rotation in {90, 270}
    assert (found.video.frames, found.video.keyframes[0], found.video.start) == (90, 0.0, 0.0)
    assert found.duration == pytest.approx(3, abs=0.05)
    assert found.seekable
    assert not found.protected


def test_times_begin_at_nought_whatever_the_recorder_says() -> None:
    found = inspect(awkward.transport_stream())
    assert found.video is not None
    assert 0 <= found.video.start < 0.2
    assert found.duration == pytest.approx(3, abs=0.15)
    assert not found.seekable


def test_a_late_picture_has_a_late_start() -> None:
    found = inspect(awkward.picture_late())
    assert found.video is not None
    assert (found.video.start, found.video.end) == pytest.approx((5, 8), abs=0.1)


def test_interlacing_pixels_and_range_are_seen() -> None:
    assert inspect(awkward.interlaced()).video.is_interlaced  # type: ignore[union-attr]
    assert inspect(awkward.wide_pixels()).video.display_size == (512, 288)  # type: ignore[union-attr]
    assert inspect(awkward.high_range("smpte2084")).video.is_hdr  # type: ignore[union-attr]
    assert not inspect(awkward.ten_bits()).video.is_hdr  # type: ignore[union-attr]


def test_languages_in_order_and_only_if_they_are_languages() -> None:
    assert [track.language for track in inspect(awkward.two_languages()).audio] == ["chi", "mon"]
    quoted = clips.clip(
        *clips.tone(seconds=1), "-c:a", "libopus", "-metadata:s:a:0", 'language=x",\nURI="', suffix=".mka"
    )
    assert inspect(quoted).audio[0].language == ""


def test_a_cover_is_no_video() -> None:
    found = inspect(awkward.with_cover("m4a"))
    assert found.video is None
    assert found.ignored == ["video:mjpeg"]


def test_encryption_is_seen_in_the_boxes_and_odd_boxes_do_no_harm(tmp_path: Path) -> None:
    assert inspect(hostile.encrypted()).protected
    odd = tmp_path / "odd"
    for content in (b"", b"\0" * 40, b"\xff" * 40, b"\0\0\0\1moov" + b"\xff" * 8, b"\0\0\0\0moovsinfschm" + bytes(9)):
        odd.write_bytes(content)
        assert is_protected(odd) == (b"sinf" in content)


def test_only_a_finished_file_can_be_cut(tmp_path: Path) -> None:
    """A recording in fragments is whole wherever it stopped, and a live Matroska gives no size."""
    whole = clips.copyable(seconds=2, size="320x240")
    pieces = clips.clip("-i", str(whole), "-c", "copy", "-movflags", "+frag_keyframe+empty_moov")
    live = clips.clip("-i", str(whole), "-c", "copy", "-live", "1", "-f", "matroska", suffix=".mkv")
    target = tmp_path / "cut"
    for path, share, cut in ((whole, 100, False), (whole, 97, True), (pieces, 90, False), (live, 100, False)):
        data = path.read_bytes()
        target.write_bytes(data[: len(data) * share // 100])
        assert is_cut(target) is cut
        assert not is_cut_matroska(target)
    target.write_bytes(whole.read_bytes() + b"a camera's own notes" * 20)
    assert not is_cut(target)
    finished = clips.clip("-i", str(whole), "-c", "copy", suffix=".mkv").read_bytes()
    target.write_bytes(finished)
    assert not is_cut_matroska(target)
    target.write_bytes(finished[:-1])
    assert is_cut_matroska(target)
    live_data = live.read_bytes()
    target.write_bytes(live_data[:-100])
    assert not is_cut_matroska(target)


def test_what_is_no_media_raises(tmp_path: Path) -> None:
    letter = tmp_path / "letter.mp4"
    letter.write_text("不是视频" * 100)
    with pytest.raises(ProcessFailed) as caught:
        inspect(letter)
    assert caught.value.stderr
