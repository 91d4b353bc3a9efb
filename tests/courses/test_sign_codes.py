"""Codes that change with the clock: what counts, for how long, and for which activity."""

from __future__ import annotations

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from courses.sign_codes import (
    SPOKEN_LIFE,
    is_current_code,
    is_current_token,
    qr_token,
    seconds_left,
    spoken_code,
)

NOON = dt.datetime(2026, 3, 10, 12, 0, 0, tzinfo=dt.UTC)


def later(seconds: int) -> dt.datetime:
    return NOON + dt.timedelta(seconds=seconds)


def test_a_token_counts_during_its_minute_and_the_next() -> None:
    token = qr_token(7, NOON)
    assert [is_current_token(7, token, later(seconds)) for seconds in (-1, 0, 59, 60, 119, 120)] == [
        False, True, True, True, True, False,
    ]  # fmt: skip
    assert not is_current_token(8, token, NOON)
    assert qr_token(7, later(59)) == token != qr_token(7, later(60))


def test_four_digits_count_for_ten_minutes_and_the_next_ten() -> None:
    code = spoken_code(7, NOON)
    assert len(code) == 4
    assert code.isdecimal()
    assert [is_current_code(7, code, later(seconds)) for seconds in (0, SPOKEN_LIFE, 2 * SPOKEN_LIFE - 1)] == [True] * 3
    assert not is_current_code(7, code, later(2 * SPOKEN_LIFE))


@given(st.text(max_size=40))
def test_nothing_else_counts(text: str) -> None:
    tokens = {qr_token(7, NOON), qr_token(7, later(-60))}
    codes = {spoken_code(7, NOON), spoken_code(7, later(-SPOKEN_LIFE))}
    assert is_current_token(7, text, NOON) is (text in tokens)
    assert is_current_code(7, text, NOON) is (text in codes)


@given(st.integers(0, 10_000))
def test_the_next_code_is_never_further_than_its_life(seconds: int) -> None:
    assert 1 <= seconds_left(later(seconds)) <= 60
    assert qr_token(1, later(seconds)) != qr_token(1, later(seconds + seconds_left(later(seconds))))
