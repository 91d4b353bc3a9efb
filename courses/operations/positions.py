"""Keeping the place where a person stopped."""

from __future__ import annotations

import datetime as dt
import math

from django.conf import settings
from django.db import transaction

from accounts.models import User
from core import clock
from courses.errors import PositionRefused
from courses.models import Lesson, WatchPosition

# A player may report a little past the end that was measured.
SLACK = 5.0
EARLIEST = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)


@transaction.atomic
def record_position(*, user: User, lesson: Lesson, seconds: float, watched_at_ms: float) -> WatchPosition:
    """Keep `seconds` as the person's place in `lesson`, unless something newer is known already.

    `watched_at_ms` is when it was watched by the device's clock, in ms since 1970; a clock that runs ahead counts as
    now. A packet that arrives late, also from another device, never replaces a later place. Returns the place that
    stands. Raises `PositionRefused`.
    """
    place = _checked_seconds(lesson, seconds)
    watched_at = _checked_instant(watched_at_ms)
    WatchPosition.objects.bulk_create(
        [WatchPosition(user=user, lesson=lesson, seconds=place, watched_at=watched_at)], ignore_conflicts=True
    )
    # The comparison is in the same statement as the write: two devices at once can't pass each other.
    WatchPosition.objects.filter(user=user, lesson=lesson, watched_at__lt=watched_at).update(
        seconds=place, watched_at=watched_at
    )
    return WatchPosition.objects.get(user=user, lesson=lesson)


def _checked_seconds(lesson: Lesson, seconds: float) -> float:
    if lesson.media is None:
        raise PositionRefused("这一讲还没有视频，没有记下观看位置。")
    if not math.isfinite(seconds) or seconds < 0:
        raise PositionRefused("观看位置不对，没有记下。")
    duration = lesson.media.source.duration
    if seconds > (duration if duration is not None else settings.MEDIA_MAX_DURATION) + SLACK:
        raise PositionRefused("观看位置超过了视频的长度，没有记下。")
    return min(seconds, duration) if duration is not None else seconds


def _checked_instant(milliseconds: float) -> dt.datetime:
    present = clock.now()
    if not math.isfinite(milliseconds) or milliseconds < EARLIEST.timestamp() * 1000:
        raise PositionRefused("设备上的时间不对，没有记下观看位置。")
    if milliseconds >= present.timestamp() * 1000:
        return present
    return dt.datetime.fromtimestamp(milliseconds / 1000, tz=dt.UTC)
