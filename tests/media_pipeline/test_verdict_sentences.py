"""Verdicts on probe results made by hand: which sentence an editor reads, and why."""

from __future__ import annotations

from typing import Any

import pytest

from media_pipeline.enums import MediaKind
from media_pipeline.errors import MediaRefused
from media_pipeline.packets import JUMPED, TOO_MANY
from media_pipeline.probe import SourceProbe
from media_pipeline.process import ProcessFailed
from media_pipeline.verdict import judge, refuse_unreadable
from tests.media_pipeline.probes import audio, probe, video

MKV = {"format": "matroska,webm"}


def test_pictures_and_sounds_are_told_apart() -> None:
    assert judge(probe(video(), audio())) == MediaKind.VIDEO
    assert judge(probe(video())) == MediaKind.VIDEO
    assert judge(probe(None, audio())) == MediaKind.AUDIO


@pytest.mark.parametrize(
    ("refused", "because"),
    [
        (probe(), "既没有画面也没有声音"),
        (probe(video(codec_tag="encv")), "版权加密"),
        (probe(None, audio(codec_tag="drms")), "版权加密"),
        (probe(video(), protected=True), "版权加密"),
        (probe(video(codec="")), "不认识"),
        (probe(video(width=8, height=8)), "画面太小"),
        (probe(video(width=8200, height=400)), "超过了 8K"),
        (probe(video(width=8000, height=8000)), "超过了 8K"),
        (probe(video(frames=60 * 300)), "每秒画面太多"),
        (probe(video(frames=0, end=0.0), audio()), "画面是空的"),
        (probe(None, audio(duration=0.1)), "不到一秒"),
        (probe(None, audio(duration=7 * 3600.0)), "时长 7.0 小时，超过了 6 小时的上限"),
        (probe(video(), declared_duration=100 * 3600.0), "时长 100.0 小时"),
        (probe(video(), declared_duration=70.0), "应有 70 秒，只读到 60 秒"),
        (probe(video(), audio(duration=20.0, declared=60.0)), "应有 60 秒，只读到 20 秒"),
    ],
)
def test_refusals_say_why_and_what_to_do(refused: SourceProbe, because: str) -> None:
    with pytest.raises(MediaRefused, match=because) as caught:
        judge(refused)
    assert caught.value.sentence.endswith("。")


@pytest.mark.parametrize(
    "accepted",
    [
        probe(video(), audio(duration=300.0)),
        probe(video(end=300.0), audio(duration=2.0)),
        probe(video(), declared_duration=63.0),
        probe(video(), audio(declared=60.0, duration=5.0), **MKV),
        probe(None, audio(duration=10.0), declared_duration=7000.0, format="mp3"),
        probe(None, audio(duration=10.0), declared_duration=100 * 3600.0, format="aac"),
        probe(video(), declared_duration=95_000.0, format="mpegts"),
    ],
)
def test_odd_but_honest_sources_are_accepted(accepted: SourceProbe) -> None:
    """MP3, ADTS and transport streams keep no duration: what ffprobe guesses counts for nothing."""
    judge(accepted)


@pytest.mark.parametrize(
    ("problem", "said", "because"),
    [
        ("ended with 1", "moov atom not found", "不完整"),
        ("ended with 1", "file:/x: End of file", "不完整"),
        ("ended with 1", "Invalid data found when processing input", "不是能识别的"),
        ("ended with -9", "", "不是能识别的"),
        (TOO_MANY, "", "多得不正常"),
        (JUMPED, "", "直接接在一起"),
    ],
)
def test_what_ffprobe_said_becomes_a_sentence(problem: str, said: str, because: str) -> None:
    sentence = refuse_unreadable(ProcessFailed(problem, said)).sentence
    assert because in sentence
    assert "moov" not in sentence


def test_limits_come_from_the_settings(settings: Any) -> None:
    settings.MEDIA_MAX_DURATION = 30
    with pytest.raises(MediaRefused, match="上限"):
        judge(probe(video()))
