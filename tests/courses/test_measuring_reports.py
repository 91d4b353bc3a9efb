"""What is believed of a player's report, and what is not."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.measuring.reports import (
    FASTEST,
    LEEWAY,
    MOST_STRETCHES,
    SLOWEST,
    Place,
    Stretch,
    Unreadable,
    packed,
    read_report,
    unpacked,
)

SESSION = "0123456789abcdef" * 2


def a_report(**said):
    return {"session": SESSION, "seq": 1, "played": [[1000, 31_000, 0, 30_000]], "place": [30_000, 31_000], **said}


def test_a_plain_heartbeat_is_taken_as_it_is():
    report = read_report(a_report(), elapsed=40_000)
    assert report.stretches == (Stretch(1000, 31_000, 0, 30_000),)
    assert report.place == Place(30_000, 31_000)
    assert unpacked(packed(report.stretches)) == report.stretches


@pytest.mark.parametrize(
    "said",
    [
        {"session": "x" * 32},
        {"session": SESSION.upper()},
        {"session": SESSION[:31]},
        {"session": None},
        {"session": ["a"] * 32},
        {"seq": 0},
        {"seq": -1},
        {"seq": 1.5},
        {"seq": "1"},
        {"seq": True},
        {"seq": 10**9},
        {"played": None},
        {"played": {}},
        {"played": "1"},
        {"played": [[0, 1, 2]]},
        {"played": [[0, 1, 2, 3, 4]]},
        {"played": [["0", "1", "2", "3"]]},
        {"played": [[0, 1000, 0, True]]},
        {"played": [[0, 1000, 0, None]]},
        {"played": [[-1, 1000, 0, 1000]]},
        {"played": [[0, 1000, -5, 1000]]},
        {"played": [[1000, 0, 0, 1000]]},
        {"played": [[0, 1000, 1000, 0]]},
        {"played": [[0, 1000, 0, math.nan]]},
        {"played": [[0, math.inf, 0, 1000]]},
        {"played": [[0, 1e300, 0, 1000]]},
        {"played": [[0, 1000, 0, 10**400]]},
        {"played": [[0, 10_000, 200 * 3600 * 1000, 201 * 3600 * 1000]]},
        {"played": [[0, 10, 0, 10]] * (MOST_STRETCHES + 1)},
        {"played": [[0, 40_000 + LEEWAY + 1, 0, 10_000]]},
        {"place": [1]},
        {"place": [math.nan, 1]},
        {"place": [1, 40_000 + LEEWAY + 1]},
        {"place": 30},
    ],
)
def test_what_cannot_be_is_refused_whole(said):
    with pytest.raises(Unreadable):
        read_report(a_report(**said), elapsed=40_000)


@pytest.mark.parametrize("sent", [None, [], "x", 1, {}])
def test_what_is_no_report_is_refused(sent):
    with pytest.raises(Unreadable):
        read_report(sent, elapsed=40_000)


def test_a_stretch_that_reaches_past_the_present_is_cut_there_on_both_sides():
    report = read_report(
        a_report(played=[[30_000, 42_000, 0, 12_000], [41_000, 42_000, 12_000, 13_000]]), elapsed=40_000
    )
    assert report.stretches == (Stretch(30_000, 40_000, 0, 10_000),)
    assert report.place == Place(30_000, 31_000)


def test_an_hour_in_a_minute_is_two_minutes_and_an_hour_for_a_second_is_two_seconds():
    fast = read_report(a_report(played=[[0, 60_000, 0, 3_600_000]]), elapsed=70_000)
    assert fast.stretches == (Stretch(0, 60_000, 0, 120_000),)
    slow = read_report(a_report(played=[[0, 3_600_000, 0, 1000]]), elapsed=4_000_000)
    assert slow.stretches == (Stretch(0, 2000, 0, 1000),)


def test_the_same_key_with_other_content_has_another_digest():
    one = read_report(a_report(), elapsed=40_000)
    assert read_report(a_report(), elapsed=99_000).digest == one.digest
    assert read_report(a_report(played=[[1000, 31_000, 0, 29_000]]), elapsed=40_000).digest != one.digest
    assert read_report(a_report(place=None), elapsed=40_000).digest != one.digest


numbers = st.one_of(st.integers(-5, 10**7), st.floats(allow_nan=True, allow_infinity=True), st.booleans(), st.none())


@given(st.lists(st.lists(numbers, min_size=3, max_size=5), max_size=6), st.integers(0, 10**7))
def test_whatever_is_sent_is_refused_or_possible(played, elapsed):
    try:
        report = read_report(a_report(played=played, place=None), elapsed=elapsed)
    except Unreadable:
        return
    for one in report.stretches:
        wall, media = one.wall_end - one.wall_start, one.media_end - one.media_start
        assert 0 <= one.wall_start < one.wall_end <= elapsed + 1
        assert media > 0
        assert media <= wall * FASTEST
        assert wall <= media / SLOWEST + 1
