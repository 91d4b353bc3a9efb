"""How long it takes from one site to another.

Nobody has measured the roads yet: the numbers are assumptions of this project, on the long side, until the city office
gives its own (ADR 0014). Where both sites have coordinates, the straight line counts; otherwise how near their regions
stand in the tree. Needs `site.region` loaded.
"""

from __future__ import annotations

import math

from places.distances import kilometres
from places.models import AcademySite

SAME_TOWNSHIP, SAME_BANNER, ELSEWHERE = 20, 60, 120
"""Minutes between two sites of one 苏木乡镇 or 街道, of one 旗区, and of different ones, by region alone."""
DEPTHS = ((3, SAME_TOWNSHIP), (2, SAME_BANNER))
"""Common regions from the root down (市, 旗区, 苏木乡镇) and what they mean."""

DETOUR = 1.3
"""Road over straight line."""
KM_PER_MINUTE = 1.0
LEAST_MINUTES = 10
"""To leave one building and be ready in the next."""


def travel_minutes(start: AcademySite, goal: AcademySite) -> int:
    """Whole minutes from door to door; 0 within one site."""
    if start.pk == goal.pk:
        return 0
    distance = distance_km(start, goal)
    if distance is not None:
        return math.ceil((LEAST_MINUTES + distance * DETOUR / KM_PER_MINUTE) / 5) * 5
    common = _common_regions(start.region.path, goal.region.path)
    return next((minutes for depth, minutes in DEPTHS if common >= depth), ELSEWHERE)


def distance_km(start: AcademySite, goal: AcademySite) -> float | None:
    """The straight line over the globe; None unless both have coordinates."""
    if start.latitude is None or start.longitude is None or goal.latitude is None or goal.longitude is None:
        return None
    return kilometres((start.latitude, start.longitude), (goal.latitude, goal.longitude))


def _common_regions(one: str, other: str) -> int:
    pairs = zip(one.strip("/").split("/"), other.strip("/").split("/"), strict=False)
    count = 0
    for mine, theirs in pairs:
        if mine != theirs:
            break
        count += 1
    return count
