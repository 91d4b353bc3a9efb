"""Hours as people write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Refusal
from places.hours import DAY, Stretch, check_overlaps, read_day, read_week


@pytest.mark.parametrize(
    "text",
    [
        "09:00–11:00、14:00–16:00",
        "9:00-11:00，14点-16点",
        "９：００～１１：００；14:00至16:00",
        "9时到11时\n14:00 - 16:00",
    ],
)
def test_one_day_in_many_writings(text: str) -> None:
    assert read_day(text, weekday=3) == [Stretch(3, 540, 660), Stretch(3, 840, 960)]


def test_hours_of_others_carry_their_name() -> None:
    assert read_day("18:00–20:00 读书会", weekday=1, named=True) == [Stretch(1, 1080, 1200, "读书会")]
    assert read_day(" ", weekday=1) == []


def test_a_week_is_read_with_runs_of_days() -> None:
    assert read_week("周一至周三 09:00–11:00、14:00–16:00；星期日 8点30分-10点") == sorted(
        [
            *(Stretch(day, begins, begins + 120) for day in (1, 2, 3) for begins in (540, 840)),
            Stretch(7, 510, 600),
        ]
    )
    assert str(read_week("周天 00:00–24:00")[0]) == "星期日 00:00–24:00"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("09:00–11:00", "没有写星期几"),
        ("周一", "没有写几点"),
        ("周五至周二 09:00–11:00", "前后颠倒"),
        ("周一 11:00–09:00", "要在开始之后"),
        ("周一 09:00–09:00", "要在开始之后"),
        ("周一 09:00–25:00", "没有这个钟点"),
        ("周一 09:70–11:00", "没有这个钟点"),
        ("周一 上午", "不是时间段"),
        ("周一 09:00–11:00 读书会", "后面多了“读书会”"),
        ("周一 09:00–11:00；周一 10:00–12:00", "时间重叠"),
    ],
)
def test_what_is_no_week_is_said(text: str, sentence: str) -> None:
    with pytest.raises(Refusal, match=sentence):
        read_week(text)


def test_someone_elses_hours_need_a_name() -> None:
    with pytest.raises(Refusal, match="谁在用"):
        read_day("18:00–20:00", weekday=1, named=True)
    with pytest.raises(Refusal, match="最多 40 个字"):
        read_day("18:00–20:00 " + "长" * 41, weekday=1, named=True)


@given(st.integers(1, 7), st.integers(0, DAY - 1), st.integers(1, DAY))
def test_what_is_shown_reads_back_as_it_was(weekday: int, begins: int, length: int) -> None:
    stretch = Stretch(weekday, begins, min(begins + length, DAY))
    assert read_week(str(stretch)) == [stretch]


@given(st.lists(st.tuples(st.integers(1, 2), st.integers(0, 60), st.integers(1, 20)), max_size=6))
def test_overlaps_are_found_as_comparing_all_pairs_finds_them(drawn: list[tuple[int, int, int]]) -> None:
    week = [Stretch(day, begins, begins + length) for day, begins, length in drawn]
    clash = any(
        one.weekday == other.weekday and one.begins < other.ends and other.begins < one.ends
        for place, one in enumerate(week)
        for other in week[place + 1 :]
    )
    if clash:
        with pytest.raises(Refusal, match="重叠"):
            check_overlaps(week)
    else:
        check_overlaps(week)
