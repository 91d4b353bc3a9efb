"""附近学堂: the open sites, by banner or by distance."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
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

A_PAGE = 30
"""Sites on one page: enough to choose from, and few enough for a phone."""


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
class Group:
    """Sites under one heading. `more` is the query that shows all `count` of them, if these are not all."""

    name: str
    more: str | None
    cards: list[SiteCard]
    count: int


@dataclass(frozen=True)
class Place:
    """What choosing among many sites needs to know of each."""

    pk: int
    path: str
    point: Point | None


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
    """Context of the list. `region`: a primary key; `has`: facilities; `near`: a place by name; `page`: a number.

    Unknown values narrow nothing, except a name nobody knows, which is said. However many sites there are, a page
    shows a handful: a few a banner, the nearest, or one page of a region.
    """
    region, merged = _asked_region(asked.get("region", ""))
    wanted = [value for value in asked.getlist("has") if value in Facility.values]
    near = asked.get("near", "").strip()[:40]
    origin, fault = _asked_origin(near)
    found = _found(region, wanted)
    banners = list(Region.objects.standing(clock.today()).filter(level=Level.BANNER))
    page = None
    if origin:
        groups = [Group("", None, _cards([place.pk for place in _nearest(found, origin)], origin), len(found))]
    elif region:
        page = Paginator(found, A_PAGE).get_page(asked.get("page"))
        groups = [Group("", None, _cards([place.pk for place in page]), len(found))] if found else []
    else:
        groups = _by_banner(found, banners, asked)
    return {
        "groups": groups,
        "count": len(found),
        "page": page,
        "region": region,
        "notice": merged,
        "history": history_of(region) if region else [],
        "near": near,
        "origin": origin,
        "fault": fault,
        "facilities": [(value, label, value in wanted) for value, label in Facility.choices],
        "wanted": [str(Facility(value).label) for value in wanted],
        "is_narrowed": bool(region or wanted),
        "without_region": _query(asked, region=None),
        "with_region": _query(asked, region=str(region.pk)) if region else "",
        **_chips(asked, region, banners),
    }


def _found(region: Region | None, wanted: Sequence[str]) -> list[Place]:
    """The open sites in a region with all the facilities asked for, in the order of the tree: one query."""
    sites = open_sites(within=region)
    for facility in wanted:
        sites = sites.filter(Q(pk__in=AcademySite.objects.filter(facilities__facility=facility).values("pk")))
    rows = sites.order_by("region__path", "name", "pk").values_list("pk", "region__path", "latitude", "longitude")
    return [
        Place(pk, path, None if latitude is None or longitude is None else (latitude, longitude))
        for pk, path, latitude, longitude in rows
    ]


def _cards(pks: Sequence[int], origin: Origin | None = None) -> list[SiteCard]:
    """Cards in the order of `pks`: three queries for any number."""
    rows = AcademySite.objects.filter(pk__in=pks).select_related("region").prefetch_related("facilities").in_bulk()
    return cards_of([rows[pk] for pk in pks if pk in rows], origin=origin)


def _nearest(found: Sequence[Place], origin: Origin, most: int = A_PAGE) -> list[Place]:
    """Nearest first; those whose place nobody noted come last."""
    return sorted(
        found, key=lambda place: (place.point is None, kilometres(origin.point, place.point or origin.point))
    )[:most]


def _by_banner(found: Sequence[Place], banners: Sequence[Region], asked: QueryDict) -> list[Group]:
    """A few sites of each banner, and where to see the rest."""
    few = 3 if len(found) > A_PAGE else A_PAGE
    parted = [(banner, [place for place in found if place.path.startswith(banner.path)]) for banner in banners]
    cards = {card.site.pk: card for card in _cards([place.pk for _, places in parted for place in places[:few]])}
    return [
        Group(
            banner.name,
            _query(asked, region=str(banner.pk)) if len(places) > few else None,
            [cards[place.pk] for place in places[:few]],
            len(places),
        )
        for banner, places in parted
        if places
    ]


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


def _chips(asked: QueryDict, region: Region | None, banners: Sequence[Region]) -> dict[str, list[Chip]]:
    """All banners, and the townships of the chosen one that have sites, with their numbers of open sites."""
    paths = list(open_sites().order_by().values_list("region__path", flat=True))
    chosen = next((banner for banner in banners if region and region.path.startswith(banner.path)), None)
    standing = Region.objects.standing(clock.today())
    towns = list(standing.filter(level=Level.TOWNSHIP).within(chosen)) if chosen else []

    def chip(one: Region) -> Chip:
        count = sum(path.startswith(one.path) for path in paths)
        current = region is not None and region.path.startswith(one.path)
        return Chip(one.name, _query(asked, region=str(one.pk)), current, count)

    return {"chips": [chip(one) for one in banners], "towns": [made for one in towns if (made := chip(one)).count]}


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
    others = [place for place in _found(None, []) if place.pk != site.pk]
    if not others:
        return None
    origin = Origin(site.region, point, "")
    chosen = _nearest(others, origin, most=1)[0]
    if chosen.point is None:
        known = regions_above([site.region.path])
        banner = next(iter(chain_of(site.region.path, known)), None)
        chosen = next((place for place in others if banner and place.path.startswith(banner.path)), chosen)
    return next(iter(_cards([chosen.pk], origin)), None)
