"""The films that are measured, made on the spot and kept for the next run.

`slides`: Chinese slides that stay for some seconds, a small moving camera picture in the corner, a spoken voice.
`motion`: a large picture that is panned without rest, with film grain and moving patterns over it.

Each comes twice, with the same picture and sound. `encodable` is H.264 with keyframes 8.3 s apart, as x264 writes
unless told otherwise: segments can't be cut from it, so every rung must be encoded. `copyable` has a keyframe every two
seconds, as phones and cameras write: its picture can go to viewers as it is.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from scripts.bench.measuring import run

FFMPEG = "/usr/bin/ffmpeg"
ESPEAK = "/usr/bin/espeak-ng"
FONT = "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"
RATE = 30
SECONDS_A_SLIDE = 7.5
SOUND = ("-c:a", "aac", "-b:a", "128k", "-ac", "2", "-ar", "48000")
SPOKEN = (
    "各位学员大家好。今天我们一起学习用手机挂号。先打开医院的公众号，再点预约挂号，选好科室和医生。"
    "请看屏幕上的红色按钮，点它一下就可以了。不要着急，做错了可以退回去重来。"
)
LINES = (
    "用手机挂号，一步一步来",
    "打开公众号，点“预约挂号”",
    "选科室：内科、外科、眼科",
    "核对姓名和时间，再点“确认”",
    "就诊当天带上身份证",
)


@dataclass(frozen=True)
class Film:
    """One picture and sound in both forms. `height` is the short side in pixels."""

    name: str
    seconds: float
    height: int
    encodable: Path
    copyable: Path


def make_films(folder: Path, *, seconds: float, height: int, names: Sequence[str]) -> list[Film]:
    """The films called so, made if `folder` doesn't hold them yet."""
    folder.mkdir(parents=True, exist_ok=True)
    recipe = hashlib.sha256(Path(__file__).read_bytes()).hexdigest()[:8]
    films = []
    for name in names:
        draw, rate = {"slides": (_slides, 5000), "motion": (_motion, 9400)}[name]
        stem = f"{name}-{seconds:g}s-{height}p-{recipe}"
        film = Film(name, seconds, height, folder / f"{stem}-encodable.mp4", folder / f"{stem}-copyable.mp4")
        if not (film.encodable.exists() and film.copyable.exists()):
            voice = _voice(folder / f"voice-{recipe}.wav")
            _write(film, draw(folder, seconds, height), voice, rate=rate * height * height // 1080**2)
        films.append(film)
    return films


def make_long(folder: Path, *, seconds: float, times: int) -> tuple[Path, Path]:
    """A film of `seconds` and one that is the same `times` over; both encodable, 640 × 360."""
    folder.mkdir(parents=True, exist_ok=True)
    recipe = hashlib.sha256(Path(__file__).read_bytes()).hexdigest()[:8]
    short, long = (folder / f"long-{seconds * number:g}s-{recipe}.mkv" for number in (1, times))
    if not short.exists():
        drawn = ["-f", "lavfi", "-i", f"testsrc2=s=640x360:r={RATE}"]
        spoken = ["-stream_loop", "-1", "-i", str(_voice(folder / f"voice-{recipe}.wav"))]
        coded = ["-c:v", "mpeg4", "-b:v", "800k", "-g", "250"]
        _ffmpeg([*drawn, *spoken, "-t", f"{seconds:g}", *coded, *SOUND], short)
    if not long.exists():
        _ffmpeg(["-stream_loop", str(times - 1), "-i", str(short), "-c", "copy"], long)
    return short, long


def _write(film: Film, drawn: list[str], voice: Path, *, rate: int) -> None:
    """`rate` in kbit/s. Both forms from one drawing, so that they hold the same pictures."""
    sound = ["-stream_loop", "-1", "-i", str(voice)]
    length = ["-t", f"{film.seconds:g}"]
    mapped = ["-map", "[picture]", "-map", f"{_inputs(drawn)}:a", *length]
    graph = drawn.pop()
    master = film.encodable.with_suffix(".master.mkv")
    lossless = ["-c:v", "libx264", "-preset", "ultrafast", "-crf", "4", "-pix_fmt", "yuv420p", "-c:a", "pcm_s16le"]
    _ffmpeg([*drawn, *sound, "-filter_complex", graph, *mapped, *lossless], master)
    # A film shorter than that distance has one keyframe and could be copied: MPEG-4 part 2 can't.
    never = ["-c:v", "mpeg4", "-q:v", "2"] if film.seconds * RATE < 250 else _h264(rate, gop=250)
    _ffmpeg(["-i", str(master), *never, *SOUND], film.encodable)
    _ffmpeg(["-i", str(master), *_h264(rate * 9 // 10, gop=2 * RATE), *SOUND], film.copyable)
    master.unlink()


def _inputs(drawn: list[str]) -> int:
    return drawn.count("-i")


def _h264(rate: int, *, gop: int) -> list[str]:
    """Average `rate` in kbit/s, a keyframe every `gop` pictures and nowhere else."""
    words = ["-c:v", "libx264", "-preset", "veryfast", "-pix_fmt", "yuv420p", "-b:v", f"{rate}k"]
    peak = ["-maxrate", f"{rate * 5 // 4}k", "-bufsize", f"{rate * 2}k"]
    return [*words, *peak, "-g", str(gop), "-sc_threshold", "0"]


def _ffmpeg(words: list[str], target: Path) -> None:
    """Under another name until it is whole: a run that was stopped leaves no half film."""
    unfinished = target.with_name(f"unfinished-{target.name}")
    run([FFMPEG, "-hide_banner", "-nostdin", "-v", "error", "-y", *words, str(unfinished)])
    unfinished.replace(target)


def _voice(target: Path) -> Path:
    if not target.exists():
        run([ESPEAK, "-v", "cmn", "-s", "150", "-w", str(target), SPOKEN])
    return target


def _slides(folder: Path, seconds: float, height: int) -> list[str]:
    """Inputs and, as the last word, the graph that draws [picture]."""
    width = height * 16 // 9
    pattern = folder / f"slide-{height}p-%d.png"
    for number in range(max(1, math.ceil(seconds / SECONDS_A_SLIDE))):
        _draw_slide(number, width, height).save(str(pattern) % number)
    camera = f"{width // 5 // 2 * 2}x{height // 5 // 2 * 2}"
    inputs = ["-framerate", f"1/{SECONDS_A_SLIDE}", "-i", str(pattern)]
    inputs += ["-f", "lavfi", "-i", f"mandelbrot=s={camera}:r={RATE}:start_scale=2:end_pts=900"]
    graph = (
        f"[0:v]fps={RATE},tpad=stop=-1:stop_mode=clone,format=yuv420p[slide];"
        "[1:v]format=yuv420p,noise=alls=6:allf=t[camera];"
        "[slide][camera]overlay=x=W-w-W/40:y=H-h-H/25:shortest=0[picture]"
    )
    return [*inputs, graph]


def _draw_slide(number: int, width: int, height: int) -> Image.Image:
    slide = Image.new("RGB", (width, height), "#fbf6ec")
    pen = ImageDraw.Draw(slide)
    title, body = (ImageFont.truetype(FONT, height // share) for share in (14, 20))
    pen.rectangle((0, 0, width, height // 40), fill="#9a3412")
    pen.text((width // 16, height // 12), f"第 {number + 1} 讲　{LINES[number % len(LINES)]}", "#1f1a14", font=title)
    for row in range(5):
        words = f"{row + 1}. {LINES[(number + row + 1) % len(LINES)]}"
        pen.text((width // 16, height * (3 + row) // 10 + number * 3 % 20), words, "#3b332a", font=body)
    for bar in range(6):
        left, tall = width * (10 + bar) // 18, height * ((number + 1) * (bar + 3) % 7 + 1) // 16
        pen.rectangle((left, height * 6 // 10 - tall, left + width // 30, height * 6 // 10), fill="#114b73")
    return slide


def _motion(folder: Path, seconds: float, height: int) -> list[str]:
    """Inputs and, as the last word, the graph that draws [picture]."""
    width = height * 16 // 9
    large = folder / f"fractal-{height}p.png"
    if not large.exists():
        size = f"{width * 3 // 2 // 2 * 2}x{height * 3 // 2 // 2 * 2}"
        _ffmpeg(["-f", "lavfi", "-i", f"mandelbrot=s={size}:start_scale=0.6:end_scale=0.6", "-frames:v", "1"], large)
    inputs = ["-loop", "1", "-framerate", str(RATE), "-i", str(large)]
    inputs += ["-f", "lavfi", "-i", f"testsrc2=s={width // 4 // 2 * 2}x{height // 4 // 2 * 2}:r={RATE}"]
    graph = (
        f"[0:v]format=yuv420p,crop={width}:{height}:x='(iw-ow)*(0.5+0.5*sin(t*0.9))':y='(ih-oh)*(0.5+0.5*cos(t*1.3))',"
        "noise=alls=5:allf=t[ground];"
        "[ground][1:v]overlay=x='(W-w)*(0.5+0.5*sin(t*1.7))':y='(H-h)*(0.5+0.5*sin(t*1.1))':shortest=0[picture]"
    )
    return [*inputs, graph]
