"""Columns of a table: how each is headed, and how its text becomes a value. All raise `Refusal` with one sentence."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from core.errors import Refusal

FAULTY = frozenset({"#REF!", "#N/A", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!"})
DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T]0?0:00(?::00)?)?|(\d{4})(\d{2})(\d{2})")
PHONE = re.compile(r"\d[\d-]{4,18}\d")
SEPARATORS = re.compile(r"[,，、;；/\s]+")


def plain(text: str) -> str:
    """Full-width letters, digits and signs as half-width ones, without space around."""
    return unicodedata.normalize("NFKC", text).strip()


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column of text. `help` and `example` go into the template."""

    key: str
    heading: str
    required: bool = False
    aliases: tuple[str, ...] = ()
    help: str = ""
    example: str = ""
    most: int = 60

    def read(self, text: str) -> Any:
        """The value of a cell; None for an empty one. Raises `Refusal`."""
        text = text.strip()
        if not text:
            if self.required:
                raise Refusal(f"没有填“{self.heading}”。")
            return None
        if text.startswith("="):
            raise Refusal(f"“{self.heading}”是公式（{text[:30]}），请复制后“只粘贴数值”。")
        if text in FAULTY:
            raise Refusal(f"“{self.heading}”里是表格的错误提示（{text}），请改成要填的内容。")
        return self.value_of(text)

    def value_of(self, text: str) -> Any:
        if len(text) > self.most:
            raise Refusal(f"“{self.heading}”有 {len(text)} 个字，最多 {self.most} 个。")
        return text

    def wrong(self, text: str, wish: str) -> Refusal:
        return Refusal(f"“{self.heading}”写的是“{text[:30]}”，{wish}。")


@dataclass(frozen=True, kw_only=True)
class WholeColumn(Column):
    """A whole number between two bounds."""

    least: int = 0
    greatest: int = 1_000_000

    def value_of(self, text: str) -> int:
        written = plain(text).replace(",", "")
        if not re.fullmatch(r"-?\d{1,12}(\.0+)?", written):
            raise self.wrong(text, "要写整数，例如：30")
        number = int(written.partition(".")[0])
        if not self.least <= number <= self.greatest:
            raise self.wrong(text, f"要在 {self.least} 到 {self.greatest} 之间")
        return number


@dataclass(frozen=True, kw_only=True)
class DecimalColumn(Column):
    """A number with a few places. `unit` may stand behind it: 60 平方米."""

    least: Decimal = Decimal(0)
    greatest: Decimal = Decimal(1_000_000)
    places: int = 2
    unit: str = ""

    def value_of(self, text: str) -> Decimal:
        written = plain(text).replace(",", "")
        written = written.removesuffix(plain(self.unit)).strip() if self.unit else written
        try:
            number = Decimal(written)
        except InvalidOperation:
            raise self.wrong(text, "要写数字，例如：60.5") from None
        if not number.is_finite() or not self.least <= number <= self.greatest:
            raise self.wrong(text, f"要在 {self.least} 到 {self.greatest} 之间")
        return round(number, self.places)


@dataclass(frozen=True, kw_only=True)
class DayColumn(Column):
    """A day, as people write days: 2025-03-01, 2025/3/1, 2025年3月1日, 20250301."""

    def value_of(self, text: str) -> dt.date:
        found = DAY.fullmatch(plain(text))
        wish = "要写日期，例如：2025-03-01"
        if not found:
            raise self.wrong(text, wish)
        year, month, day = (int(part) for part in found.groups() if part)
        try:
            made = dt.date(year, month, day)
        except ValueError:
            raise self.wrong(text, "没有这一天") from None
        if not 1900 <= made.year <= 2100:
            raise self.wrong(text, wish)
        return made


@dataclass(frozen=True, kw_only=True)
class ChoiceColumn(Column):
    """One of a few words. `choices`: label → value; `also`: other words people write → value."""

    choices: Mapping[str, str]
    also: Mapping[str, str] = field(default_factory=dict)

    def value_of(self, text: str) -> str:
        for words in (self.choices, self.also):
            for label, value in words.items():
                if plain(label) == plain(text):
                    return value
        raise self.wrong(text, f"只能是：{'、'.join(self.choices)}")


@dataclass(frozen=True, kw_only=True)
class SeveralColumn(ChoiceColumn):
    """Several of a few words, with any separator between; 无 for none. The value is a frozenset."""

    def value_of(self, text: str) -> Any:
        if plain(text) == "无":
            return frozenset()
        one = super().value_of
        return frozenset(one(part) for part in SEPARATORS.split(text) if part)


@dataclass(frozen=True, kw_only=True)
class PhoneColumn(Column):
    """An office's number: digits and hyphens."""

    most: int = 20

    def value_of(self, text: str) -> str:
        written = re.sub(r"[\s()]", "", plain(text)).replace("—", "-").replace("–", "-")
        if not PHONE.fullmatch(written):
            raise self.wrong(text, "要写电话号码，例如：0477-8123456")
        return written


@dataclass(frozen=True, kw_only=True)
class ReadColumn(Column):
    """A column whose text a function of its room reads. It raises `Refusal` with a sentence of its own."""

    reader: Callable[[str], Any]

    def value_of(self, text: str) -> Any:
        try:
            return self.reader(text)
        except Refusal as refusal:
            raise Refusal(f"“{self.heading}”：{refusal.sentence}") from refusal
