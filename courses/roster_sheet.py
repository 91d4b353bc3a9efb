"""The list of an offering's people as a workbook. Names, no phone numbers."""

from __future__ import annotations

import io
from datetime import datetime

from django.utils import timezone
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from courses.models import Offering
from courses.queries.roster import Roster

COLUMNS = (("状态", 16), ("座次", 8), ("候补顺序", 10), ("姓名", 20), ("报名时间", 20), ("代办人", 20))


def roster_sheet(offering: Offering, roster: Roster) -> bytes:
    """XLSX: who holds a seat, who waits, who applied, in this order."""
    book = Workbook(write_only=True)
    sheet: WriteOnlyWorksheet = book.create_sheet("报名名单")
    for number, (_, width) in enumerate(COLUMNS):
        sheet.column_dimensions["ABCDEF"[number]].width = width
    sheet.freeze_panes = "A3"
    sheet.append([_text(sheet, f"{offering}", bold=True)])
    sheet.append([_text(sheet, label, bold=True) for label, _ in COLUMNS])
    for line in [*roster.seated, *roster.waiting, *roster.applied]:
        row = line.enrolment
        sheet.append(
            [
                _text(sheet, row.get_state_display()),
                row.seat,
                row.line,
                _text(sheet, line.name),
                _text(sheet, _local(row.applied_at)),
                _text(sheet, line.helper),
            ]
        )
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _text(sheet: WriteOnlyWorksheet, value: str, *, bold: bool = False) -> WriteOnlyCell:
    """Text and nothing else: a name that begins with = is no formula."""
    cell = WriteOnlyCell(sheet, value=value)
    cell.data_type = "s"
    cell.font = Font(bold=bold)
    return cell


def _local(instant: datetime) -> str:
    return f"{timezone.localtime(instant):%Y-%m-%d %H:%M}"
