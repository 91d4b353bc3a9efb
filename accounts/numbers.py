"""会员号: ten digits that say where and when someone was registered, and nothing about who they are.

Two digits of the banner (the last two of its 行政区划代码), two of the year, five of a running number, and one by which
a slip of the finger is noticed (Luhn). People write them in groups: 2126-00017-4.
"""

from __future__ import annotations

import re
import unicodedata

LENGTH = 10
LAST = 99_999
CITY_CODE = "00"
BANNER_CODES = {
    "东胜区": "02",
    "康巴什区": "03",
    "达拉特旗": "21",
    "准格尔旗": "22",
    "鄂托克前旗": "23",
    "鄂托克旗": "24",
    "杭锦旗": "25",
    "乌审旗": "26",
    "伊金霍洛旗": "27",
}
"""From 150602 to 150627 (GB/T 2260)."""
SPARE_CODES = tuple(f"{code:02}" for code in range(80, 100))
"""For a banner that is founded later, until its own code is added above."""
NOT_DIGITS = re.compile(r"[\s\-‐‑–—－.·]+")


def luhn(digits: str) -> int:
    """The check digit that `digits` needs behind it."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return -total % 10


def compose(*, code: str, year: int, running: int) -> str:
    """The number of the `running`th member whom the banner `code` registered in `year`. Raises `ValueError`."""
    if not 1 <= running <= LAST:
        raise ValueError(f"running number out of range: {running}")
    digits = f"{code}{year % 100:02}{running:05}"
    return f"{digits}{luhn(digits)}"


def grouped(number: str) -> str:
    """As it is printed and read out: 2126-00017-4."""
    return f"{number[:4]}-{number[4:9]}-{number[9:]}"


def plain_digits(text: str) -> str:
    """What was typed, without spaces and hyphens, full-width digits as plain ones."""
    return NOT_DIGITS.sub("", unicodedata.normalize("NFKC", text))


def parse(text: str) -> str | None:
    """The number in `text`, or None if it is none or has a slip in it."""
    digits = plain_digits(text)
    if len(digits) != LENGTH or not digits.isascii() or not digits.isdigit():
        return None
    return digits if luhn(digits[:-1]) == int(digits[-1]) else None
