"""How far it is, as the crow flies."""

from __future__ import annotations

import math

EARTH = 6371.0


def kilometres(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Along the great circle, between two (latitude, longitude) in degrees."""
    (lat1, lon1), (lat2, lon2) = ([math.radians(degree) for degree in point] for point in (one, other))
    half = math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return 2 * EARTH * math.asin(min(1.0, math.sqrt(half)))


def spoken(distance: float) -> str:
    """约 800 米, 约 3.5 公里, 约 42 公里."""
    if distance < 1:
        return f"约 {max(round(distance * 10), 1) * 100} 米"
    return f"约 {distance:.1f} 公里" if distance < 10 else f"约 {distance:.0f} 公里"
