"""An edition as an XLSX workbook. Every cell is text: nothing an editor wrote is ever a formula."""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font
from openpyxl.worksheet.worksheet import Worksheet

from courses.enums import Audience, CarryPolicy, Category
from courses.models import CatalogueEdition
from courses.queries.editions.manifest import sealed_manifest
from courses.queries.editions.reading import teachers_of

CATEGORIES = dict(Category.choices)
AUDIENCES = dict(Audience.choices)
POLICIES = dict(CarryPolicy.choices)


def workbook(edition: CatalogueEdition) -> bytes:
    """Sheets: 说明, 课程, 各讲, 停开的课程."""
    manifest = sealed_manifest(edition)
    entries = sorted(
        manifest["entries"],
        key=lambda entry: (list(Category.values).index(entry["course"]["category"]), entry["course"]["title"]),
    )
    book = Workbook()
    about = book.active
    about.title = "说明"
    _rows(
        about,
        ["项目", "内容"],
        [
            ["目录", edition.label],
            ["编号", edition.code],
            ["校验码（SHA-256）", edition.manifest_id],
            ["课程数", str(len(entries))],
        ],
        widths=[24, 80],
    )
    _rows(
        book.create_sheet("课程"),
        ["类别", "课程", "简介", "教师", "站点", "讲数"],
        [
            [
                CATEGORIES[entry["course"]["category"]],
                entry["course"]["title"],
                entry["course"].get("summary", ""),
                "、".join(teachers_of(entry)),
                "、".join(f"{site['region']} {site['name']}" for site in entry["sites"]),
                str(len(entry["lessons"])),
            ]
            for entry in entries
        ],
        widths=[14, 28, 50, 20, 40, 8],
    )
    _rows(
        book.create_sheet("各讲"),
        ["课程", "第几讲", "标题", "谁能看", "时长（秒）", "媒体 SHA-256"],
        [
            _lesson(entry, lesson)
            for entry in entries
            for lesson in sorted(entry["lessons"], key=lambda row: row["number"])
        ],
        widths=[28, 8, 40, 14, 12, 68],
    )
    if manifest["carry_over"]:
        _rows(
            book.create_sheet("停开的课程"),
            ["课程", "去向", "可以学到", "给学员的话", "可以改学"],
            [
                [
                    item["title"],
                    POLICIES[item["policy"]],
                    item["until"] or "",
                    item["notice"],
                    "、".join(course["title"] for course in item["equivalents"]),
                ]
                for item in manifest["carry_over"]
            ],
            widths=[28, 12, 14, 50, 30],
        )
    book.properties.title = edition.label
    book.properties.creator = "银龄学堂"
    book.properties.keywords = f"sha256:{edition.manifest_id}"
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def _lesson(entry: dict[str, Any], lesson: dict[str, Any]) -> list[str]:
    media = lesson["media"] or {}
    duration = media.get("duration_ms")
    return [
        entry["course"]["title"],
        str(lesson["number"]),
        lesson["title"],
        str(AUDIENCES.get(lesson.get("audience", ""), "")),
        "" if duration is None else str(duration // 1000),
        media.get("sha256", ""),
    ]


def _rows(sheet: Worksheet, heads: list[str], rows: Iterable[list[Any]], *, widths: list[int]) -> None:
    for number, row in enumerate([heads, *rows], start=1):
        for column, value in enumerate(row, start=1):
            cell = sheet.cell(row=number, column=column)
            cell.value = ILLEGAL_CHARACTERS_RE.sub("", str(value))
            cell.data_type = "s"
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            if number == 1:
                cell.font = Font(bold=True)
    for column, width in enumerate(widths, start=1):
        sheet.column_dimensions[sheet.cell(row=1, column=column).column_letter].width = width
    sheet.freeze_panes = "A2"
