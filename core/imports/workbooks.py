"""Workbooks we hand out: a template to fill in, and the rows that were refused."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from core.imports.headings import FAULT_HEADING
from core.imports.kinds import ImportKind

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
HEAD = PatternFill("solid", fgColor="E3EEF5")
FAULT = PatternFill("solid", fgColor="FBE9DF")


def template_of(kind: type[ImportKind]) -> bytes:
    """An empty table with the headings of a kind; a second sheet says what goes into each column."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = kind.label[:30]
    _write_line(sheet, 1, [column.heading for column in kind.columns], fill=HEAD)
    guide = book.create_sheet("填写说明")
    _write_line(guide, 1, ["列", "要不要填", "怎么填", "例子"], fill=HEAD)
    for line, column in enumerate(kind.columns, start=2):
        _write_line(
            guide, line, [column.heading, "必填" if column.required else "可以空着", column.help, column.example]
        )
    _write_line(guide, len(kind.columns) + 3, ["空着的格子表示不改原来的内容。不要合并单元格，不要写公式。"])
    for shown in (sheet, guide):
        shown.freeze_panes = "A2"
        for place in range(1, max(len(kind.columns), 4) + 1):
            shown.column_dimensions[get_column_letter(place)].width = 40 if shown is guide and place == 3 else 18
    return _bytes_of(book)


def refused_rows(headings: Sequence[str], rows: Iterable[tuple[Sequence[str], str]]) -> bytes:
    """The rows that were refused, as uploaded, with what is wrong in a last column."""
    book = Workbook()
    sheet = book.worksheets[0]
    kept = [place for place, heading in enumerate(headings) if heading != FAULT_HEADING]
    _write_line(sheet, 1, [*(headings[place] for place in kept), FAULT_HEADING], fill=HEAD)
    for line, (cells, fault) in enumerate(rows, start=2):
        _write_line(sheet, line, [*(cells[place] if place < len(cells) else "" for place in kept), fault])
        sheet.cell(line, len(kept) + 1).fill = FAULT
    for place in range(1, len(kept) + 1):
        sheet.column_dimensions[get_column_letter(place)].width = 18
    sheet.column_dimensions[get_column_letter(len(kept) + 1)].width = 60
    sheet.freeze_panes = "A2"
    return _bytes_of(book)


def _write_line(sheet: Worksheet, line: int, words: Sequence[str], *, fill: PatternFill | None = None) -> None:
    """All as text: a cell that came as `=…` must never start to calculate, nor a number lose its first zero."""
    for place, word in enumerate(words, start=1):
        cell = sheet.cell(line, place)
        cell.value = word
        cell.data_type = "s"
        cell.number_format = "@"
        cell.quotePrefix = word.startswith(("=", "+", "-", "@"))  # type: ignore[attr-defined]
        cell.alignment = Alignment(vertical="top", wrap_text=True)
        if fill is not None:
            cell.fill = fill
            cell.font = Font(bold=True)


def _bytes_of(book: Workbook) -> bytes:
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()
