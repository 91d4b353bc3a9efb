"""Filters for days and hours in the words of `core.spoken_dates`."""

from __future__ import annotations

import datetime as dt

from django import template

from core import spoken_dates

register = template.Library()


@register.filter
def spoken_day(day: dt.date | None) -> str:
    """3 月 2 日（星期一）; empty for nothing."""
    return spoken_dates.spoken_day(day) if day else ""


@register.filter
def clock_time(instant: dt.datetime | dt.time | None) -> str:
    """09:00; empty for nothing."""
    return spoken_dates.clock_time(instant) if instant else ""


@register.filter
def stretch_until(begins: dt.datetime, ends: dt.datetime) -> str:
    """3 月 2 日（星期一）09:00–10:30, for `{{ session.begins_at|stretch_until:session.ends_at }}`."""
    return spoken_dates.spoken_stretch(begins, ends)


@register.filter
def spoken_instant(instant: dt.datetime | None) -> str:
    """3 月 2 日（星期一）09:00; empty for nothing."""
    return spoken_dates.spoken_instant(instant) if instant else ""
