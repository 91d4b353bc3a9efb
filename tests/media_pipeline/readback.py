"""Reading back what the house made, with ffprobe and ffmpeg and nothing of the house itself."""

from __future__ import annotations

import json
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

from media_pipeline.models import Rendition, Source
from tests.media_pipeline.clips import FFMPEG, packets


@dataclass(frozen=True)
class Packet:
    """Times in seconds; media time begins at 1."""

    pts: float
    dts: float
    is_key: bool


def on_disk(name: str) -> Path:
    """Where the embedded profile's store keeps an object, or a folder of them."""
    return Path(settings.DATA_DIR) / name


def joined(rendition: Rendition, folder: Path) -> Path:
    """The rendition as a player sees it: one initialisation segment, then every segment in order."""
    target = folder / f"{rendition.source_id}-{rendition.name}.mp4"
    count = sum(len(part.segments) for part in rendition.parts.all())
    pieces = [
        on_disk(rendition.folder) / "init.mp4",
        *(on_disk(rendition.folder) / f"{number}.m4s" for number in range(count)),
    ]
    target.write_bytes(b"".join(piece.read_bytes() for piece in pieces))
    return target


def read_packets(path: Path, stream: str = "v:0") -> list[Packet]:
    """Packets of a joined rendition with the times a browser sees.

    The fragments tell reordering by negative offsets, and a first picture's offset is nought; ffprobe adds a constant
    to all presentation times so that none comes before its decoding time, which is taken off again here.
    """
    rows = packets(path, entries="pts_time,dts_time,flags", stream=stream)
    added = float(rows[0][0]) - float(rows[0][1])
    return [Packet(float(pts) - added, float(dts), "K" in flags) for pts, dts, flags, *_ in rows]


def streams(path: Path) -> list[dict[str, Any]]:
    argv = ["/usr/bin/ffprobe", "-v", "error", "-show_streams", "-of", "json", str(path)]
    found: list[dict[str, Any]] = json.loads(subprocess.run(argv, capture_output=True, timeout=60, check=True).stdout)[
        "streams"
    ]
    return found


def brightness(path: Path) -> list[int]:
    """The mean luma of every picture, 0 to 255."""
    argv = [FFMPEG, "-v", "error", "-i", str(path), "-map", "0:v:0", "-vsync", "passthrough", "-vf",
            "scale=2:2:flags=area,format=yuv420p,extractplanes=y", "-f", "rawvideo", "-"]  # fmt: skip
    return list(subprocess.run(argv, capture_output=True, timeout=60, check=True).stdout[::4])


def colours(path: Path, *, at: float, spots: list[tuple[float, float]]) -> list[tuple[int, int, int]]:
    """Red, green and blue at places given as shares of width and height, in the picture at `at` seconds."""
    side = 64
    argv = [FFMPEG, "-v", "error", "-ss", str(at), "-i", str(path), "-map", "0:v:0", "-frames:v", "1", "-vf",
            f"scale={side}:{side}:flags=area,format=rgb24", "-f", "rawvideo", "-"]  # fmt: skip
    raw = subprocess.run(argv, capture_output=True, timeout=60, check=True).stdout
    starts = [3 * (int(y * side) * side + int(x * side)) for x, y in spots]
    return [(raw[start], raw[start + 1], raw[start + 2]) for start in starts]


def loudness(path: Path) -> tuple[float, float]:
    """Integrated loudness in LUFS, a single channel heard from two sides, and true peak in dBFS (EBU R 128)."""
    argv = [FFMPEG, "-hide_banner", "-nostats", "-i", str(path), "-map", "0:a:0", "-af",
            "ebur128=peak=true:framelog=verbose:dualmono=true", "-f", "null", "-"]  # fmt: skip
    said = subprocess.run(argv, capture_output=True, text=True, timeout=60, check=True).stderr
    return float(re.findall(r"I:\s+(-?[\d.]+) LUFS", said)[-1]), float(re.findall(r"Peak:\s+(-?[\d.]+) dBFS", said)[-1])


def videos(source: Source) -> list[Rendition]:
    """Video renditions, the largest first."""
    return list(source.renditions.filter(kind="video").order_by("-height").prefetch_related("parts"))


def sounds(source: Source) -> list[Rendition]:
    return list(source.renditions.filter(kind="audio").order_by("name").prefetch_related("parts"))


def leftovers(data_dir: Path) -> list[str]:
    """Files and folders that nobody should have left."""
    return [str(path.relative_to(data_dir)) for name in ("work", "uploads") for path in (data_dir / name).rglob("*")]
