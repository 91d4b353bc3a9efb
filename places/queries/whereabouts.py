"""Where regions lie, roughly, and how they are called in one line: enough to sort sites by distance."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.db.models import Avg

from core import clock
from places.enums import Level
from places.models import Region
from places.queries.regions import find_region
from places.queries.sites import open_sites

Point = tuple[float, float]
SEATS = Path(__file__).resolve().parent.parent / "data" / "seats.csv"


@dataclass(frozen=True)
class Origin:
    """A place someone named, and a point that stands for it. `words` says how the point was come by."""

    region: Region
    point: Point
    words: str


@cache
def _seats() -> dict[str, tuple[str, Point]]:
    """Banner → the town of its seat, and (latitude, longitude)."""
    with SEATS.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(line for line in file if not line.startswith("#")))
    return {row["旗区"]: (row["驻地"], (float(row["纬度"]), float(row["经度"]))) for row in rows}


def regions_above(paths: Iterable[str]) -> dict[int, Region]:
    """All regions on these paths, by primary key: one query."""
    return Region.objects.in_bulk({int(part) for path in paths for part in path.strip("/").split("/") if part})


def chain_of(path: str, known: dict[int, Region]) -> list[Region]:
    """The standing regions on a path below the city, from the banner down. What was merged away is left out."""
    chain = [known[int(part)] for part in path.strip("/").split("/") if int(part) in known]
    return [region for region in chain if region.level != Level.CITY and region.merged_into_id is None]


def origin_named(text: str) -> Origin:
    """The place that `text` names. Raises `Refusal` for an unknown one."""
    region = find_region(text)
    point, words = point_of(region)
    return Origin(region, point, words)


def point_of(region: Region) -> tuple[Point, str]:
    """A seat of a banner, else the middle of the sites in the region, else the next region up the tree."""
    known = regions_above([region.path])
    chain = [known[pk] for pk in region.pks_above if pk in known] + [region]
    banner = next((one.name for one in chain if one.level == Level.BANNER), "")
    town, seat = _seats().get(banner, ("", _seats()["康巴什区"][1]))
    for one in reversed(chain):
        if one.level == Level.BANNER or (one.level == Level.TOWNSHIP and one.name == town):
            return seat, f"从{one.name}{'政府驻地' if one.level == Level.BANNER else ''}算起"
        middle = _middle_of_sites(one)
        if middle is not None:
            return middle, f"从{one.name}的学堂一带算起"
    return seat, "从康巴什区算起"


def _middle_of_sites(region: Region) -> Point | None:
    if region.level == Level.CITY:
        return None
    found = (
        open_sites(within=region, on=clock.today())
        .filter(latitude__isnull=False)
        .order_by()
        .aggregate(latitude=Avg("latitude"), longitude=Avg("longitude"))
    )
    return None if found["latitude"] is None else (found["latitude"], found["longitude"])
