"""The half-year and its field."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from core.half_year import HalfYear, HalfYearField

half_years = st.builds(HalfYear, st.integers(1900, 2200), st.sampled_from([1, 2]))


@given(half_years)
def test_text_leads_back_and_sorts_like_time(half_year: HalfYear) -> None:
    assert HalfYear.parse(str(half_year)) == half_year
    assert half_year.previous.next == half_year
    assert str(half_year.previous) < str(half_year) < str(half_year.next)


@given(st.dates(dt.date(1900, 1, 1), dt.date(2200, 12, 31)))
def test_every_day_lies_in_exactly_one(day: dt.date) -> None:
    found = HalfYear.of(day)
    assert found.begins_on <= day <= found.ends_on
    assert found.ends_on + dt.timedelta(days=1) == found.next.begins_on


def test_an_instant_counts_by_its_day_in_shanghai() -> None:
    assert HalfYear.of(dt.datetime(2026, 6, 30, 15, 59, 59, tzinfo=dt.UTC)) == HalfYear(2026, 1)
    assert HalfYear.of(dt.datetime(2026, 6, 30, 16, 0, tzinfo=dt.UTC)) == HalfYear(2026, 2)
    assert HalfYear(2026, 2).begins_at == dt.datetime(2026, 6, 30, 16, 0, tzinfo=dt.UTC)
    assert HalfYear(2026, 2).label == "2026 年下半年"


@pytest.mark.parametrize("text", ["", "2026", "2026H3", "26H1", "2026H1 2", "２０２６Ｈ１x", "0000H1"])
def test_what_is_no_half_year_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="half-year"):
        HalfYear.parse(text)
    if text:
        with pytest.raises(ValidationError, match="2026H1"):
            HalfYearField().clean(text, None)
