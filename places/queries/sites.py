"""What there is to say of a site: its area against what its kind needs, and how fresh the evidence is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, Max, QuerySet, Sum, Value
from django.db.models.functions import Coalesce

from core import clock
from places.enums import LEAST_AREA
from places.models import AcademySite, Region


@dataclass(frozen=True)
class Standing:
    """Areas in ㎡. `evidence_on` is the day of the latest photograph."""

    area: Decimal
    needed: int
    rooms: int
    evidence_on: date | None

    @property
    def is_large_enough(self) -> bool:
        return self.area >= self.needed

    @property
    def sentence(self) -> str:
        if not self.rooms:
            return f"还没有登记教室（至少要 {self.needed} 平方米）"
        if self.is_large_enough:
            return f"面积达标：{self.area:.0f} 平方米，要求 {self.needed} 平方米"
        return f"面积不够：{self.area:.0f} 平方米，还差 {self.needed - self.area:.0f} 平方米"


def open_sites(*, within: Region | None = None, on: date | None = None) -> QuerySet[AcademySite]:
    """Sites that are open on a day, with `total_area` and `room_count`: one query for any number."""
    day = on or clock.today()
    sites = AcademySite.objects.filter(opened_on__lte=day).exclude(closed_on__lte=day)
    if within is not None:
        sites = sites.filter(region__path__startswith=within.path)
    return sites.select_related("region", "organisation").annotate(
        total_area=Coalesce(Sum("rooms__area"), Value(Decimal(0))),
        room_count=Count("rooms"),
    )


def standing_of(site: AcademySite) -> Standing:
    """How a site measures up."""
    found = site.rooms.aggregate(area=Coalesce(Sum("area"), Value(Decimal(0))), rooms=Count("pk"))
    latest = site.evidence.aggregate(latest=Max("taken_on"))["latest"]
    return Standing(area=found["area"], needed=LEAST_AREA[site.kind], rooms=found["rooms"], evidence_on=latest)


def is_open_on(site: AcademySite, day: date) -> bool:
    """Whether the site is in use on a day."""
    return site.opened_on <= day and (site.closed_on is None or day < site.closed_on)
