"""Files that people, and those who wish us ill, upload as tables."""

from __future__ import annotations

import datetime as dt

import pytest

from core.errors import Refusal
from core.imports.columns import Column, DayColumn
from core.imports.headings import find_table
from core.imports.sheets import MOST_BYTES, MOST_LINES, read_grid
from tests.core.sheets import part_of, table, with_part, workbook

COLUMNS = (
    Column(key="name", heading="名称", required=True, aliases=("单位名称",)),
    Column(key="area", heading="面积"),
    DayColumn(key="on", heading="启用日期"),
)
MIDNIGHT = dt.datetime.combine(dt.date(2025, 3, 1), dt.time.min)
GOOD = table("名称|面积|启用日期\n甲|60|2025-03-01")


def lines(data: bytes, most_rows: int = 100) -> list[tuple[str, ...]]:
    return [line.cells for line in find_table(read_grid(data, most_rows=most_rows), COLUMNS).lines]


@pytest.mark.parametrize(
    ("code", "delimiter"),
    [("utf-8", ","), ("utf-8-sig", ","), ("gb18030", ","), ("utf-16", "\t"), ("utf-8", ";"), ("gb18030", "\t")],
)
def test_a_text_table_is_read_in_whatever_code_a_spreadsheet_writes(code: str, delimiter: str) -> None:
    text = "\r\n".join(delimiter.join(row) for row in GOOD)
    assert lines(text.encode(code)) == [("甲", "60", "2025-03-01")]


def test_cells_read_as_a_person_sees_them() -> None:
    data = workbook(
        [
            ["名称", "面积", "启用日期"],
            [4771234567, 60.5, MIDNIGHT],
            [13900000000.0, True, dt.date(2025, 3, 2)],
            ["  甲\u00a0_x000D_ ", 60.0, MIDNIGHT.replace(hour=9, minute=30)],
            [None, None, dt.time(9, 0)],
        ]
    )
    assert lines(data) == [
        ("4771234567", "60.5", "2025-03-01"),
        ("13900000000", "是", "2025-03-02"),
        ("甲", "60", "2025-03-01 09:30"),
        ("", "", "09:00"),
    ]


def test_blank_lines_and_a_title_above_the_headings_are_passed_over() -> None:
    data = workbook(
        [["登记表"], [], ["名称*", "面积（平方米）", "启用日期："], [], ["甲", "60", ""], [None], ["乙"]], merge="A1:C1"
    )
    found = find_table(read_grid(data, most_rows=10), COLUMNS)
    assert [(line.number, line.cells) for line in found.lines] == [(5, ("甲", "60", "")), (7, ("乙", "", ""))]


def test_columns_nobody_needs_are_named_and_the_column_of_an_error_file_is_not() -> None:
    found = find_table(
        read_grid(workbook([["单位名称", "备注", "问题"], ["甲", "x", "没有填"]]), most_rows=10), COLUMNS
    )
    assert found.notice == "这些列没有用到：备注"


def test_a_formula_is_read_as_its_text_and_a_cached_result_never() -> None:
    data = workbook([["名称", "面积"], ["=1+1", "=SUM(A1:A9)"]])
    assert lines(data) == [("=1+1", "=SUM(A1:A9)")]
    for column in COLUMNS[:2]:
        with pytest.raises(Refusal, match=r"是公式（=.*只粘贴数值"):
            column.read("=1+1")


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "文件是空的"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "旧版 .xls 或者加了密码"),
        (b"PK\x03\x04 not a zip at all", "打不开"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "不是表格文件"),
        (b"%PDF-1.7\n" + bytes(range(128, 256)) + b"\0", "不是表格文件"),
        (b"\n\n , ,\n", "一行内容也没有"),
        ("随便写的一段话".encode(), "没有找到表头"),
        (b"x" * (MOST_BYTES + 1), "最多 5 MB"),
        ("名称\n".encode() + b'"', "没有内容"),
        ("名称,面积\n".encode(), "表头下面没有内容"),
        ("面积,启用日期\n60,\n".encode(), "缺少这些列：名称"),
        ("名称,名称\n甲,乙\n".encode(), "出现了两次|没有找到表头"),
        (("名称\n" + "甲" * 2001).encode(), "超过 2000 个字"),
        (("名称\n" + "甲\n" * 111).encode(), "最多导入 100 行"),
        (b"\n" * (MOST_LINES + 1), "拉到了第 20000 行以下"),
    ],
)
def test_what_is_no_table_of_ours_is_refused_with_the_reason(data: bytes, sentence: str) -> None:
    with pytest.raises(Refusal, match=sentence):
        lines(data)


def test_a_workbook_that_swells_when_unpacked_is_refused_before_it_is_read() -> None:
    bomb = with_part(workbook(GOOD), "xl/sharedStrings.xml", b" " * 40_000_000)
    assert len(bomb) < 100_000
    with pytest.raises(Refusal, match="解开以后太大"):
        lines(bomb)


def test_a_zip_that_is_no_workbook_is_refused() -> None:
    word = with_part(workbook(GOOD), "word/document.xml", b"<x/>")
    assert lines(word) == [("甲", "60", "2025-03-01")]
    broken = with_part(workbook(GOOD), "xl/worksheets/sheet1.xml", b"<worksheet><sheetData><row")
    with pytest.raises(Refusal, match="打不开"):
        lines(broken)


def test_entities_and_links_to_other_files_reach_nothing(tmp_path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("机密", encoding="utf-8")
    sheet = part_of(workbook([["名称"], ["甲"]]), "xl/worksheets/sheet1.xml").decode()
    bad = f'<!DOCTYPE x [<!ENTITY e SYSTEM "file://{secret}">]>' + sheet.split("?>", 1)[-1].replace("甲", "&e;")
    with pytest.raises(Refusal, match="打不开"):
        lines(with_part(workbook([["名称"], ["甲"]]), "xl/worksheets/sheet1.xml", bad.encode()))
    linked = with_part(workbook(GOOD), "xl/externalLinks/externalLink1.xml", b"<externalLink/>")
    assert lines(linked) == [("甲", "60", "2025-03-01")]


def test_merged_cells_among_the_rows_are_named() -> None:
    with pytest.raises(Refusal, match="A2:A3"):
        lines(workbook([["名称", "面积"], ["甲", 1], ["乙", 2]], merge="A2:A3"))


def test_a_hundred_thousand_rows_are_refused_and_a_lying_dimension_hides_none() -> None:
    text = "名称\n" + "甲\n" * 100_000
    with pytest.raises(Refusal, match="最多导入 2000 行"):
        lines(text.encode(), most_rows=2000)
    data = workbook([["名称"], *([f"第 {number}"] for number in range(30))])
    sheet = part_of(data, "xl/worksheets/sheet1.xml").replace(b'ref="A1:A31"', b'ref="A1:A2"')
    assert len(lines(with_part(data, "xl/worksheets/sheet1.xml", sheet))) == 30


def test_a_cell_at_the_very_bottom_does_not_make_us_count_to_a_million() -> None:
    data = workbook(GOOD)
    sheet = part_of(data, "xl/worksheets/sheet1.xml").replace(
        b"</sheetData>", b'<row r="1048576"><c r="A1048576"><v>1</v></c></row></sheetData>'
    )
    with pytest.raises(Refusal, match="第 20000 行以下"):
        lines(with_part(data, "xl/worksheets/sheet1.xml", sheet))
