"""A small real stream in the shape of the pipeline's own, whose growth a test holds in its hand.

Three rungs of H.264 in fragmented MP4, sound in two groups beside them, segments of two seconds, media time from 1 s
(ADR on seams). `Stream.made` cuts every playlist short, as while a video is being made.
"""

from __future__ import annotations

import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings

SEGMENT = 2
RUNGS = {"v180": (320, 180, "lo"), "v360": (640, 360, "hi"), "v720": (1280, 720, "hi")}
BANDWIDTH = {"v180": 180_000, "v360": 600_000, "v720": 1_800_000}
CODECS = {"v180": "avc1.42c00d", "v360": "avc1.42c01e", "v720": "avc1.42c01f"}
CUES = [(0, 4, "各位学员好，今天讲第一式。"), (4, 9, "两脚与肩同宽，膝盖微微弯。"), (9, 14, "吸气，两手捧到胸前。")]


def _run(*arguments: str) -> None:
    subprocess.run([settings.FFMPEG, "-v", "error", "-nostdin", "-y", *arguments], check=True, timeout=240)


def _hls(folder: Path) -> list[str]:
    folder.mkdir(parents=True)
    return [
        *("-f", "hls", "-hls_time", str(SEGMENT), "-hls_playlist_type", "vod", "-hls_segment_type", "fmp4"),
        *(
            "-hls_flags",
            "independent_segments",
            "-hls_segment_options",
            "movflags=+frag_discont+negative_cts_offsets:use_editlist=0",
        ),
        *("-output_ts_offset", "1", "-hls_segment_filename", str(folder / "%d.m4s"), str(folder / "index.m3u8")),
    ]


@dataclass
class Stream:
    """Where the files lie, how long they play in seconds, and how many segments a viewer is shown (None: all)."""

    folder: Path
    duration: float
    kind: str = "video"
    made: int | None = None
    rungs: tuple[str, ...] = tuple(RUNGS)
    broken: bool = False
    reports: list[dict[str, Any]] = field(default_factory=list)

    def text(self, path: str) -> str:
        """A playlist as a viewer gets it now."""
        if path == "master.m3u8":
            return self.master()
        lines = (self.folder / path).read_text(encoding="ascii").splitlines()
        if self.made is None:
            return "\n".join(lines) + "\n"
        kept: list[str] = []
        for line in lines:
            if sum(1 for known in kept if known.endswith(".m4s")) == self.made:
                break
            kept.append(line.replace("TYPE:VOD", "TYPE:EVENT"))
        return "\n".join(line for line in kept if line != "#EXT-X-ENDLIST") + "\n"

    def master(self) -> str:
        """Rungs with their sound groups; sound alone for a stream without pictures."""
        lines = ["#EXTM3U", "#EXT-X-VERSION:7", "#EXT-X-INDEPENDENT-SEGMENTS"]
        if self.kind == "audio":
            lines += ['#EXT-X-STREAM-INF:BANDWIDTH=48000,CODECS="mp4a.40.2"', "lo/index.m3u8"]
            return "\n".join(lines) + "\n"
        for group, channels in (("lo", 1), ("hi", 2)):
            lines.append(
                f'#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="{group}",NAME="原声",DEFAULT=YES,AUTOSELECT=YES,'
                f'CHANNELS="{channels}",URI="{group}/index.m3u8"'
            )
        lines += ['#EXT-X-STREAM-INF:BANDWIDTH=48000,CODECS="mp4a.40.2"', "lo/index.m3u8"]
        for name in self.rungs:
            width, height, group = RUNGS[name]
            lines += [
                f'#EXT-X-STREAM-INF:BANDWIDTH={BANDWIDTH[name]},CODECS="{CODECS[name]},mp4a.40.2",'
                f'RESOLUTION={width}x{height},FRAME-RATE=15.000,AUDIO="{group}"',
                f"{name}/index.m3u8",
            ]
        return "\n".join(lines) + "\n"


def make_stream(folder: Path, *, seconds: int = 30) -> Path:
    """Encode picture, sound, one file of each, a sheet of small pictures, captions and a wave. Returns `folder`."""
    picture = f"testsrc2=size=1280x720:rate=15:duration={seconds}"
    sound = f"sine=frequency=330:duration={seconds}:sample_rate=48000"
    for name, (width, height, _) in RUNGS.items():
        _run(
            *("-f", "lavfi", "-i", picture, "-vf", f"scale={width}:{height},format=yuv420p"),
            *("-c:v", "libx264", "-preset", "ultrafast", "-profile:v", "baseline", "-g", "30", "-keyint_min", "30"),
            *("-sc_threshold", "0", "-b:v", str(BANDWIDTH[name] // 2), *_hls(folder / name)),
        )
    for name, channels, rate in (("lo", 1, "40k"), ("hi", 2, "96k")):
        _run(
            *("-f", "lavfi", "-i", sound, "-ac", str(channels), "-c:a", "aac", "-b:a", rate),
            *_hls(folder / name),
        )
    _run(
        *("-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", sound, "-vf", "scale=640:360,format=yuv420p"),
        *("-c:v", "libx264", "-preset", "ultrafast", "-c:a", "aac", "-movflags", "+faststart"),
        str(folder / "360p.mp4"),
    )
    _run("-f", "lavfi", "-i", sound, "-c:a", "aac", "-b:a", "48k", "-movflags", "+faststart", str(folder / "sound.m4a"))
    _run("-f", "lavfi", "-i", picture, "-vf", "fps=1/5,scale=160:90,tile=3x2", "-frames:v", "1", str(folder / "s.jpg"))
    _run("-f", "lavfi", "-i", picture, "-frames:v", "1", "-vf", "scale=640:360", str(folder / "poster.jpg"))
    _run(
        "-f",
        "lavfi",
        "-i",
        sound,
        "-filter_complex",
        "showwavespic=s=1280x360",
        "-frames:v",
        "1",
        str(folder / "w.png"),
    )
    sheet = ["WEBVTT", ""]
    for number in range(seconds // 5):
        sheet += [
            f"00:00:{number * 5:02}.000 --> 00:00:{number * 5 + 5:02}.000",
            f"s.jpg#xywh={number % 3 * 160},{number // 3 * 90},160,90",
            "",
        ]
    (folder / "sprite.vtt").write_text("\n".join(sheet), encoding="utf-8")
    captions = ["WEBVTT", ""]
    for start, end, text in CUES:
        captions += [f"00:{start:02}.000 --> 00:{end:02}.000", text, ""]
    (folder / "captions.vtt").write_text("\n".join(captions), encoding="utf-8")
    return folder
