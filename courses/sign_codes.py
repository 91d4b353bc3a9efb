"""The codes that prove one is on the spot: a QR code that changes every minute, four digits to be spoken.

Both are worked out from the activity and the clock with the site's secret; nothing is stored. A code also counts during
the minute (or the ten minutes) after its own, since eyes, fingers and phones take their time.
"""

from __future__ import annotations

import base64
import datetime as dt

from django.utils.crypto import constant_time_compare, salted_hmac

MINUTE = 60
SPOKEN_LIFE = 10 * MINUTE
"""Seconds for which the same four digits are spoken."""


def qr_token(activity_id: int, at: dt.datetime) -> str:
    """What the QR code of this minute holds: 16 letters and digits, of 80 bits."""
    return base64.b32encode(_digest("qr", activity_id, _step(at, MINUTE))[:10]).decode().lower()


def spoken_code(activity_id: int, at: dt.datetime) -> str:
    """Four digits for ten minutes."""
    return _digits(activity_id, _step(at, SPOKEN_LIFE))


def is_current_token(activity_id: int, token: str, at: dt.datetime) -> bool:
    """Whether this is the token of `activity_id`, of this minute or the one before."""
    earlier = at - dt.timedelta(seconds=MINUTE)
    return any(_same(token, qr_token(activity_id, moment)) for moment in (at, earlier))


def is_current_code(activity_id: int, code: str, at: dt.datetime) -> bool:
    """Whether these are the four digits of now, or of the ten minutes before."""
    earlier = at - dt.timedelta(seconds=SPOKEN_LIFE)
    return any(_same(code, spoken_code(activity_id, moment)) for moment in (at, earlier))


def seconds_left(at: dt.datetime, life: int = MINUTE) -> int:
    """Until the next code: 1 to `life`."""
    return life - int(at.timestamp()) % life


def _digits(activity_id: int, step: int) -> str:
    return f"{int.from_bytes(_digest('spoken', activity_id, step)[:8]) % 10_000:04d}"


def _step(at: dt.datetime, life: int) -> int:
    return int(at.timestamp()) // life


def _digest(kind: str, activity_id: int, step: int) -> bytes:
    return salted_hmac(f"courses.sign_codes.{kind}", f"{activity_id}:{step}", algorithm="sha256").digest()


def _same(given: str, wanted: str) -> bool:
    return constant_time_compare(given.encode("utf-8", "replace"), wanted.encode())
