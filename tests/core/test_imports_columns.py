"""How a cell's text becomes a value."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Refusal
from core.imports.columns import (
    ChoiceColumn,
    Column,
    DayColumn,
    DecimalColumn,
    PhoneColumn,
    SeveralColumn,
    WholeColumn,
)

DAY = DayColumn(key="on", heading="启用日期")
AREA = DecimalColumn(key="area", heading="面积", least=Decimal("0.01"), greatest=Decimal(9999), unit="平方米")
SEATS = WholeColumn(key="seats", heading="座位数", least=1, greatest=1000)
KIND = ChoiceColumn(
    key="kind", heading="类型", choices={"学堂": "centre", "学习点": "station"}, also={"中心": "centre"}
)
SEVERAL = SeveralColumn(key="has", heading="设施", choices={"电梯": "lift", "饮水": "water"})
PHONE = PhoneColumn(key="phone", heading="电话")


@pytest.mark.parametrize(
    ("column", "text", "value"),
    [
        (DAY, "2025-03-01", dt.date(2025, 3, 1)),
        (DAY, "2025/3/1", dt.date(2025, 3, 1)),
        (DAY, "２０２５年３月１日", dt.date(2025, 3, 1)),
        (DAY, "20250301", dt.date(2025, 3, 1)),
        (DAY, "2025.3.1", dt.date(2025, 3, 1)),
        (DAY, "2025-03-01 00:00:00", dt.date(2025, 3, 1)),
        (AREA, "６０．５", Decimal("60.50")),
        (AREA, "1,200", Decimal("1200.00")),
        (AREA, "60 平方米", Decimal("60.00")),
        (SEATS, "30", 30),
        (SEATS, "30.0", 30),
        (KIND, "学堂", "centre"),
        (KIND, "中心", "centre"),
        (SEVERAL, "电梯、饮水", frozenset({"lift", "water"})),
        (SEVERAL, "无", frozenset()),
        (PHONE, "0477—8123456", "0477-8123456"),
        (PHONE, "（0477）8123456", "04778123456"),
        (PHONE, " ", None),
    ],
)
def test_people_write_one_thing_in_many_ways(column: Column, text: str, value: object) -> None:
    assert column.read(text) == value


@pytest.mark.parametrize(
    ("column", "text", "sentence"),
    [
        (Column(key="name", heading="名称", required=True), "  ", "没有填“名称”"),
        (Column(key="name", heading="名称", most=3), "一二三四", "有 4 个字，最多 3 个"),
        (Column(key="name", heading="名称"), "#REF!", "错误提示"),
        (DAY, "2025-02-30", "没有这一天"),
        (DAY, "45717", "要写日期"),
        (DAY, "去年", "要写日期"),
        (DAY, "0025-02-03", "要写日期"),
        (AREA, "NaN", "要在"),
        (AREA, "-1", "要在"),
        (AREA, "六十", "要写数字"),
        (AREA, "1e99999", "要在"),
        (SEATS, "0", "要在 1 到 1000 之间"),
        (SEATS, "3.5", "要写整数"),
        (SEATS, "=1+1", "是公式"),
        (KIND, "大学", "只能是：学堂、学习点"),
        (SEVERAL, "电梯、滑梯", "“滑梯”，只能是"),
        (PHONE, "王主任", "要写电话号码"),
    ],
)
def test_what_cannot_be_read_is_said_with_the_column(column: Column, text: str, sentence: str) -> None:
    with pytest.raises(Refusal, match=sentence):
        column.read(text)


@given(st.text(max_size=40))
def test_no_text_whatever_does_anything_but_read_or_refuse(text: str) -> None:
    for column in (DAY, AREA, SEATS, KIND, SEVERAL, PHONE):
        with suppress(Refusal):
            column.read(text)
