"""Reading an uploaded table. The file may be anything: every limit is named in a sentence, and nothing is executed.

Formulas are never computed and their cached results never trusted: the cell reads as the formula's text, which every
column refuses. Links to other files are not followed. XML entities are forbidden by defusedxml, which openpyxl uses.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import openpyxl

from core.errors import Refusal

MOST_BYTES = 5 * 1024 * 1024
MOST_UNPACKED = 30 * 1024 * 1024
MOST_PARTS = 500
MOST_LINES = 20_000
MOST_COLUMNS = 60
MOST_LETTERS = 2000

OLD_EXCEL = b"\xd0\xcf\x11\xe0"
MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"')
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
OPEN_AGAIN = "请用 Excel 或 WPS 打开，另存为 .xlsx 再上传"


@dataclass(frozen=True)
class Line:
    """A line that isn't blank. `number` counts from 1, as the spreadsheet program shows it."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Grid:
    """All lines of the first sheet; each merged range by name, with the last line it reaches."""

    lines: tuple[Line, ...]
    merged: tuple[tuple[str, int], ...] = ()


def read_grid(data: bytes, *, most_rows: int) -> Grid:
    """The first sheet of an .xlsx, or a .csv, told apart by content. Raises `Refusal`."""
    if not data:
        raise Refusal("文件是空的，没有导入。")
    if len(data) > MOST_BYTES:
        raise Refusal(f"文件有 {len(data) / 1024 / 1024:.0f} MB，最多 {MOST_BYTES // 1024 // 1024} MB，没有导入。")
    if data.startswith(OLD_EXCEL):
        raise Refusal(f"这是旧版 .xls 或者加了密码的文件，没有导入。{OPEN_AGAIN}，不要设密码。")
    grid = _read_workbook(data, most_rows) if data.startswith(b"PK") else _read_csv(data, most_rows)
    if not grid.lines:
        raise Refusal("表里一行内容也没有，没有导入。")
    return grid


def _collect(rows: Iterator[tuple[str, ...]], most_rows: int) -> tuple[Line, ...]:
    """Lines that aren't blank. `most_rows` leaves room for headings above the rows."""
    lines: list[Line] = []
    for number, cells in enumerate(rows, start=1):
        if number > MOST_LINES:
            raise Refusal(f"表格拉到了第 {MOST_LINES} 行以下，没有导入。请把有内容的行复制到新表再上传。")
        if not any(cells):
            continue
        if len(lines) >= most_rows + 10:
            raise Refusal(f"一次最多导入 {most_rows} 行，没有导入。请分成几个文件。")
        if any(len(cell) > MOST_LETTERS for cell in cells):
            raise Refusal(f"第 {number} 行有一格超过 {MOST_LETTERS} 个字，没有导入。")
        lines.append(Line(number, cells))
    return tuple(lines)


def _read_workbook(data: bytes, most_rows: int) -> Grid:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check_archive(archive)
            book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=False, keep_links=False)
            try:
                sheet = book.worksheets[0]
                sheet.reset_dimensions()  # what the file says of its size may be wrong
                rows = sheet.iter_rows(max_col=MOST_COLUMNS)
                lines = _collect((tuple(_text_of(cell) for cell in row) for row in rows), most_rows)
                merged = _merged_ranges(archive.read(sheet._worksheet_path))
            finally:
                book.close()
    except Refusal:
        raise
    except Exception as error:  # a hostile file makes the library fail in any way it likes
        raise Refusal(f"文件打不开，没有导入。{OPEN_AGAIN}。") from error
    return Grid(lines, merged)


def _check_archive(archive: zipfile.ZipFile) -> None:
    """Refuses what isn't a workbook, and what would grow without measure when unpacked."""
    parts = archive.infolist()
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise Refusal(
            f"文件解开以后太大（最多 {MOST_UNPACKED // 1024 // 1024} MB），没有导入。请去掉图片和多余的格式。"
        )
    if "xl/workbook.xml" not in archive.namelist():
        raise Refusal(f"这不是 Excel 表格，没有导入。{OPEN_AGAIN}。")


def _merged_ranges(xml: bytes) -> tuple[tuple[str, int], ...]:
    found = (tuple(part.decode() for part in match.groups()) for match in MERGED.finditer(xml))
    return tuple((f"{left}{top}:{right}{bottom}", int(bottom)) for left, top, right, bottom in found)


def _text_of(cell: Any) -> str:
    """A cell as a person reads it. Days without a time, whole numbers without a point."""
    return _clean(_written(cell.value))


def _written(value: Any) -> str:
    match value:
        case None:
            written = ""
        case bool():
            written = "是" if value else "否"
        case float():
            written = str(int(value)) if value.is_integer() else format(Decimal(repr(value)), "f")
        case dt.datetime():
            written = value.date().isoformat() if value.time() == dt.time.min else value.isoformat(" ", "minutes")
        case dt.time():
            written = value.isoformat("minutes")
        case str() | int() | dt.date():
            written = str(value)
        case _:  # an array or table formula
            written = str(getattr(value, "text", None) or "=…")
    return written


def _clean(text: str) -> str:
    return CONTROL.sub("", text.replace("_x000D_", "").replace("\u00a0", " ")).strip()


def _read_csv(data: bytes, most_rows: int) -> Grid:
    text = _decoded(data)
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(",\t;", key=first.count)
    csv.field_size_limit(MOST_BYTES)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        rows = (tuple(_clean(cell) for cell in row[:MOST_COLUMNS]) for row in reader)
        return Grid(_collect(rows, most_rows))
    except csv.Error as error:
        raise Refusal(f"文件读到一半读不下去了，没有导入。{OPEN_AGAIN}。") from error


def _decoded(data: bytes) -> str:
    """UTF-8 with or without its mark, UTF-16 with one, else what Excel writes here: GB 18030."""
    codes = ["utf-16"] if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ["utf-8-sig", "gb18030"]
    for code in codes:
        try:
            text = data.decode(code)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise Refusal(f"这不是表格文件，没有导入。{OPEN_AGAIN}。")
