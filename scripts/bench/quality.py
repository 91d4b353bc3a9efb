"""How good and how heavy the result is: VMAF, and what the master playlist promises against what segments weigh."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

import imageio_ffmpeg

from media_pipeline.enums import RenditionKind
from media_pipeline.models import Rendition, Source
from media_pipeline.queries.playlists import master_playlist, media_playlist
from scripts.bench.measuring import on_disk, run

JUDGED_HEIGHT = 720


def vmaf(source: Source, film: Path, *, folder: Path, every: int = 4) -> tuple[float, float]:
    """Mean and lowest VMAF of our rung of 720 lines against `film` scaled to it (bicubic); each `every`th picture.

    The renditions' clock begins at one second, so both sides are counted from their own first picture.
    """
    row = source.renditions.get(kind=RenditionKind.VIDEO, height=JUDGED_HEIGHT)
    joined, log = folder / "judged.mp4", folder / "vmaf.json"
    _, complete = media_playlist(row)
    assert complete
    with joined.open("wb") as out:
        for piece in [on_disk(row.folder) / "init.mp4", *_segment_files(row)]:
            out.write(piece.read_bytes())
    graph = (
        "[0:v]setpts=PTS-STARTPTS[ours];"
        f"[1:v]setpts=PTS-STARTPTS,scale={row.width}:{row.height}:flags=bicubic,format=yuv420p[film];"
        f"[ours][film]libvmaf=n_threads=2:n_subsample={every}:log_fmt=json:log_path={log}"
    )
    inputs = ["-i", str(joined), "-i", str(film)]
    # Debian's ffmpeg is built without libvmaf.
    run([imageio_ffmpeg.get_ffmpeg_exe(), "-nostdin", "-v", "error", *inputs, "-lavfi", graph, "-f", "null", "-"])
    scores = json.loads(log.read_text("utf-8"))["pooled_metrics"]["vmaf"]
    return float(scores["mean"]), float(scores["min"])


def _segment_files(row: Rendition) -> list[Path]:
    return sorted(on_disk(row.folder).glob("*.m4s"), key=lambda path: int(path.stem))


@dataclass(frozen=True)
class Line:
    """A variant of the master playlist: what it declares and what was measured on disk, both in bit/s."""

    name: str
    has_picture: bool
    declared: int
    measured: int


def lines(source: Source) -> list[Line]:
    """Every variant with its sound, the thinnest first. Read from the playlist's text, not from our own rows."""
    master = master_playlist(source)
    sounds: dict[str, int] = {}
    for group, address in re.findall(r'#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="(\w+)".*URI="([^"/]+)/', master):
        sounds[group] = max(sounds.get(group, 0), peak(source, address))
    found = []
    for promises, name in re.findall(r"#EXT-X-STREAM-INF:(.*)\n([^/\n]+)/", master):
        declared = re.search(r"(?:^|,)BANDWIDTH=(\d+)", promises)
        group = re.search(r'AUDIO="(\w+)"', promises)
        assert declared
        measured = peak(source, name) + (sounds[group[1]] if group else 0)
        found.append(Line(name, "RESOLUTION=" in promises, int(declared[1]), measured))
    return sorted(found, key=lambda line: line.declared)


def peak(source: Source, name: str) -> int:
    """Peak segment bit rate as RFC 8216, 4.1 defines it: over all runs of segments of 0.5 to 1.5 target durations."""
    row = source.renditions.get(name=name)
    text, _ = media_playlist(row)
    target = re.search(r"#EXT-X-TARGETDURATION:(\d+)", text)
    assert target
    longest = int(target[1])
    listed = [
        (float(seconds), (on_disk(row.folder) / file).stat().st_size)
        for seconds, file in re.findall(r"#EXTINF:([\d.]+),\n(.+)", text)
    ]
    if sum(seconds for seconds, _ in listed) < longest * 0.5:
        return round(sum(size for _, size in listed) * 8 / sum(seconds for seconds, _ in listed))
    rates = [0.0]
    for first in range(len(listed)):
        seconds, size = 0.0, 0
        for more_seconds, more_size in listed[first:]:
            seconds, size = seconds + more_seconds, size + more_size
            if seconds > longest * 1.5:
                break
            if seconds >= longest * 0.5:
                rates.append(size * 8 / seconds)
    return round(max(rates))
