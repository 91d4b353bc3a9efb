"""Days and hours as a person says them: 3 月 2 日（星期一）09:00–10:30. Instants are read in Asia/Shanghai."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from core import clock

WEEKDAYS = "一二三四五六日"


def spoken_day(day: dt.date) -> str:
    """3 月 2 日（星期一）, with its year if that isn't this one; an instant counts by its day."""
    if isinstance(day, dt.datetime):
        day = timezone.localtime(day).date()
    year = "" if day.year == clock.today().year else f"{day.year} 年 "
    return f"{year}{day.month} 月 {day.day} 日（{weekday_name(day.isoweekday())}）"


def weekday_name(number: int) -> str:
    """星期一 for 1 … 星期日 for 7."""
    return f"星期{WEEKDAYS[number - 1]}"


def clock_time(instant: dt.datetime | dt.time) -> str:
    """09:00."""
    return f"{timezone.localtime(instant):%H:%M}" if isinstance(instant, dt.datetime) else f"{instant:%H:%M}"


def spoken_stretch(begins: dt.datetime, ends: dt.datetime) -> str:
    """A stretch of time within one day: 3 月 2 日（星期一）09:00–10:30."""
    return f"{spoken_day(begins)}{clock_time(begins)}–{clock_time(ends)}"


def spoken_instant(instant: dt.datetime) -> str:
    """3 月 2 日（星期一）09:00."""
    return f"{spoken_day(instant)}{clock_time(instant)}"
