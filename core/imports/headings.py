"""Which line of a table holds its headings, and which column of ours each heading names."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from core.errors import Refusal
from core.imports.columns import Column
from core.imports.sheets import Grid, Line

FAULT_HEADING = "问题"
"""The column that an error file adds; it is passed over when that file comes back."""
LOOK_AT = 10
IGNORED = re.compile(r"[\s*＊:：]|[(（][^)）]*[)）]")


@dataclass(frozen=True)
class Table:
    """Headings as uploaded, the lines below them, and a notice on columns that mean nothing here."""

    headings: tuple[str, ...]
    lines: tuple[Line, ...]
    notice: str = ""


def _key(heading: str) -> str:
    return IGNORED.sub("", unicodedata.normalize("NFKC", heading)).lower()


def places_of(headings: Sequence[str], columns: Sequence[Column]) -> dict[str, int]:
    """Column key → its place among `headings`. Raises `Refusal` if two headings name one column."""
    known = {_key(name): column for column in columns for name in (column.heading, *column.aliases)}
    places: dict[str, int] = {}
    for place, heading in enumerate(headings):
        column = known.get(_key(heading)) if heading else None
        if column is None:
            continue
        if column.key in places:
            raise Refusal(f"表头里“{column.heading}”出现了两次，没有导入。请只留一列。")
        places[column.key] = place
    return places


def find_table(grid: Grid, columns: Sequence[Column]) -> Table:
    """The table in a sheet: a title and notes may stand above its headings.

    Raises `Refusal` if headings are missing, nothing stands below them, or cells below them are merged.
    """
    best = max(grid.lines[:LOOK_AT], key=lambda line: len(_places_or_none(line.cells, columns)))
    places = places_of(best.cells, columns)
    wanted = "、".join(column.heading for column in columns)
    if not places:
        raise Refusal(f"没有找到表头，没有导入。表头要有这些列：{wanted}。可以先下载模板。")
    missing = [column.heading for column in columns if column.required and column.key not in places]
    if missing:
        raise Refusal(f"缺少这些列：{'、'.join(missing)}，没有导入。请对照模板补上。")
    merged = [name for name, bottom in grid.merged if bottom > best.number]
    if merged:
        raise Refusal(f"有合并的单元格（{'、'.join(merged[:3])}），没有导入。请取消合并，每一行都填上。")
    width = max(place for place, heading in enumerate(best.cells) if heading) + 1
    lines = tuple(
        Line(line.number, _cut(line.cells, width))
        for line in grid.lines
        if line.number > best.number and any(_cut(line.cells, width))
    )
    if not lines:
        raise Refusal("表头下面没有内容，没有导入。")
    headings = _cut(best.cells, width)
    return Table(headings, lines, _notice(headings, places))


def _places_or_none(headings: Sequence[str], columns: Sequence[Column]) -> dict[str, int]:
    """As `places_of`, but empty where one column is named twice."""
    try:
        return places_of(headings, columns)
    except Refusal:
        return {}


def _cut(cells: Sequence[str], width: int) -> tuple[str, ...]:
    return (*cells[:width], *[""] * (width - len(cells)))


def _notice(headings: Sequence[str], places: dict[str, int]) -> str:
    unknown = [
        heading
        for place, heading in enumerate(headings)
        if heading and place not in places.values() and heading != FAULT_HEADING
    ]
    return f"这些列没有用到：{'、'.join(unknown)}"[:300] if unknown else ""
