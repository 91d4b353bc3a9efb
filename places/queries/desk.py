"""What clerks see in their lists, narrowed to the regions they answer for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from decimal import Decimal
from typing import Any

from django.db.models import Count, DecimalField, Max, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from core import clock
from places import scope
from places.enums import LEAST_AREA, Level
from places.models import AcademySite, Organisation, Region, Room, SiteEvidence
from places.queries.whereabouts import chain_of, regions_above

FRESH = dt.timedelta(days=365)
"""A photograph older than a year no longer shows the site as it is."""


def regions_for(user: Any) -> QuerySet[Region]:
    """Regions in scope, ended ones too, with `site_count`."""
    regions = scope.in_scope(Region.objects.select_related("parent", "merged_into"), user, "path")
    return regions.annotate(site_count=Count("sites")).order_by("path")


def organisations_for(user: Any) -> QuerySet[Organisation]:
    return scope.in_scope(Organisation.objects.select_related("region__parent"), user)


def sites_for(user: Any) -> QuerySet[AcademySite]:
    """Sites in scope, closed ones too, with `total_area` in ㎡, `room_count` and `evidence_on`."""
    areas = Room.objects.filter(site=OuterRef("pk")).order_by().values("site").annotate(sum=Sum("area")).values("sum")
    rooms = Room.objects.filter(site=OuterRef("pk")).order_by().values("site").annotate(n=Count("pk")).values("n")
    seen = SiteEvidence.objects.filter(site=OuterRef("pk")).order_by().values("site").annotate(d=Max("taken_on"))
    sites = AcademySite.objects.select_related("region__parent", "organisation").annotate(
        total_area=Coalesce(Subquery(areas, output_field=DecimalField()), Value(Decimal(0))),
        room_count=Coalesce(Subquery(rooms), Value(0)),
        evidence_on=Subquery(seen.values("d")),
    )
    return scope.sites_in_scope(sites, user)


def area_line(site: AcademySite) -> str:
    """A site of `sites_for` against what its kind needs."""
    area, needed = site.total_area, LEAST_AREA[site.kind]  # type: ignore[attr-defined]
    if not site.room_count:  # type: ignore[attr-defined]
        return f"没有登记教室（要 {needed} ㎡）"
    if area >= needed:
        return f"{area:.0f} ㎡，达标"
    return f"{area:.0f} ㎡，差 {needed - area:.0f} ㎡"


def is_large_enough(site: AcademySite) -> bool:
    return bool(site.total_area >= LEAST_AREA[site.kind])  # type: ignore[attr-defined]


def evidence_line(taken_on: dt.date | None) -> str:
    """How fresh the latest photograph is."""
    if taken_on is None:
        return "没有照片"
    if clock.today() - taken_on > FRESH:
        return f"{taken_on}，超过一年，请补拍"
    return f"{taken_on}"


def state_line(site: AcademySite) -> str:
    day = clock.today()
    if site.closed_on is not None and site.closed_on <= day:
        return f"{site.closed_on} 停用"
    return f"{site.opened_on} 启用" if site.opened_on > day else "开放"


def region_line(region: Region) -> str:
    """A region with its parent, for a list that has loaded both: 达拉特旗 树林召镇."""
    name = region.name if region.valid_until is None else f"{region.name}（已撤销）"
    if region.parent is None or region.parent.level == Level.CITY:
        return name
    return f"{region.parent.name} {name}"


def choosable(user: Any, *, levels: Collection[str], also: int | None = None) -> QuerySet[Region]:
    """Standing regions in scope, and `also`: what is on record may stay so, whoever looks after the rest."""
    mine = scope.in_scope(Region.objects.standing(clock.today()).filter(level__in=levels), user, "path")
    return Region.objects.filter(Q(pk__in=mine.values("pk")) | Q(pk=also))


def region_choices(
    user: Any, *, levels: Collection[str], also: int | None = None
) -> list[tuple[str, list[tuple[int, str]]]]:
    """Standing regions in scope, and in any case the one with primary key `also`, grouped by banner."""
    regions = list(choosable(user, levels=levels, also=also).order_by("path"))
    known = regions_above(region.path for region in regions)
    groups: dict[str, list[tuple[int, str]]] = {}
    for region in regions:
        chain = chain_of(region.path, known) or [region]
        below = chain[1:] if len(chain) > 1 else chain
        words = " ".join(one.name for one in below)
        if region.valid_until is not None:
            words = f"{region.name}（已撤销）"
        groups.setdefault(chain[0].name, []).append((region.pk, words))
    return list(groups.items())
