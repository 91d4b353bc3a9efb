"""Really makes a demo film: espeak-ng speaks, ffmpeg draws and writes.

No recording is shipped with the project. Commands are argument lists of fixed programs; every word that is shown goes
through a text file, so that nothing in it is read as filter syntax.
"""

from __future__ import annotations

import subprocess
import wave
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from cms.demo.script import Film, Style

ESPEAK = "/usr/bin/espeak-ng"
VOICE = ("-v", "cmn", "-s", "210", "-a", "140")
FONT = "Noto Sans CJK SC"
LEAD_IN = 1.0  # seconds before the first sentence
PAUSE = 0.45  # seconds between sentences
LEAD_OUT = 1.5
PAPER, INK, ACCENT = "0xFBF6EC", "0x1F1A14", "0x9A3412"
NEVER_FIRST = "，。、；：？！”）"


@dataclass(frozen=True)
class Spoken:
    """A sentence and when it is said, in seconds."""

    start: float
    end: float
    text: str


def make_film(film: Film, *, title: str, folder: Path) -> tuple[Path, list[Spoken]]:
    """Make the film inside `folder`, an empty folder of its own. Returns the file and what is said when.

    Raises CalledProcessError if a program failed, FileNotFoundError if one is missing.
    """
    voice = folder / "voice.wav"
    spoken = _speak(film.sentences, folder, voice)
    target = folder / ("film.m4a" if film.style is Style.SOUND else "film.mp4")
    length = spoken[-1].end + LEAD_OUT
    sound = ["-c:a", "aac", "-aac_coder", "fast", "-b:a", "96k", "-ar", "44100", "-movflags", "+faststart"]
    quiet = [settings.FFMPEG, "-nostdin", "-y", "-v", "error"]
    if film.style is Style.SOUND:
        command = [*quiet, "-i", voice.name, *sound, target.name]
    else:
        # Chosen for little work: still pages stay small with any preset.
        preset = "ultrafast" if film.style is Style.SLIDES else "superfast"
        picture = ["-c:v", "libx264", "-preset", preset, "-pix_fmt", "yuv420p", "-g", str(2 * film.rate)]
        graph = f"{_ground(film)},{_words(film, title, spoken, folder)}[picture]"
        command = [
            *(*quiet, "-i", voice.name, "-filter_complex", graph, "-map", "[picture]", "-map", "0:a"),
            *("-t", f"{length:.2f}", "-threads", "1", *picture, *sound, target.name),
        ]
    _run(command, folder)
    return target, spoken


def _run(command: list[str], folder: Path) -> None:
    """Politely: a film for show must not take a core from the worker that makes one watchable."""
    subprocess.run(["/usr/bin/nice", "-n", "5", *command], cwd=folder, check=True, stdin=subprocess.DEVNULL)


def _speak(sentences: tuple[str, ...], folder: Path, target: Path) -> list[Spoken]:
    """Write all sentences to `target`, silence between them, and return when each is said."""
    spoken: list[Spoken] = []
    at = LEAD_IN
    with wave.open(str(target), "wb") as out:
        for number, sentence in enumerate(sentences):
            part = folder / f"{number}.wav"
            _run([ESPEAK, *VOICE, "-w", part.name, sentence], folder)
            with wave.open(str(part), "rb") as said:
                if number == 0:
                    out.setparams(said.getparams())
                    _silence(out, LEAD_IN)
                out.writeframes(said.readframes(said.getnframes()))
                length = said.getnframes() / said.getframerate()
            spoken.append(Spoken(start=round(at, 3), end=round(at + length, 3), text=sentence))
            pause = LEAD_OUT if number == len(sentences) - 1 else PAUSE
            _silence(out, pause)
            at += length + pause
            part.unlink()
    return spoken


def _silence(out: wave.Wave_write, seconds: float) -> None:
    out.writeframes(b"\0" * (round(seconds * out.getframerate()) * out.getsampwidth() * out.getnchannels()))


def _ground(film: Film) -> str:
    """The filter graph of what is behind the words, without a label at its end."""
    size, rate = f"{film.width}x{film.height}", film.rate
    if film.style is Style.SLIDES:
        return f"color=c={PAPER}:s={size}:r={rate},drawbox=x=0:y=0:w=iw:h=ih*0.02:color={ACCENT}:t=fill"
    still = f"trim=end_frame=1,{{}}loop=-1:1:0,setpts=N/{rate}/TB"
    wide, high = film.width * 9 // 8 // 2 * 2, film.height * 9 // 8 // 2 * 2
    across, down = (wide - film.width) // 2, (high - film.height) // 2
    disc = min(film.width, film.height) // 10 * 2
    apart = film.width // 5
    # A gradient costs twenty times more to draw than to shift, so it is drawn once.
    ground = (
        f"gradients=s={wide}x{high}:r={rate}:c0=0xEAF0DE:c1=0xC9DDEA:n=2:x0=0:y0=0:x1={wide}:y1={high},"
        + still.format("format=yuv420p,")
        + f",crop={film.width}:{film.height}:x='{across}+{across}*sin(t/3)':y='{down}+{down}*cos(t/4)'[ground];"
    )
    half = disc // 2
    discs = (
        f"color=c={ACCENT}:s={disc}x{disc}:r={rate},"
        + still.format(
            "format=yuva420p,geq=lum='lum(X,Y)':cb='cb(X,Y)':cr='cr(X,Y)'"
            f":a='255*lt(hypot(X-{half},Y-{half}),{half - 1})',"
        )
        + ",split[left][right];"
    )
    height = f"y='H*0.72+H*0.12*sin(t*0.8)-{half}'"
    return (
        f"{ground}{discs}[ground][left]overlay=x='W/2-{apart}-{half}':{height}[one];"
        f"[one][right]overlay=x='W/2+{apart}-{half}':{height}"
    )


def _words(film: Film, title: str, spoken: list[Spoken], folder: Path) -> str:
    """drawtext filters for the title, and for each sentence while it is said."""
    big = min(film.width // 16, film.height // 9)
    filters: list[str] = []

    def draw(text: str, *, size: int, y: int, colour: str, between: str = "") -> None:
        name = f"{len(filters)}.txt"
        (folder / name).write_text(text, encoding="utf-8")
        shown = f":enable='{between}'" if between else ""
        filters.append(
            f"drawtext=font='{FONT}':textfile={name}:expansion=none:fontsize={size}:fontcolor={colour}"
            f":x=(w-text_w)/2:y={y}{shown}"
        )

    for row, line in enumerate(wrapped(title, film.width * 9 // 10 // big)):
        draw(line, size=big, y=round(film.height * 0.09 + row * big * 1.35), colour=ACCENT)
    size = big * 4 // 5
    for said in spoken:
        for row, line in enumerate(wrapped(said.text, film.width * 17 // 20 // size)):
            y = round(film.height * 0.34 + row * size * 1.5)
            draw(line, size=size, y=y, colour=INK, between=f"between(t,{said.start:.2f},{said.end + PAUSE:.2f})")
    return ",".join(filters)


def wrapped(text: str, width: int) -> list[str]:
    """`text` in lines of about equal length, `width` characters at most; punctuation hangs rather than begins a line.

    A comma within three characters of the even place ends the line there.
    """
    lines: list[str] = []
    rest = text
    while len(rest) > width:
        even = -(-len(rest) // -(-len(rest) // width))
        near = [at for at in range(max(1, even - 3), min(width, even + 3) + 1) if rest[at - 1] in NEVER_FIRST]
        cut = min(near, key=lambda at: abs(at - even), default=even)
        while cut < len(rest) and rest[cut] in NEVER_FIRST:
            cut += 1
        lines.append(rest[:cut])
        rest = rest[cut:]
    return [*lines, rest] if rest else lines
