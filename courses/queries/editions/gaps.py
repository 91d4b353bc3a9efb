"""Supply and demand: in which banner more people wish for a category than an edition has room for."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Sum

from core import clock
from core.half_year import HalfYear
from courses.enums import Category, GapDecision, OfferingState
from courses.models import CatalogueEdition, CatalogueEntry, GapAnswer, Offering, Wish
from places.enums import Level
from places.models import Region

BANNER_PARTS = 2
"""A region's path begins with its city and its banner."""


@dataclass(frozen=True)
class Gap:
    """`seats` is None where some offering has no limit. `answer` is what the editors said of it, if they did."""

    category: str
    region: Region
    wished: int
    seats: int | None
    online: int
    answer: GapAnswer | None = None

    @property
    def category_label(self) -> str:
        return str(Category(self.category).label)

    @property
    def is_gap(self) -> bool:
        return self.seats is not None and self.wished > self.seats

    @property
    def is_unanswered(self) -> bool:
        return self.is_gap and self.answer is None

    @property
    def key(self) -> str:
        return f"{self.category}-{self.region.pk}"

    @property
    def sentence(self) -> str:
        return f"{self.region}{self.category_label}：{self.wished} 人想学，{self.seats} 个名额"


def banners_by_prefix() -> dict[str, Region]:
    """Path → banner, for all there ever were: what was merged away hangs, in its path, below where it went."""
    return {region.path: region for region in Region.objects.filter(level=Level.BANNER)}


def banner_prefix(path: str) -> str:
    """The part of a region's path that names its banner; the path itself for a city."""
    parts = path.strip("/").split("/")[:BANNER_PARTS]
    return "/" + "/".join(parts) + "/"


def wishes_by_banner(half_year: HalfYear) -> dict[tuple[str, str], int]:
    """(category, path of the banner) → people who wish it for the half-year. One query."""
    rows = (
        Wish.objects.filter(half_year=half_year)
        .order_by()
        .values_list("category", "region__path")
        .annotate(wished=Sum("people"))
    )
    found: dict[tuple[str, str], int] = defaultdict(int)
    for category, path, wished in rows:
        found[category, banner_prefix(path)] += wished
    return dict(found)


def supply_table(edition: CatalogueEdition) -> list[Gap]:
    """Every category and banner somebody wishes, with the room the edition has for it. Five queries."""
    wished = wishes_by_banner(edition.half_year)
    banners = banners_by_prefix()
    categories = dict(CatalogueEntry.objects.filter(edition=edition).values_list("course_id", "category"))
    online: dict[str, int] = defaultdict(int)
    for category in categories.values():
        online[category] += 1
    seats: dict[tuple[str, str], int | None] = {}
    offerings = Offering.objects.filter(half_year=edition.half_year, course_id__in=categories).exclude(
        state=OfferingState.CANCELLED
    )
    for course_id, path, room in offerings.values_list("course_id", "region__path", "seats"):
        place = (categories[course_id], banner_prefix(path))
        before = seats.get(place, 0)
        seats[place] = None if room is None or before is None else before + room
    answers = {(answer.category, answer.region_id): answer for answer in GapAnswer.objects.filter(edition=edition)}
    order = list(Category.values)
    table = [
        Gap(
            category=category,
            region=banners[path],
            wished=people,
            seats=seats.get((category, path), 0),
            online=online[category],
            answer=answers.get((category, banners[path].pk)),
        )
        for (category, path), people in wished.items()
        if path in banners
    ]
    return sorted(table, key=lambda gap: (not gap.is_gap, order.index(gap.category), gap.region.path))


def unanswered_gaps(edition: CatalogueEdition) -> list[Gap]:
    return [gap for gap in supply_table(edition) if gap.is_unanswered]


def wishing_half_year() -> HalfYear:
    """The half-year for which wishes are collected today: the next one."""
    return HalfYear.of(clock.today()).next


DECISIONS = GapDecision.choices
