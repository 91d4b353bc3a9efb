"""Days and hours as a person says them."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine

from core.spoken_dates import clock_time, spoken_day, spoken_stretch, weekday_name
from core.templatetags import spoken_days


@pytest.fixture(autouse=True)
def _in_2026():
    with time_machine.travel(dt.datetime(2026, 11, 25, tzinfo=dt.UTC)):
        yield


def test_a_day_has_its_weekday_and_its_year_only_if_it_is_another() -> None:
    assert spoken_day(dt.date(2026, 3, 2)) == "3 月 2 日（星期一）"
    assert spoken_day(dt.date(2027, 1, 3)) == "2027 年 1 月 3 日（星期日）"
    assert [weekday_name(number) for number in (1, 7)] == ["星期一", "星期日"]


def test_an_instant_counts_by_its_day_in_shanghai() -> None:
    late = dt.datetime(2026, 3, 1, 16, 30, tzinfo=dt.UTC)
    assert spoken_day(late) == "3 月 2 日（星期一）"
    assert clock_time(late) == "00:30"
    assert spoken_stretch(late, late + dt.timedelta(minutes=90)) == "3 月 2 日（星期一）00:30–02:00"
    assert clock_time(dt.time(9, 5)) == "09:05"


def test_filters_say_nothing_of_nothing() -> None:
    assert spoken_days.spoken_day(None) == spoken_days.clock_time(None) == ""
