"""The regions every installation begins with: the city, its nine banners and their townships."""

from __future__ import annotations

import csv
from pathlib import Path

from django.db import transaction

from places.enums import RegionKind
from places.models import Region
from places.operations.regions import add_region

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
    """Add the regions of `LIST`, if there is no region yet. Returns how many."""
    if Region.objects.exists():
        return 0
    city = add_region(name=CITY, kind=RegionKind.CITY, parent=None)
    banners: dict[str, Region] = {}
    with LIST.open(encoding="utf-8") as file:
        for row in csv.DictReader(line for line in file if not line.startswith("#")):
            name = row["旗区"]
            if name not in banners:
                kind = RegionKind.DISTRICT if name.endswith("区") else RegionKind.BANNER
                banners[name] = add_region(name=name, kind=kind, parent=city, short_name=SHORT_NAMES[name])
            add_region(name=row["名称"], kind=row["类型"], parent=banners[name])
    return Region.objects.count()
