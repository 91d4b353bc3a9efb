"""Other ways to the same ladder: the limit, the naive way, MediaCMS's defaults.

All get the rungs and the settings of our own plan, except MediaCMS, which has its own. None of them measures loudness,
levels the sound, looks for faults or makes a poster: what those cost is on our side only.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

from media_pipeline.ffmpeg import encoder_options, sound_options
from media_pipeline.plan import SEGMENT_SECONDS, Plan, Rung, Sound
from scripts.bench.measuring import Cost, run

FFMPEG = "/usr/bin/ffmpeg"
QUIET = (FFMPEG, "-hide_banner", "-nostdin", "-nostats", "-v", "error", "-y")

Way = Callable[[], tuple[Cost, int]]
"""Does all the work once; returns what it cost and how many bytes a viewer's ladder takes."""


def _words(options: dict[str, Any]) -> list[str]:
    return [word for name, value in options.items() for word in (f"-{name}", str(value))]


def _keyframes(rung: Rung) -> list[str]:
    return ["-g", str(round(SEGMENT_SECONDS * Fraction(rung.frame_rate))), "-keyint_min", "1"]


def _hls(folder: Path) -> list[str]:
    folder.mkdir(parents=True)
    words = ["-f", "hls", "-hls_time", str(SEGMENT_SECONDS), "-hls_playlist_type", "vod", "-hls_segment_type", "fmp4"]
    return [*words, "-hls_segment_filename", f"{folder}/%d.m4s", f"{folder}/index.m3u8"]


def _fresh(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def size_of(folder: Path, pattern: str = "**/*") -> int:
    """Bytes of all files below `folder` but playlists."""
    return sum(path.stat().st_size for path in folder.glob(pattern) if path.is_file() and path.suffix != ".m3u8")


def _sound_of(plan: Plan, rung: Rung) -> Sound:
    return next(sound for sound in plan.sounds if sound.group == rung.sound)


def naive(source: Path, plan: Plan, *, folder: Path, fast_sound: bool = False) -> tuple[Cost, int]:
    """One process a rung; each decodes the source, scales from its full size and encodes its own sound.

    Rungs, rates and picture settings are ours; the AAC coder is ffmpeg's default unless `fast_sound`.
    """
    _fresh(folder)
    coder = [] if fast_sound else ["-aac_coder", "twoloop"]
    total = Cost()
    for rung in plan.rungs:
        scaled = f"fps={rung.frame_rate},scale={rung.width}:{rung.height}:flags=bicubic,format=yuv420p"
        picture = ["-map", "0:v:0", "-vf", scaled, *_words(encoder_options(rung)), *_keyframes(rung)]
        sound = ["-map", "0:a:0", *_words(sound_options(_sound_of(plan, rung))), *coder]
        total += run([*QUIET, "-i", str(source), *picture, *sound, *_hls(folder / rung.name)])
    return total, size_of(folder)


def make_frames(source: Path, plan: Plan, *, folder: Path) -> None:
    """Scaled pictures of every rung as plain bytes, for `limit`: about 165 MB a second at 1080p. Not measured."""
    _fresh(folder)
    for rung in plan.rungs:
        scaled = f"fps={rung.frame_rate},scale={rung.width}:{rung.height}:flags=bicubic,format=yuv420p"
        target = folder / f"{rung.name}.yuv"
        run([*QUIET, "-i", str(source), "-map", "0:v:0", "-vf", scaled, "-f", "rawvideo", str(target)])


def limit(source: Path, plan: Plan, *, frames: Path, folder: Path) -> tuple[Cost, int]:
    """What can't be avoided: decoding once, encoding every rung from pictures of its size, encoding one sound."""
    _fresh(folder)
    total = run([*QUIET, "-i", str(source), "-map", "0:v:0", "-f", "null", "-"])
    for rung in plan.rungs:
        shape = ["-f", "rawvideo", "-pix_fmt", "yuv420p", "-s", f"{rung.width}x{rung.height}", "-r", rung.frame_rate]
        picture = [*_words(encoder_options(rung)), *_keyframes(rung)]
        target = folder / f"{rung.name}.mp4"
        total += run([*QUIET, *shape, "-i", str(frames / f"{rung.name}.yuv"), *picture, str(target)])
    sound = next(sound for sound in plan.sounds if sound.group == "hi")
    encoded = _words(sound_options(sound))
    total += run([*QUIET, "-i", str(source), "-map", "0:a:0", *encoded, str(folder / "sound.m4a")])
    return total, size_of(folder)


MEDIACMS_KBITS = {144: 150, 240: 300, 360: 500, 480: 1000, 720: 2500, 1080: 4500}
"""Its `VIDEO_BITRATES` for H.264 up to 30 pictures a second."""
MEDIACMS_KEYFRAME_SECONDS = 4


def mediacms(source: Path, *, height: int, folder: Path, large_preset: str = "medium") -> tuple[Cost, int]:
    """MediaCMS's defaults (files/helpers.py, files/tasks.py): a process a rung with preset `medium`, CRF 23, lanczos,
    128 kbit/s of AAC in each; after every rung all finished ones are packaged into segments anew.

    Its packager is mp4hls of Bento4; here ffmpeg copies into segments instead, which is cheaper than a Python script.
    Its sprites cost extra and aren't counted. Older versions have a `large_preset` of `faster` from 720 lines up.
    """
    _fresh(folder)
    total = Cost()
    done: list[Path] = []
    packaged = folder / "hls"
    for side in (side for side in MEDIACMS_KBITS if side <= height):
        target = folder / f"{side}.mp4"
        total += run(_mediacms_rung(source, side, target, large_preset if side >= 720 else "medium"))
        done.append(target)
        fresh = _fresh(folder / "packaging")
        for file in done:
            total += run([*QUIET, "-i", str(file), "-c", "copy", *_hls(fresh / file.stem)])
        shutil.rmtree(packaged, ignore_errors=True)
        fresh.rename(packaged)
    return total, size_of(packaged)


def _mediacms_rung(source: Path, side: int, target: Path, preset: str) -> list[str]:
    wide = round(side * 16 / 9)
    size = f"if(lt(iw\\,ih)\\,{side}\\,{wide}):if(lt(iw\\,ih)\\,{wide}\\,{side})"
    scaled = f"scale={size}:force_original_aspect_ratio=decrease:force_divisible_by=2:flags=lanczos,fps=fps=30"
    gap = MEDIACMS_KEYFRAME_SECONDS * 30
    rate = f"{MEDIACMS_KBITS[side] * 3 // 2}k"
    return [
        *QUIET, "-i", str(source), "-c:v", "libx264", "-filter:v", scaled, "-pix_fmt", "yuv420p", "-crf", "23",
        "-c:a", "aac", "-b:a", "128k", "-ac", "2", "-maxrate", rate, "-bufsize", rate,
        "-force_key_frames", f"expr:gte(t,n_forced*{MEDIACMS_KEYFRAME_SECONDS})",
        "-x264-params", f"keyint={gap * 2}:keyint_min={gap}",
        "-preset", preset, "-profile:v", "main", "-level", "4.2", "-strict", "-2", str(target),
    ]  # fmt: skip
