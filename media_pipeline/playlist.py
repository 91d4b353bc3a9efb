"""Playlists as text (RFC 8216 and its second edition draft). Pure functions: what the database says in, text out.

Playlists are written on request, never stored: a viewer sees exactly what is published, and two workers can't
overwrite each other's file.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Segment:
    """One segment: seconds and the address of its bytes, relative to the playlist."""

    duration: float
    address: str


@dataclass(frozen=True)
class Variant:
    """A line of the master playlist. Rates in bit/s; `sound` names the audio group, or is empty."""

    address: str
    bandwidth: int
    average_bandwidth: int
    codecs: str
    width: int | None = None
    height: int | None = None
    frame_rate: float | None = None
    sound: str = ""


@dataclass(frozen=True)
class SoundTrack:
    """An EXT-X-MEDIA line."""

    group: str
    name: str
    language: str
    address: str
    channels: int
    default: bool


def target_duration(durations: Sequence[float]) -> int:
    """The longest segment, rounded up to whole seconds (RFC 8216, 4.3.3.1). At least 1."""
    return max(1, math.ceil(max(durations, default=1.0) - 0.001))


def render_media(segments: Sequence[Segment], *, target: int, complete: bool, init: str = "init.mp4") -> str:
    """A media playlist. It grows as an EVENT until it is complete; then it is a VOD with an end."""
    lines = [
        "#EXTM3U",
        "#EXT-X-VERSION:7",
        f"#EXT-X-TARGETDURATION:{target}",
        "#EXT-X-MEDIA-SEQUENCE:0",
        f"#EXT-X-PLAYLIST-TYPE:{'VOD' if complete else 'EVENT'}",
        "#EXT-X-INDEPENDENT-SEGMENTS",
        f'#EXT-X-MAP:URI="{init}"',
    ]
    for segment in segments:
        lines += [f"#EXTINF:{segment.duration:.6f},", segment.address]
    if complete:
        lines.append("#EXT-X-ENDLIST")
    return "\n".join(lines) + "\n"


def render_local(folder: Path, numbers: Sequence[int], durations: Sequence[float]) -> str:
    """A finished rendition on disk as ffmpeg reads it: absolute paths, complete."""
    segments = [
        Segment(duration, f"file:{folder}/{number}.m4s") for number, duration in zip(numbers, durations, strict=True)
    ]
    return render_media(segments, target=target_duration(durations), complete=True, init=f"file:{folder}/init.mp4")


def render_master(variants: Sequence[Variant], tracks: Sequence[SoundTrack]) -> str:
    """The master playlist, the thinnest picture first and sound alone last.

    A native player starts with the first variant, whatever it is: with sound alone it would begin without a picture.
    """
    lines = ["#EXTM3U", "#EXT-X-VERSION:7", "#EXT-X-INDEPENDENT-SEGMENTS"]
    for track in tracks:
        language = f'LANGUAGE="{track.language}",' if track.language else ""
        lines.append(
            f'#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="{track.group}",NAME="{track.name}",{language}'
            f"DEFAULT={'YES' if track.default else 'NO'},AUTOSELECT=YES,"
            f'CHANNELS="{track.channels}",URI="{track.address}"'
        )
    for variant in sorted(variants, key=lambda variant: (variant.width is None, variant.bandwidth)):
        values = [f"BANDWIDTH={variant.bandwidth}"]
        if variant.average_bandwidth:
            values.append(f"AVERAGE-BANDWIDTH={variant.average_bandwidth}")
        values.append(f'CODECS="{variant.codecs}"')
        if variant.width and variant.height:
            values.append(f"RESOLUTION={variant.width}x{variant.height}")
        if variant.frame_rate:
            values.append(f"FRAME-RATE={variant.frame_rate:.3f}")
        if variant.sound:
            values.append(f'AUDIO="{variant.sound}"')
        lines += [f"#EXT-X-STREAM-INF:{','.join(values)}", variant.address]
    return "\n".join(lines) + "\n"


def parse_durations(text: str) -> list[tuple[str, float]]:
    """Name and seconds of each finished segment in a playlist that ffmpeg writes."""
    found: list[tuple[str, float]] = []
    duration = 0.0
    for line in text.splitlines():
        if line.startswith("#EXTINF:"):
            duration = float(line[8:].split(",")[0])
        elif line and not line.startswith("#"):
            found.append((Path(line.removeprefix("file:")).name, duration))
    return found


def read_codec(init: bytes) -> str:
    """The RFC 6381 name of the only track in an initialisation segment.

    H.264: profile, constraints and level from the avcC box (ISO/IEC 14496-15, 5.3.3.1). Sound here is always AAC-LC.
    """
    at = init.find(b"avcC")
    if at >= 0:
        return f"avc1.{init[at + 5 : at + 8].hex()}"
    return "mp4a.40.2"
