"""The regions every installation begins with: the city, its nine banners and their townships."""

from __future__ import annotations

import csv
import uuid
from pathlib import Path

from django.db import transaction

from places.enums import Level, RegionKind
from places.models import Region, RegionRecord
from places.operations.regions import path_of

CITY = "鄂尔多斯市"
SHORT_NAMES = {
    "东胜区": "东胜",
    "康巴什区": "康巴什",
    "达拉特旗": "达旗",
    "准格尔旗": "准旗",
    "鄂托克前旗": "鄂前旗",
    "鄂托克旗": "鄂旗",
    "杭锦旗": "杭旗",
    "乌审旗": "乌审",
    "伊金霍洛旗": "伊旗",
}
LIST = Path(__file__).resolve().parent.parent / "data" / "regions.csv"
"""旗区, 名称, 类型 a line; to be checked against the civil affairs bureau's own list before real use."""


@transaction.atomic
def plant_regions() -> int:
    """Add the regions of `LIST`, if there is no region yet, in a few statements. Returns how many."""
    if Region.objects.exists():
        return 0
    with LIST.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(line for line in file if not line.startswith("#")))
    (city,) = _plant([Region(level=Level.CITY, kind=RegionKind.CITY, name=CITY)])
    banners = _plant([_banner(name, city) for name in dict.fromkeys(row["旗区"] for row in rows)])
    above = {banner.name: banner for banner in banners}
    towns = [
        Region(level=Level.TOWNSHIP, kind=row["类型"], name=row["名称"], parent=above[row["旗区"]]) for row in rows
    ]
    return 1 + len(banners) + len(_plant(towns))


def _banner(name: str, city: Region) -> Region:
    kind = RegionKind.DISTRICT if name.endswith("区") else RegionKind.BANNER
    return Region(level=Level.BANNER, kind=kind, name=name, parent=city, short_name=SHORT_NAMES[name])


def _plant(regions: list[Region]) -> list[Region]:
    """Regions of one level, whose parents are planted, with their paths and first records."""
    for region in regions:
        region.path = uuid.uuid4().hex  # the real one holds the primary key
    made = Region.objects.bulk_create(regions)
    for region in made:
        region.path = path_of(region)
    Region.objects.bulk_update(made, ["path"])
    RegionRecord.objects.bulk_create(
        RegionRecord(region=region, name=region.name, kind=region.kind, parent=region.parent) for region in made
    )
    return made
