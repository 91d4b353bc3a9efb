"""What the QR on a member card holds: digits alone, because a scanner types, and an input method would eat letters.

`4771`, 38 random digits (126 bits), two check digits (mod 97): nobody guesses one, and a bar code from a shop is told
apart from a card. Only the hash is stored: whoever reads the database can't print a card.
"""

from __future__ import annotations

import hashlib
import secrets

from accounts.numbers import plain_digits

PREFIX = "4771"
RANDOM_DIGITS = 38
LENGTH = len(PREFIX) + RANDOM_DIGITS + 2


def _check_digits(digits: str) -> str:
    return f"{98 - int(digits) * 100 % 97:02}"


def new_code() -> str:
    """A code that no other card has."""
    digits = PREFIX + "".join(secrets.choice("0123456789") for _ in range(RANDOM_DIGITS))
    return digits + _check_digits(digits)


def parse(text: str) -> str | None:
    """The card code that was scanned, or None if it isn't one of ours or was misread."""
    digits = plain_digits(text)
    if len(digits) != LENGTH or not digits.isascii() or not digits.isdigit() or not digits.startswith(PREFIX):
        return None
    return digits if _check_digits(digits[:-2]) == digits[-2:] else None


def digest(code: str) -> str:
    """What is stored of a code. A plain hash will do: there is nothing to guess in 126 random bits."""
    return hashlib.sha256(code.encode("ascii")).hexdigest()
