"""Regions as they stand on a day, and as people write them."""

from __future__ import annotations

import datetime as dt
import re

from django.db.models import Q, QuerySet

from core import clock
from core.errors import Refusal
from places.enums import Level
from places.models import Region, RegionRecord

SEPARATOR = re.compile(r"[/／>＞\s·]+")


def banners(on: dt.date | None = None) -> QuerySet[Region]:
    """The banners and districts that stand on a day, by default today."""
    return Region.objects.standing(on or clock.today()).filter(level=Level.BANNER)


def record_on(region: Region, day: dt.date) -> RegionRecord | None:
    """What the region was called and where it belonged on a day; None if it did not exist then."""
    return (
        region.records.filter(Q(valid_from__isnull=True) | Q(valid_from__lte=day))
        .filter(Q(valid_until__isnull=True) | Q(valid_until__gt=day))
        .first()
    )


def full_name(region: Region) -> str:
    """The chain of names below the city: 达拉特旗树林召镇."""
    above = {row.pk: row for row in Region.objects.filter(pk__in=region.pks_above)}
    chain = [above[pk] for pk in region.pks_above if pk in above and above[pk].level != Level.CITY]
    return "".join(row.name for row in [*chain, region])


def find_region(text: str, *, within: Region | None = None) -> Region:
    """The standing region that people mean by `text`: 乌审旗, 达旗, 达旗/树林召镇, 树林召.

    Names of the past lead to the region of today. Raises `Refusal` if there is none, or if several could be meant.
    """
    parts = [part for part in SEPARATOR.split(text.strip()) if part]
    if not parts:
        raise Refusal("没有写地区。")
    scope = within
    for part in parts:
        found = _named(part, scope)
        if not found:
            raise Refusal(f"没有找到地区“{part}”{f'（在{scope}里找）' if scope else ''}。")
        if len(found) > 1:
            names = "、".join(full_name(region) for region in found[:3])
            raise Refusal(f"“{part}”可能是{names}，请写清楚是哪个旗区的，例如：{full_name(found[0])}。")
        scope = found[0]
    assert scope is not None
    return scope


def _named(name: str, scope: Region | None) -> list[Region]:
    """Exact names first, then short names and names without their last word (树林召 for 树林召镇), then old names."""
    standing = Region.objects.standing(clock.today())
    if scope is not None:
        standing = standing.within(scope).exclude(pk=scope.pk)
    exact = list(standing.filter(Q(name=name) | Q(short_name=name)))
    if exact:
        return exact
    clipped = [region for region in standing.filter(name__startswith=name) if region.name == f"{name}{region.kind}"]
    if clipped:
        return clipped
    old = RegionRecord.objects.filter(name__startswith=name, valid_until__isnull=False)
    found: dict[int, Region] = {}
    for record in old.select_related("region__merged_into"):
        if record.name not in (name, f"{name}{record.kind}"):
            continue
        region = record.region
        while region.merged_into is not None:
            region = region.merged_into
        if scope is None or region.path.startswith(scope.path):
            found[region.pk] = region
    return list(found.values())
