"""Captions as text: WebVTT (W3C, https://www.w3.org/TR/webvtt1/) read and written, SubRip read.

What comes in is strict enough that an editor learns which line is wrong, and what goes out is always the same plain
form: cues in order of time, no markup, no settings, no STYLE or REGION. Times are in seconds with three decimals.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

MAX_BYTES = 2 * 1024 * 1024
MAX_CUES = 20_000
MAX_CUE_CHARACTERS = 1_000
MAX_SECONDS = 100 * 3600 - 0.001

TIME = re.compile(r"(?:(\d{1,4}):)?(\d{1,2}):(\d{1,2})[.,](\d{3})", re.ASCII)
ARROW = "-->"
TAG = re.compile(r"<[^<>\n]*>")
SRT_POSITION = re.compile(r"\{\\[^{}\n]*\}")
LINE_BREAK = re.compile(r"\r\n|\r|\n")
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


class WebVTTError(ValueError):
    """Text that can't be shown as captions. `sentence` is Chinese and names the line; `line` counts from one."""

    def __init__(self, sentence: str, line: int = 0) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.line = line


@dataclass(frozen=True)
class Cue:
    """One caption: from `start` to `end` in seconds, and plain text of one or more lines."""

    start: float
    end: float
    text: str


def decode(data: bytes) -> str:
    """The text of a caption file: UTF-8 or UTF-16 with or without a mark, else GB18030.

    Raises `WebVTTError` when it is none of them, or larger than MAX_BYTES.
    """
    if len(data) > MAX_BYTES:
        raise WebVTTError("字幕文件超过 2 MB，不像是字幕。没有保存。")
    encodings = ["utf-16"] if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise WebVTTError("认不出这个文件的文字编码。请另存为 UTF-8 再上传。")


def parse_time(text: str) -> float:
    """Seconds of `00:01:02.500`, `01:02.500` or the same with a comma.

    Raises `WebVTTError`.
    """
    match = TIME.fullmatch(text.strip())
    if not match:
        raise WebVTTError(f"时间「{text.strip()[:40]}」写法不对，应像 00:01:02.500 这样写。")
    hours, minutes, seconds, thousandths = (int(part or 0) for part in match.groups())
    if minutes > 59 or seconds > 59:
        raise WebVTTError(f"时间「{text.strip()[:40]}」不对：分和秒都不能超过 59。")
    return (hours * 3600_000 + minutes * 60_000 + seconds * 1000 + thousandths) / 1000


def render_time(seconds: float) -> str:
    """`seconds` as WebVTT writes it, always with hours."""
    total = round(seconds * 1000)
    hours, rest = divmod(total, 3600_000)
    minutes, rest = divmod(rest, 60_000)
    whole, thousandths = divmod(rest, 1000)
    return f"{hours:02d}:{minutes:02d}:{whole:02d}.{thousandths:03d}"


def tidy_text(text: str) -> str:
    """Plain text that a cue can hold: no blank lines, no control characters, no spaces at the ends of lines."""
    lines = (CONTROL.sub("", line).strip() for line in LINE_BREAK.split(text))
    return "\n".join(line for line in lines if line)


def check(cues: Iterable[Cue]) -> list[Cue]:
    """The cues tidied and in order of time.

    Raises `WebVTTError` whose `line` is the number of the cue, counted from one.
    """
    tidied = []
    for number, cue in enumerate(cues, start=1):
        text = tidy_text(cue.text)
        if sentence := _fault(Cue(cue.start, cue.end, text)):
            raise WebVTTError(f"第 {number} 条：{sentence}", number)
        tidied.append(Cue(round(cue.start, 3), round(cue.end, 3), text))
    if len(tidied) > MAX_CUES:
        raise WebVTTError(f"字幕超过 {MAX_CUES} 条，太多了。没有保存。")
    return sorted(tidied, key=lambda cue: (cue.start, cue.end))


def _fault(cue: Cue) -> str:
    if not cue.text:
        return "没有文字。"
    if len(cue.text) > MAX_CUE_CHARACTERS:
        return f"文字超过 {MAX_CUE_CHARACTERS} 字，请拆成几条。"
    if not 0 <= cue.start <= MAX_SECONDS or not 0 <= cue.end <= MAX_SECONDS:
        return "时间超出范围。"
    if round(cue.end, 3) <= round(cue.start, 3):
        return f"结束时间 {render_time(cue.end)} 不晚于开始时间 {render_time(cue.start)}。"
    return ""


def render(cues: Iterable[Cue]) -> str:
    """A WebVTT file of these cues. `parse(render(cues))` gives them back, tidied and in order.

    Raises `WebVTTError`.
    """
    blocks = ["WEBVTT\n"]
    blocks += [
        f"{render_time(cue.start)} {ARROW} {render_time(cue.end)}\n{html.escape(cue.text, quote=False)}\n"
        for cue in check(cues)
    ]
    return "\n".join(blocks)


def parse(text: str) -> list[Cue]:
    """The cues of a WebVTT file, as plain text, in order of time.

    Raises `WebVTTError` naming the line.
    """
    lines = LINE_BREAK.split(text.removeprefix("\ufeff"))
    if not re.fullmatch(r"WEBVTT(?:[ \t].*)?", lines[0]):
        raise WebVTTError("第 1 行应当是 WEBVTT。这不是 WebVTT 字幕文件。", 1)
    return _cues(_blocks(lines[1:], first_line=2), skip=True)


def parse_srt(text: str) -> list[Cue]:
    """The cues of a SubRip file, as plain text, in order of time.

    Raises `WebVTTError` naming the line.
    """
    lines = LINE_BREAK.split(SRT_POSITION.sub("", text.removeprefix("\ufeff")))
    return _cues(_blocks(lines, first_line=1), skip=False)


def read_file(data: bytes) -> list[Cue]:
    """The cues of an uploaded WebVTT or SubRip file, told apart by their first line.

    Raises `WebVTTError`, also when there is no cue at all.
    """
    text = decode(data)
    start = text.removeprefix("\ufeff").lstrip()
    cues = parse(start) if start.startswith("WEBVTT") else parse_srt(text)
    if not cues:
        raise WebVTTError("文件里没有找到字幕。能用的是 WebVTT（.vtt）和 SRT（.srt）文件。")
    return cues


Block = list[tuple[int, str]]


def _blocks(lines: list[str], first_line: int) -> Iterator[Block]:
    """Runs of lines between blank ones, each line with its number."""
    block: Block = []
    for number, line in enumerate(lines, start=first_line):
        if line.strip():
            block.append((number, line))
        elif block:
            yield block
            block = []
    if block:
        yield block


def _cues(blocks: Iterable[Block], *, skip: bool) -> list[Cue]:
    cues = []
    for block in blocks:
        place = next((index for index, (_number, line) in enumerate(block[:2]) if ARROW in line), None)
        if place is None:
            if skip and (block[0][1].startswith(("NOTE", "STYLE", "REGION")) or block[0][0] == 2):
                continue
            number, line = block[0]
            raise WebVTTError(f"第 {number} 行「{line.strip()[:30]}」的下面没有时间。", number)
        number, timing = block[place]
        payload = _plain("\n".join(line for _number, line in block[place + 1 :]))
        if not payload:
            continue
        start, end = _timing(timing, number)
        cue = Cue(start, end, payload)
        if sentence := _fault(cue):
            raise WebVTTError(f"第 {number} 行：{sentence}", number)
        cues.append(cue)
        if len(cues) > MAX_CUES:
            raise WebVTTError(f"字幕超过 {MAX_CUES} 条，太多了。没有保存。", number)
    return sorted(cues, key=lambda cue: (cue.start, cue.end))


def _timing(line: str, number: int) -> tuple[float, float]:
    start, _arrow, rest = line.partition(ARROW)
    end, *_settings = rest.split() or [""]
    try:
        return parse_time(start), parse_time(end)
    except WebVTTError as error:
        raise WebVTTError(f"第 {number} 行：{error.sentence}", number) from error


def _plain(payload: str) -> str:
    return tidy_text(html.unescape(TAG.sub("", payload)))
