"""Hours as people write them: 09:00–11:00、14:00–16:00; a week: 周一 09:00–11:00；周三 14:00–16:00.

Instants are minutes from midnight. All raise `Refusal` with one sentence.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from core.errors import Refusal

DAY = 24 * 60
NAMES = "一二三四五六日"
STRETCH = re.compile(
    r"(\d{1,2})(?:[:点时](\d{1,2})?分?)?\s*(?:[-–—~至到]+)\s*(\d{1,2})(?:[:点时](\d{1,2})?分?)?\s*(.*)", re.DOTALL
)
WEEKDAYS = re.compile(
    r"(?:每?(?:星期|周|礼拜))([一二三四五六日天])(?:\s*[至到\-–—~]\s*(?:星期|周|礼拜)?([一二三四五六日天]))?\s*"
)
BETWEEN = re.compile(r"[,，、;；\n]+")


@dataclass(frozen=True, order=True)
class Stretch:
    """A weekly stretch of time. `weekday` counts from Monday, 1. `user_name` is empty where the academy has it."""

    weekday: int
    begins: int
    ends: int
    user_name: str = ""

    @property
    def hours(self) -> str:
        return f"{clock_of(self.begins)}–{clock_of(self.ends)}"

    def __str__(self) -> str:
        return f"星期{NAMES[self.weekday - 1]} {self.hours}{f' {self.user_name}' if self.user_name else ''}"


def clock_of(minutes: int) -> str:
    """540 → 09:00."""
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def read_day(text: str, *, weekday: int, named: bool = False) -> list[Stretch]:
    """The stretches of one day. `named` ones belong to others, whose name stands behind: 18:00–20:00 读书会."""
    text = unicodedata.normalize("NFKC", text)
    return [_stretch(part.strip(), weekday, named) for part in BETWEEN.split(text) if part.strip()]


def read_week(text: str) -> list[Stretch]:
    """The academy's stretches of a week. A day, or a run of days, stands before its hours: 周一至周五 09:00–11:00."""
    week: list[Stretch] = []
    days: list[int] = []
    for part in BETWEEN.split(unicodedata.normalize("NFKC", text)):
        rest = part.strip()
        if not rest:
            continue
        found = WEEKDAYS.match(rest)
        if found:
            days = _days(found.group(1), found.group(2) or found.group(1))
            rest = rest[found.end() :].strip()
        if not days:
            raise Refusal(f"“{part.strip()[:30]}”没有写星期几，要像这样写：周一 09:00–11:00。")
        if rest or not found:
            week += [_stretch(rest, day, named=False) for day in days]
        else:
            raise Refusal(f"“{part.strip()[:30]}”没有写几点，要像这样写：周一 09:00–11:00。")
    check_overlaps(week)
    return sorted(week)


def check_overlaps(week: Iterable[Stretch]) -> None:
    """Raises `Refusal` naming the first two stretches that overlap."""
    for first, second in pairwise(sorted(week)):
        if first.weekday == second.weekday and second.begins < first.ends:
            raise Refusal(f"“{first}”和“{second}”时间重叠，没有保存。")


def _days(first: str, last: str) -> list[int]:
    begin, end = (NAMES.index(name.replace("天", "日")) + 1 for name in (first, last))
    if end < begin:
        raise Refusal(f"“周{first}至周{last}”前后颠倒了。")
    return list(range(begin, end + 1))


def _stretch(text: str, weekday: int, named: bool) -> Stretch:
    found = STRETCH.fullmatch(text)
    if not found:
        raise Refusal(f"“{text[:30]}”不是时间段，要像这样写：09:00–11:00。")
    begins, ends = (_minutes(hour, minute, text) for hour, minute in (found.group(1, 2), found.group(3, 4)))
    if ends <= begins:
        raise Refusal(f"“{text[:30]}”结束时间要在开始之后。")
    name = found.group(5).strip()
    if named and not name:
        raise Refusal(f"“{text[:30]}”要写清楚谁在用，例如：18:00–20:00 读书会。")
    if name and not named:
        raise Refusal(f"“{text[:30]}”时间后面多了“{name[:20]}”。")
    if len(name) > 40:
        raise Refusal(f"“{text[:30]}”谁在用最多 40 个字。")
    return Stretch(weekday, begins, ends, name)


def _minutes(hour: str, minute: str | None, text: str) -> int:
    minutes = int(hour) * 60 + int(minute or 0)
    if minutes > DAY or int(minute or 0) > 59:
        raise Refusal(f"“{text[:30]}”里没有这个钟点。")
    return minutes
