"""How long a seat that fell free is kept for the person first in line.

48 hours by default, long enough for someone who looks at the telephone once a day. The night counts against
nobody: a window that would begin between 20:00 and 8:00 begins at 8:00, and one that would end then lasts until noon.
"""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
MORNING, NOON, EVENING = dt.time(8), dt.time(12), dt.time(20)


def claim_limit(*, offered_at: dt.datetime, hours: int, starts_at: dt.datetime) -> dt.datetime | None:
    """The instant until which the seat is kept, never after `starts_at`; None if that has come already."""
    if offered_at >= starts_at:
        return None
    begins = offered_at.astimezone(SHANGHAI)
    if _is_night(begins):
        begins = _next(begins, MORNING)
    ends = begins + dt.timedelta(hours=hours)
    if _is_night(ends):
        ends = _next(ends, NOON)
    return min(ends, starts_at).astimezone(dt.UTC)


def _is_night(instant: dt.datetime) -> bool:
    """20:00 itself is still evening, 8:00 is already morning."""
    return not MORNING <= instant.time() <= EVENING


def _next(instant: dt.datetime, time: dt.time) -> dt.datetime:
    """The first such time of day after an instant of the night."""
    day = instant.date() if instant.time() < MORNING else instant.date() + dt.timedelta(days=1)
    return dt.datetime.combine(day, time, tzinfo=SHANGHAI)
