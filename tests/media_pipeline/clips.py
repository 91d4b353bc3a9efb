"""Small real clips, made with ffmpeg once a test run and copied from there. Names say what is awkward about them."""

from __future__ import annotations

import functools
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

FFMPEG = "/usr/bin/ffmpeg"
_folder = Path(tempfile.mkdtemp(prefix="yinling-clips-"))

SPEECH_LIKE = "sine=f=220:r=48000:d={d},tremolo=f=4:d=0.8,volume=-6dB"


def run(*words: str) -> None:
    """Run ffmpeg; its complaint is the test's failure."""
    argv = [FFMPEG, "-hide_banner", "-nostdin", "-v", "error", "-y", *words]
    done = subprocess.run(argv, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr


def picture(*, size: str = "320x240", rate: str = "30", seconds: float = 2) -> list[str]:
    return ["-f", "lavfi", "-i", f"testsrc2=s={size}:r={rate}:d={seconds}"]


def tone(*, seconds: float = 2) -> list[str]:
    return ["-f", "lavfi", "-i", SPEECH_LIKE.format(d=seconds)]


def x264(*, preset: str = "ultrafast", gop: int = 60) -> list[str]:
    return ["-c:v", "libx264", "-preset", preset, "-pix_fmt", "yuv420p", "-g", str(gop)]


@functools.lru_cache(maxsize=64)
def clip(*words: str, suffix: str = ".mp4") -> Path:
    """A clip made by these ffmpeg arguments (without the output), cached for the run."""
    path = _folder / f"{abs(hash((words, suffix)))}{suffix}"
    run(*words, str(path))
    return path


def copyable(*, seconds: float = 9, size: str = "640x360") -> Path:
    """H.264 and AAC as a phone makes them: the picture can go to viewers as it is."""
    return clip(
        *picture(size=size, seconds=seconds), *tone(seconds=seconds),
        "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", "30", "-b:v", "700k",
        "-maxrate", "800k",
        "-bufsize", "800k", "-c:a", "aac", "-b:a", "96k", "-shortest",
    )  # fmt: skip


def encodable(*, seconds: float = 9, size: str = "640x360", rate: str = "30") -> Path:
    """MPEG-4 part 2: every rung must be encoded."""
    return clip(
        *picture(size=size, seconds=seconds, rate=rate), *tone(seconds=seconds),
        "-c:v", "mpeg4", "-q:v", "5", "-g", "30", "-c:a", "aac", "-shortest", suffix=".mkv",
    )  # fmt: skip


def silent(*, seconds: float = 3) -> Path:
    return clip(*picture(seconds=seconds), *x264())


def sound_only(*, seconds: float = 6) -> Path:
    return clip(*tone(seconds=seconds), "-c:a", "libmp3lame", suffix=".mp3")


def upright(*, seconds: float = 3) -> Path:
    """Shot with the phone held up: coded lying, with a display matrix that turns it."""
    lying = clip(*picture(size="640x360", seconds=seconds), *tone(seconds=seconds), *x264(), "-c:a", "aac")
    return clip("-i", str(lying), "-c", "copy", "-metadata:s:v:0", "rotate=90")


def as_new(path: Path, *, folder: Path, name: str | None = None) -> Path:
    """A copy that a test may let the house take away."""
    target = folder / (name or path.name)
    shutil.copyfile(path, target)
    return target


def packets(path: Path | str, *, entries: str = "pts_time,flags", stream: str = "v:0") -> list[list[str]]:
    """Packet facts of a file, read back with ffprobe."""
    argv: Sequence[str] = [
        "/usr/bin/ffprobe", "-v", "error", "-select_streams", stream, "-show_entries", f"packet={entries}",
        "-of", "csv=p=0", str(path),
    ]  # fmt: skip
    printed = subprocess.run(argv, capture_output=True, text=True, timeout=60, check=True).stdout
    return [line.split(",") for line in printed.splitlines() if line]
