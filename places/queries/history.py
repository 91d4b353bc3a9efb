"""What became of a region, in sentences: founded, renamed, moved, merged."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise

from places.models import Region


def said_day(day: dt.date) -> str:
    """2026 年 10 月 1 日."""
    return f"{day.year} 年 {day.month} 月 {day.day} 日"


def history_of(region: Region) -> list[str]:
    """Oldest first. Three queries."""
    told: list[tuple[dt.date, str]] = []
    records = list(region.records.select_related("parent"))
    if records and records[0].valid_from is not None:
        told.append((records[0].valid_from, f"设立{records[0].name}"))
    for old, new in pairwise(records):
        assert new.valid_from is not None
        if old.name != new.name:
            told.append((new.valid_from, f"{old.name}改名为{new.name}"))
        elif old.kind != new.kind:
            told.append((new.valid_from, f"{new.name}由{old.kind}改为{new.kind}"))
        if old.parent_id != new.parent_id:
            told.append((new.valid_from, f"由{old.parent}划归{new.parent}"))
    for merged in region.merged.all():
        assert merged.valid_until is not None
        told.append((merged.valid_until, f"{merged.name}并入{region.name}"))
    if region.valid_until is not None:
        into = f"并入{region.merged_into}" if region.merged_into else "撤销"
        told.append((region.valid_until, f"{region.name}{into}"))
    return [f"{said_day(day)}，{words}" for day, words in sorted(told)]


def region_of_today(region: Region) -> Region:
    """Where a region that was merged away is today; the region itself if it stands."""
    while region.merged_into is not None:
        region = region.merged_into
    return region
