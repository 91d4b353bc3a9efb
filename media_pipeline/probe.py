"""What is in a file, asked of ffprobe with every door closed but the file itself.

`inspect` runs ffprobe; `SourceProbe` is what every later decision reads. Times in seconds, rates in bit/s, sizes in
pixels as a viewer sees them (after rotation, with square pixels).
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

from django.conf import settings

from media_pipeline.process import ProcessFailed, run

ALLOWED_FORMATS = (
    "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpegts,mpeg,flv,asf,mxf,ogg,mp3,wav,w64,flac,aac,amr,aiff,caf,"
    "ac3,eac3,dv,rm,mpegvideo,h264,hevc,m4v"
)
"""Demuxers that read one file and nothing else. Playlists, concat scripts, image sequences and devices aren't here."""
SEEKABLE_FORMATS = frozenset({"mov", "mp4", "matroska", "webm"})
"""Containers with an index, in which a seek lands on the keyframe before the wanted instant."""


@dataclass(frozen=True)
class VideoStream:
    """The picture. `codec_tag` tells encrypted tracks (`encv`); `keyframes` are times of independent frames."""

    index: int
    codec: str
    codec_tag: str
    profile: str
    pixel_format: str
    width: int
    height: int
    rotation: int
    sample_aspect: str
    frame_rate: str
    average_frame_rate: str
    field_order: str
    transfer: str
    bit_rate: int
    start: float
    end: float
    frames: int
    keyframes: list[float] = field(default_factory=list)

    @property
    def coded_size(self) -> tuple[int, int]:
        return self.width, self.height

    @property
    def display_size(self) -> tuple[int, int]:
        """Width and height after rotation, with square pixels."""
        aspect = Fraction(self.sample_aspect)
        width = round(self.width * aspect)
        return (self.height, width) if self.rotation % 180 else (width, self.height)

    @property
    def is_interlaced(self) -> bool:
        return self.field_order in {"tt", "bb", "tb", "bt"}

    @property
    def is_hdr(self) -> bool:
        return self.transfer in {"smpte2084", "arib-std-b67"}


@dataclass(frozen=True)
class AudioStream:
    """A sound track."""

    index: int
    codec: str
    codec_tag: str
    profile: str
    channels: int
    sample_rate: int
    bit_rate: int
    language: str
    start: float
    duration: float


@dataclass(frozen=True)
class SourceProbe:
    """Everything the verdict and the plan are made from."""

    format: str
    size: int
    declared_duration: float
    video: VideoStream | None
    audio: list[AudioStream]
    ignored: list[str]
    loudness: float | None = None
    """Integrated loudness of the first track in LUFS (EBU R 128), from samples spread over it; None if silent."""

    @property
    def duration(self) -> float:
        """Until the last picture or the last sound, whichever is later."""
        sound = max((track.start + track.duration for track in self.audio), default=0.0)
        return max(self.video.end if self.video else 0.0, sound)

    @property
    def seekable(self) -> bool:
        return bool(SEEKABLE_FORMATS & set(self.format.split(",")))

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> SourceProbe:
        values = dict(data)
        values["video"] = VideoStream(**values["video"]) if values["video"] else None
        values["audio"] = [AudioStream(**track) for track in values["audio"]]
        return cls(**values)


def input_guard() -> dict[str, str]:
    """Input options that keep a hostile file from opening anything else."""
    return {"protocol_whitelist": "file", "format_whitelist": ALLOWED_FORMATS}


def inspect(path: Path) -> SourceProbe:
    """Describe the file at `path` (absolute).

    Raises `ProcessFailed` when ffprobe can't read it at all; its `stderr` says why.
    """
    described = json.loads(
        _ffprobe(path, "-show_format", "-show_streams", "-of", "json", time_limit=30).decode("utf-8", "replace")
    )
    container = described.get("format", {})
    streams: list[dict[str, Any]] = described.get("streams", [])
    pictures = [
        stream
        for stream in streams
        if stream.get("codec_type") == "video" and not stream.get("disposition", {}).get("attached_pic")
    ]
    tracks = [stream for stream in streams if stream.get("codec_type") == "audio"]
    offset = _number(container.get("start_time"))
    declared = _number(container.get("duration"))
    chosen = next((s for s in pictures if s.get("disposition", {}).get("default")), pictures[0] if pictures else None)
    return SourceProbe(
        format=container.get("format_name", ""),
        size=path.stat().st_size,
        declared_duration=declared,
        video=_video(path, chosen, offset, container) if chosen else None,
        audio=[_audio(path, track, offset, declared) for track in tracks],
        ignored=[
            f"{stream.get('codec_type')}:{stream.get('codec_name', '?')}"
            for stream in streams
            if stream is not chosen and stream not in tracks
        ],
    )


def _video(path: Path, stream: dict[str, Any], offset: float, container: dict[str, Any]) -> VideoStream:
    times, keyframes = _scan_packets(path, int(stream["index"]), offset)
    average = _rate(stream.get("avg_frame_rate"))
    last = max(times, default=0.0)
    frame = 1 / average if average else 0.04
    return VideoStream(
        index=int(stream["index"]),
        codec=stream.get("codec_name", ""),
        codec_tag=stream.get("codec_tag_string", ""),
        profile=str(stream.get("profile", "")),
        pixel_format=stream.get("pix_fmt", ""),
        width=int(stream.get("width") or 0),
        height=int(stream.get("height") or 0),
        rotation=_rotation(stream),
        sample_aspect=_aspect(stream.get("sample_aspect_ratio")),
        frame_rate=str(_rate(stream.get("r_frame_rate"))),
        average_frame_rate=str(average),
        field_order=stream.get("field_order", "unknown"),
        transfer=stream.get("color_transfer", ""),
        bit_rate=int(_number(stream.get("bit_rate")) or _number(container.get("bit_rate"))),
        start=min(times, default=0.0),
        end=float(last + frame) if times else 0.0,
        frames=len(times),
        keyframes=keyframes,
    )


def _scan_packets(path: Path, index: int, offset: float) -> tuple[list[float], list[float]]:
    """Presentation times of all packets and of keyframes, from 0, in order. Reads the file without decoding it."""
    printed = _ffprobe(
        path,
        "-select_streams",
        str(index),
        "-show_entries",
        "packet=pts_time,dts_time,flags",
        "-of",
        "csv=p=0",
        time_limit=600,
    )
    times: list[float] = []
    keyframes: list[float] = []
    for line in printed.decode("ascii", "replace").splitlines():
        pts, dts, flags = ([*line.split(","), "", "", ""])[:3]
        stamp = pts if pts not in {"", "N/A"} else dts
        if stamp in {"", "N/A"} or "D" in flags:
            continue
        moment = round(float(stamp) - offset, 6)
        times.append(moment)
        if "K" in flags:
            keyframes.append(moment)
    return times, sorted(keyframes)


def _audio(path: Path, stream: dict[str, Any], offset: float, declared: float) -> AudioStream:
    start = max(0.0, _number(stream.get("start_time")) - offset)
    duration = _number(stream.get("duration")) or max(0.0, declared - start)
    return AudioStream(
        index=int(stream["index"]),
        codec=stream.get("codec_name", ""),
        codec_tag=stream.get("codec_tag_string", ""),
        profile=str(stream.get("profile", "")),
        channels=int(stream.get("channels") or 0),
        sample_rate=int(_number(stream.get("sample_rate"))),
        bit_rate=int(_number(stream.get("bit_rate"))),
        language=str(stream.get("tags", {}).get("language", ""))[:12],
        start=start,
        duration=duration,
    )


def _ffprobe(path: Path, *questions: str, time_limit: float) -> bytes:
    guard = [word for name, value in input_guard().items() for word in (f"-{name}", value)]
    argv = [settings.FFPROBE, "-v", "error", *guard, *questions, f"file:{path}"]
    return run(argv, time_limit=time_limit, stall_limit=time_limit).stdout


def _number(value: object) -> float:
    try:
        number = float(str(value))
    except ValueError:
        return 0.0
    return number if number == number and abs(number) != float("inf") else 0.0  # noqa: PLR0124 NaN differs from itself


def _rate(value: object) -> Fraction:
    try:
        return Fraction(str(value))
    except (ValueError, ZeroDivisionError):
        return Fraction(0)


def _aspect(value: object) -> str:
    aspect = _rate(str(value).replace(":", "/"))
    return str(aspect) if Fraction(1, 10) <= aspect <= 10 else "1"


def _rotation(stream: dict[str, Any]) -> int:
    """Degrees of the display matrix, or of the older `rotate` tag; 0, 90, 180 or 270."""
    for side in stream.get("side_data_list", []):
        if "rotation" in side:
            return round(_number(side["rotation"]) / 90) * 90 % 360
    return round(_number(stream.get("tags", {}).get("rotate")) / 90) * 90 % 360


__all__ = ["AudioStream", "ProcessFailed", "SourceProbe", "VideoStream", "input_guard", "inspect"]
