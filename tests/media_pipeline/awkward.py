"""Honest but awkward inputs: what phones, cameras, recorders and editors' own programs really hand in.

Each function makes one small clip, once a run. Sizes are small on purpose: below 240 pixels there is only one rung.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.media_pipeline.clips import clip, picture, tone, x264

AAC = ["-c:a", "aac", "-b:a", "64k"]
SMALL = "320x180"


def variable_rate() -> Path:
    """Thirty pictures a second, then ten, as a phone in the dark."""
    return clip(
        *picture(size=SMALL, seconds=4), *tone(seconds=4), "-vf", "select='lt(t,2)+not(mod(n,3))'", "-vsync", "vfr",
        *x264(), *AAC,
    )  # fmt: skip


def slides() -> Path:
    """A screen recording that only has a picture when something changes: at 0, 5, 10 and 15 of 18 seconds."""
    return clip(
        *picture(size=SMALL, rate="1/5", seconds=20), *tone(seconds=18), "-vsync", "vfr", "-t", "18",
        *x264(gop=1), *AAC,
    )  # fmt: skip


def turned(degrees: int) -> Path:
    """Coded lying, with a display matrix that turns it."""
    lying = clip(*picture(size=SMALL, seconds=1.5), *tone(seconds=1.5), *x264(), *AAC)
    return clip("-i", str(lying), "-c", "copy", "-metadata:s:v:0", f"rotate={degrees}")


def odd_444() -> Path:
    return clip(
        *picture(size="427x241", seconds=1.5), "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv444p",
    )  # fmt: skip


def mislabelled() -> Path:
    """Ordinary 4:2:0 that says its numbers are red, green and blue; large enough for several rungs."""
    bits = "h264_metadata=matrix_coefficients=0"
    return clip(*picture(size="640x480", seconds=1.5), *x264(preset="veryfast"), "-bsf:v", bits)


def wide_pixels() -> Path:
    """An old camera's 4:3 raster with 16:9 content: 360 × 288 shown as 512 × 288."""
    return clip(*picture(size="360x288", rate="25", seconds=1.5), "-vf", "setsar=64/45", *x264())


def interlaced() -> Path:
    """MPEG-2 with the top field first, in a program stream as DVD recorders write it."""
    return clip(
        *picture(size="352x288", rate="50", seconds=2), *tone(seconds=2),
        "-vf", "tinterlace=interleave_top,fieldorder=tff", "-c:v", "mpeg2video",
        "-flags", "+ilme+ildct", "-top", "1", "-b:v", "2M", "-c:a", "mp2", suffix=".mpg",
    )  # fmt: skip


def dv() -> Path:
    return clip(
        *picture(size="720x576", rate="25", seconds=1), *tone(seconds=1), "-c:v", "dvvideo", "-pix_fmt", "yuv420p",
        "-aspect", "4:3", "-ar", "48000", "-ac", "2", suffix=".dv",
    )  # fmt: skip


def high_range(transfer: str) -> Path:
    """Ten bits with a wide gamut, as new phones film: `smpte2084` (PQ) or `arib-std-b67` (HLG)."""
    tags = f"colorprim=bt2020:transfer={transfer}:colormatrix=bt2020nc:log-level=error"
    return clip(
        *picture(size=SMALL, seconds=1), "-c:v", "libx265", "-preset", "ultrafast", "-pix_fmt", "yuv420p10le",
        "-x265-params", tags, "-tag:v", "hvc1",
    )  # fmt: skip


def ten_bits() -> Path:
    return clip(
        *picture(size=SMALL, seconds=1.5), "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p10le",
        suffix=".mkv",
    )  # fmt: skip


def surround() -> Path:
    """5.1 as AC-3, all channels sounding."""
    return clip(
        *picture(size=SMALL, seconds=3), "-f", "lavfi", "-i", "sine=f=300:r=48000:d=3,volume=-6dB",
        "-af", "pan=5.1|c0=c0|c1=c0|c2=c0|c3=0*c0|c4=c0|c5=c0", *x264(), "-c:a", "ac3", "-b:a", "256k", suffix=".mkv",
    )  # fmt: skip


def two_languages() -> Path:
    return clip(
        *picture(size=SMALL, seconds=2), *tone(seconds=2), "-f", "lavfi", "-i", "sine=f=600:r=44100:d=2",
        "-map", "0:v", "-map", "1:a", "-map", "2:a", *x264(), *AAC,
        "-metadata:s:a:0", "language=chi", "-metadata:s:a:1", "language=mon", suffix=".mkv",
    )  # fmt: skip


def sound_goes_on() -> Path:
    """Two seconds of picture, eleven of sound: the camera's card was slow, or only the voice was recorded on."""
    return clip(
        *picture(size=SMALL, seconds=2), *tone(seconds=11), *x264(), *AAC, suffix=".mkv",
    )  # fmt: skip


def sound_stops() -> Path:
    return clip(*picture(size=SMALL, seconds=5), *tone(seconds=2), *x264(), *AAC)


def picture_late() -> Path:
    """The picture begins five seconds after the sound."""
    return clip(
        *tone(seconds=8), "-itsoffset", "5", *picture(size=SMALL, seconds=3), "-map", "1:v", "-map", "0:a",
        *x264(), *AAC, suffix=".mkv",
    )  # fmt: skip


def transport_stream(*, seconds: float = 3, gop: int = 60) -> Path:
    """Times begin at 1.4 s plus what the recorder says; here also an hour late."""
    return clip(
        *picture(size=SMALL, seconds=seconds), *tone(seconds=seconds), *x264(gop=gop), *AAC,
        "-output_ts_offset", "3600", suffix=".ts",
    )  # fmt: skip


def at_rate(rate: str, *, size: str = SMALL, seconds: float = 2) -> Path:
    return clip(
        *picture(size=size, rate=rate, seconds=seconds), "-c:v", "mpeg4", "-q:v", "8", suffix=".mkv",
    )  # fmt: skip


def old_formats() -> dict[str, Callable[[], Path]]:
    """Containers and codecs that turn up; each two seconds with sound, but for those that have none."""
    both = [*picture(size=SMALL, rate="25", seconds=2), *tone(seconds=2)]
    cif = [*picture(size="352x288", rate="25", seconds=2), *tone(seconds=2)]
    recipes: dict[str, tuple[list[str], list[str], str]] = {
        "avi": (both, ["-c:v", "mpeg4", "-vtag", "XVID", "-c:a", "libmp3lame"], ".avi"),
        "flv": (both, ["-c:v", "flv", "-c:a", "libmp3lame", "-ar", "44100"], ".flv"),
        "flv_h264": (both, [*x264(), *AAC], ".flv"),
        "3gp": (cif, ["-c:v", "h263", "-c:a", "aac", "-ar", "16000", "-ac", "1"], ".3gp"),
        "webm_vp8": (both, ["-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8", "-c:a", "libvorbis"], ".webm"),
        "webm_vp9": (
            both, ["-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-c:a", "libopus"], ".webm",
        ),
        "prores": (both, ["-c:v", "prores_ks", "-profile:v", "0", "-c:a", "pcm_s16le"], ".mov"),
        "wmv": (both, ["-c:v", "wmv2", "-c:a", "wmav2"], ".wmv"),
        "ogv": (both, ["-c:v", "libtheora", "-c:a", "libvorbis"], ".ogv"),
        "vob": (both, ["-c:v", "mpeg2video", "-c:a", "ac3", "-f", "vob"], ".vob"),
        "fragmented": (both, [*x264(), *AAC, "-movflags", "frag_keyframe+empty_moov"], ".mp4"),
        "av1": (both, ["-c:v", "libsvtav1", "-preset", "12", "-c:a", "libopus"], ".mkv"),
        "mxf": (both, ["-c:v", "mpeg2video", "-c:a", "pcm_s16le", "-ar", "48000"], ".mxf"),
    }  # fmt: skip
    return {
        name: lambda words=(*source, *target), suffix=suffix: clip(*words, suffix=suffix)
        for name, (source, target, suffix) in recipes.items()
    }


def sounds() -> dict[str, Callable[[], Path]]:
    """Sound alone."""
    recipes = {
        "mp3": (["-c:a", "libmp3lame"], ".mp3"),
        "wav": (["-c:a", "pcm_s16le"], ".wav"),
        "flac": (["-c:a", "flac"], ".flac"),
        "opus": (["-c:a", "libopus"], ".opus"),
        "ogg": (["-c:a", "libvorbis"], ".ogg"),
        "aac": (["-c:a", "aac"], ".aac"),
        "m4a": (["-c:a", "aac"], ".m4a"),
        "wma": (["-c:a", "wmav2"], ".wma"),
        "ac3": (["-c:a", "ac3"], ".ac3"),
    }
    return {
        name: lambda words=tuple(words), suffix=suffix: clip(*tone(seconds=5), *words, suffix=suffix)
        for name, (words, suffix) in recipes.items()
    }


def with_cover(kind: str) -> Path:
    """A song with a picture of its cover, which is no video."""
    cover = clip(*picture(size="600x600", seconds=1), "-frames:v", "1", "-update", "1", suffix=".jpg")
    codec, suffix = {"m4a": ("aac", ".m4a"), "mp3": ("libmp3lame", ".mp3")}[kind]
    return clip(
        *tone(seconds=5), "-i", str(cover), "-map", "0:a", "-map", "1:v", "-c:a", codec, "-c:v", "copy",
        "-disposition:v:0", "attached_pic", suffix=suffix,
    )  # fmt: skip
