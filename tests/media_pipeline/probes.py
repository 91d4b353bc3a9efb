"""Probe results made by hand, for rules that are arithmetic."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from media_pipeline.probe import AudioStream, SourceProbe, VideoStream


def video(**values: Any) -> VideoStream:
    """1920 × 1080 at 30 pictures a second for a minute in H.264, a keyframe every second, 2 Mbit/s."""
    rate = Fraction(values.get("average_frame_rate", "30"))
    end = values.get("end", 60.0)
    keyframes = values.get("keyframes", [float(second) for second in range(int(end))])
    standard: dict[str, Any] = {
        "index": 0,
        "codec": "h264",
        "codec_tag": "avc1",
        "profile": "High",
        "pixel_format": "yuv420p",
        "width": 1920,
        "height": 1080,
        "rotation": 0,
        "sample_aspect": "1",
        "frame_rate": str(rate),
        "average_frame_rate": str(rate),
        "field_order": "progressive",
        "transfer": "bt709",
        "bit_rate": 2_000_000,
        "start": 0.0,
        "end": end,
        "frames": max(1, int(end * rate)),
        "keyframes": keyframes,
        "last": end - float(1 / rate) if rate else end,
        "group_bytes": [250_000] * len(keyframes),
    }
    return VideoStream(**{**standard, **values})


def audio(**values: Any) -> AudioStream:
    """A minute of AAC in stereo."""
    standard: dict[str, Any] = {
        "index": 1,
        "codec": "aac",
        "codec_tag": "mp4a",
        "profile": "LC",
        "channels": 2,
        "sample_rate": 48000,
        "bit_rate": 128_000,
        "language": "",
        "start": 0.0,
        "duration": 60.0,
    }
    return AudioStream(**{**standard, **values})


def probe(picture: VideoStream | None = None, *sounds: AudioStream, **values: Any) -> SourceProbe:
    """A source of these streams, in MP4 unless told otherwise."""
    standard: dict[str, Any] = {
        "format": "mov,mp4,m4a,3gp,3g2,mj2",
        "size": 20_000_000,
        "declared_duration": max([picture.end if picture else 0.0, *(sound.duration for sound in sounds)]),
        "video": picture,
        "audio": list(sounds),
        "ignored": [],
    }
    return SourceProbe(**{**standard, **values})
