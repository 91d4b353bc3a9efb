"""附近学堂: the open sites, by banner or by distance."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.db.models import Q
from django.http import QueryDict

from core import clock
from core.errors import Refusal
from places.distances import kilometres, spoken
from places.enums import Facility, Level
from places.models import AcademySite, Region
from places.queries.history import history_of, region_of_today, said_day
from places.queries.sites import open_sites
from places.queries.whereabouts import Origin, Point, chain_of, origin_named, regions_above


@dataclass(frozen=True)
class SiteCard:
    """A site in a list. `where` runs from the banner down; `formerly` names the region it was registered in, if that
    has been merged away; `distance` is empty where nobody asked, or nobody knows where the site lies."""

    site: AcademySite
    banner: Region | None
    where: str
    formerly: str
    facilities: tuple[tuple[str, str], ...]
    kilometres: float | None = None

    @property
    def distance(self) -> str:
        return "" if self.kilometres is None else spoken(self.kilometres)


@dataclass(frozen=True)
class Chip:
    """A link that narrows the list."""

    label: str
    query: str
    current: bool
    count: int | None = None


def point_of_site(site: AcademySite) -> Point | None:
    if site.latitude is None or site.longitude is None:
        return None
    return site.latitude, site.longitude


def cards_of(sites: Iterable[AcademySite], *, origin: Origin | None = None) -> list[SiteCard]:
    """Cards of sites that come with their region and `facilities`: one query for the names above."""
    shown = list(sites)
    known = regions_above(site.region.path for site in shown)
    cards = []
    for site in shown:
        chain = chain_of(site.region.path, known)
        point = point_of_site(site)
        cards.append(
            SiteCard(
                site=site,
                banner=next((region for region in chain if region.level == Level.BANNER), None),
                where=" ".join(region.name for region in chain),
                formerly="" if site.region.merged_into_id is None else site.region.name,
                facilities=tuple(
                    (row.facility, row.get_facility_display())
                    for row in sorted(site.facilities.all(), key=lambda row: Facility.values.index(row.facility))
                ),
                kilometres=kilometres(origin.point, point) if origin and point else None,
            )
        )
    return cards


def directory_page(asked: QueryDict) -> dict[str, Any]:
    """Context of the list. `region`: a primary key; `has`: facilities; `near`: a place by name.

    Unknown values narrow nothing, except a name nobody knows, which is said.
    """
    region, merged = _asked_region(asked.get("region", ""))
    wanted = [value for value in asked.getlist("has") if value in Facility.values]
    near = asked.get("near", "").strip()[:40]
    origin, fault = _asked_origin(near)
    sites = open_sites(within=region).prefetch_related("facilities")
    for facility in wanted:
        sites = sites.filter(Q(pk__in=AcademySite.objects.filter(facilities__facility=facility).values("pk")))
    cards = cards_of(sites.order_by("region__path", "name"), origin=origin)
    chips = _chips(asked, region)
    return {
        "groups": [("", _by_distance(cards))] if origin else _by_banner(cards),
        "count": len(cards),
        "region": region,
        "notice": merged,
        "history": history_of(region) if region else [],
        "chips": chips[0],
        "towns": chips[1],
        "near": near,
        "origin": origin,
        "fault": fault,
        "facilities": [(value, label, value in wanted) for value, label in Facility.choices],
        "wanted": [str(Facility(value).label) for value in wanted],
        "is_narrowed": bool(region or wanted),
        "without_region": _query(asked, region=None),
    }


def _asked_region(text: str) -> tuple[Region | None, str]:
    """The region of a primary key as it is today, and a sentence if it was merged away."""
    is_key = text.isascii() and text.isdecimal() and len(text) < 19
    found = Region.objects.filter(pk=text).select_related("merged_into").first() if is_key else None
    if found is None or found.level == Level.CITY:
        return None, ""
    today = region_of_today(found)
    if today == found or found.valid_until is None:
        return found, ""
    return today, f"{found.name}已于 {said_day(found.valid_until)}并入{today.name}，下面是{today.name}的学堂。"


def _asked_origin(near: str) -> tuple[Origin | None, str]:
    if not near:
        return None, ""
    try:
        return origin_named(near), ""
    except Refusal as refusal:
        return None, f"{refusal.sentence}请写旗区、苏木乡镇或街道的名字，例如：树林召镇。"


def _by_banner(cards: Sequence[SiteCard]) -> list[tuple[str, list[SiteCard]]]:
    named = groupby(cards, key=lambda card: card.banner.name if card.banner else "市本级")
    return [(name, list(group)) for name, group in named]


def _by_distance(cards: Sequence[SiteCard]) -> list[SiteCard]:
    """Nearest first; sites whose place nobody noted come last."""
    return sorted(cards, key=lambda card: (card.kilometres is None, card.kilometres or 0, card.site.name))


def _chips(asked: QueryDict, region: Region | None) -> tuple[list[Chip], list[Chip]]:
    """All banners, and the townships of the chosen one that have sites, with their numbers of open sites."""
    paths = list(open_sites().order_by().values_list("region__path", flat=True))
    standing = Region.objects.standing(clock.today())
    banners = list(standing.filter(level=Level.BANNER))
    chosen = next((banner for banner in banners if region and region.path.startswith(banner.path)), None)
    towns = list(standing.filter(level=Level.TOWNSHIP).within(chosen)) if chosen else []

    def chips(regions: list[Region], current: Region | None) -> list[Chip]:
        counted = [(one, sum(path.startswith(one.path) for path in paths)) for one in regions]
        return [
            Chip(one.name, _query(asked, region=str(one.pk)), current is not None and current.path.startswith(one.path), count)
            for one, count in counted
        ]

    return chips(banners, chosen), [chip for chip in chips(towns, region) if chip.count]


def _query(asked: QueryDict, *, region: str | None) -> str:
    """The present address' query with another region, or none; the rest stays."""
    kept = QueryDict(mutable=True)
    if region is not None:
        kept["region"] = region
    for name in ("near", "has"):
        kept.setlist(name, [value for value in asked.getlist(name) if value])
    return kept.urlencode()


def nearest_open(site: AcademySite, point: Point) -> SiteCard | None:
    """The open site nearest to `point`, other than `site`; without coordinates, one of the same banner."""
    others = open_sites().exclude(pk=site.pk).prefetch_related("facilities")
    origin = Origin(site.region, point, "")
    cards = _by_distance(cards_of(others, origin=origin))
    if not cards or cards[0].kilometres is not None:
        return cards[0] if cards else None
    known = regions_above([site.region.path])
    banner = next(iter(chain_of(site.region.path, known)), None)
    return next((card for card in cards if banner and card.banner == banner), cards[0])
