"""What is in a file, asked of ffprobe with every door closed but the file itself.

`inspect` runs ffprobe; `SourceProbe` is what every later decision reads. Times in seconds, rates in bit/s, sizes in
pixels as a viewer sees them (after rotation, with square pixels).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

from django.conf import settings

from media_pipeline.boxes import is_cut, is_cut_matroska, is_protected
from media_pipeline.packets import PacketScan, Track
from media_pipeline.process import ProcessFailed, run

ALLOWED_FORMATS = (
    "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpegts,mpeg,flv,asf,mxf,ogg,mp3,wav,w64,flac,aac,amr,aiff,caf,"
    "ac3,eac3,dv,rm,mpegvideo,h264,hevc,m4v"
)
"""Demuxers that read one file and nothing else. Playlists, concat scripts, image sequences and devices aren't here."""
SEEKABLE_FORMATS = frozenset({"mov", "mp4", "matroska", "webm"})
"""Containers with an index, in which a seek lands on the keyframe before the wanted instant."""
MAX_PIXELS = 8192 * 4320
"""Pixels of one picture that a decoder may allocate, however much a few bytes of file ask for."""
MAX_TRACKS = 6
"""Sound tracks that are made into renditions; more are ignored."""
LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})?")


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
    last: float = 0.0
    """When the last picture appears; `end` is when it goes."""
    group_bytes: list[int] = field(default_factory=list)
    """Bytes from each keyframe to the next; empty where nearly every picture is one, and `keyframes` is thinned."""
    declared: float = 0.0
    """Seconds the container claims for this track alone; 0 where it claims nothing."""
    matrix: str = ""
    """How colours became numbers, as ffprobe names it; empty where the file doesn't say."""

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
    declared: float = 0.0


@dataclass(frozen=True)
class SourceProbe:
    """Everything the verdict and the plan are made from."""

    format: str
    size: int
    declared_duration: float
    video: VideoStream | None
    audio: list[AudioStream]
    ignored: list[str]
    protected: bool = False
    """Whether any track is encrypted."""
    cut: bool = False
    """Whether the container says that the file was longer once."""
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
    return {"protocol_whitelist": "file", "format_whitelist": ALLOWED_FORMATS, "max_pixels": str(MAX_PIXELS)}


def inspect(path: Path, *, on_tick: Callable[[], None] | None = None) -> SourceProbe:
    """Describe the file at `path` (absolute). Reads all of it once, without decoding; `on_tick` as in `process.run`.

    Raises `ProcessFailed` when ffprobe can't read it at all; its `stderr` says why.
    """
    asked = [*_question("-show_format", "-show_streams", "-of", "json"), f"file:{path}"]
    described = json.loads(run(asked, time_limit=30, on_tick=on_tick).stdout.decode("utf-8", "replace"))
    container = described.get("format", {})
    streams: list[dict[str, Any]] = described.get("streams", [])
    pictures = [
        stream
        for stream in streams
        if stream.get("codec_type") == "video" and not stream.get("disposition", {}).get("attached_pic")
    ]
    tracks = sorted(
        (stream for stream in streams if stream.get("codec_type") == "audio"),
        key=lambda stream: not stream.get("disposition", {}).get("default"),
    )[:MAX_TRACKS]
    offset = _number(container.get("start_time"))
    chosen = next((s for s in pictures if s.get("disposition", {}).get("default")), pictures[0] if pictures else None)
    scanned = _scan(path, chosen, tracks, offset=offset, on_tick=on_tick)
    formats = container.get("format_name", "").split(",")
    return SourceProbe(
        format=container.get("format_name", ""),
        size=path.stat().st_size,
        declared_duration=_number(container.get("duration")),
        video=_video(chosen, scanned[int(chosen["index"])], container) if chosen else None,
        audio=[_audio(track, scanned[int(track["index"])]) for track in tracks],
        ignored=[
            f"{stream.get('codec_type')}:{stream.get('codec_name', '?')}"
            for stream in streams
            if stream is not chosen and stream not in tracks
        ],
        protected="mov" in formats and is_protected(path),
        cut=("mov" in formats and is_cut(path)) or ("matroska" in formats and is_cut_matroska(path)),
    )


def _scan(
    path: Path,
    picture: dict[str, Any] | None,
    sounds: list[dict[str, Any]],
    *,
    offset: float,
    on_tick: Callable[[], None] | None,
) -> dict[int, Track]:
    """What the packets of these streams say, by stream index."""
    wanted = {int(stream["index"]): Track() for stream in sounds}
    if picture is not None:
        wanted[int(picture["index"])] = Track(is_picture=True)
    if wanted:
        entries = "packet=stream_index,pts_time,dts_time,duration_time,size,flags"
        asked = [*_question("-show_entries", entries, "-of", "csv=p=0"), f"file:{path}"]
        scan = PacketScan(wanted, offset)
        run(asked, stall_limit=120, on_tick=on_tick, on_output=scan.read)
        scan.close()
    return wanted


def _video(stream: dict[str, Any], scanned: Track, container: dict[str, Any]) -> VideoStream:
    average = _rate(stream.get("avg_frame_rate"))
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
        matrix=str(stream.get("color_space", "")),
        transfer=stream.get("color_transfer", ""),
        bit_rate=int(_number(stream.get("bit_rate")) or _number(container.get("bit_rate"))),
        start=scanned.start,
        end=scanned.end(float(1 / average) if average else 0.04),
        frames=scanned.count,
        keyframes=scanned.keyframes,
        last=scanned.last,
        group_bytes=scanned.group_bytes,
        declared=_number(stream.get("duration")),
    )


def _audio(stream: dict[str, Any], scanned: Track) -> AudioStream:
    language = str(stream.get("tags", {}).get("language", ""))
    return AudioStream(
        index=int(stream["index"]),
        codec=stream.get("codec_name", ""),
        codec_tag=stream.get("codec_tag_string", ""),
        profile=str(stream.get("profile", "")),
        channels=int(stream.get("channels") or 0),
        sample_rate=int(_number(stream.get("sample_rate"))),
        bit_rate=int(_number(stream.get("bit_rate"))),
        language=language if LANGUAGE.fullmatch(language) else "",
        start=max(0.0, scanned.start),
        duration=max(0.0, scanned.end(0.0) - max(0.0, scanned.start)),
        declared=_number(stream.get("duration")),
    )


def _question(*words: str) -> list[str]:
    guard = [word for name, value in input_guard().items() for word in (f"-{name}", value)]
    return [settings.FFPROBE, "-v", "error", *guard, *words]


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
