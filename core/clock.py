"""The project's one clock. Everything that asks for the time asks here, so that tests can move it."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone


def now() -> dt.datetime:
    """The present instant, aware, in UTC as Django stores it."""
    return timezone.now()


def today() -> dt.date:
    """The present day in Asia/Shanghai."""
    return timezone.localdate()
