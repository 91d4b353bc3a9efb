"""The page of one site: how to get there, what it has, when it is open."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import Any

from core import clock
from places.enums import EvidenceKind
from places.hours import DAY, NAMES, clock_of
from places.models import AcademySite, Room
from places.queries.directory import cards_of, nearest_open, point_of_site
from places.queries.history import history_of, said_day
from places.queries.whereabouts import point_of


@dataclass(frozen=True)
class Opening:
    """A day, or a run of days that are alike: stretches in words, each with the rooms that are the academy's then."""

    label: str
    is_today: bool
    stretches: tuple[tuple[str, str], ...]


def find_site(pk: int) -> AcademySite:
    """A site, open or not, with all its page shows. Raises `AcademySite.DoesNotExist`."""
    shown = AcademySite.objects.select_related("region__merged_into", "organisation")
    return shown.prefetch_related("facilities", "rooms__slots", "rooms__owner").get(pk=pk)


def week_of(rooms: list[Room]) -> list[Opening]:
    """When the academy has which of the shared rooms, Monday to Sunday, days that are alike together."""
    today = clock.today().isoweekday()
    days = [(weekday, _stretches(rooms, weekday)) for weekday in range(1, 8)]
    week = []
    for stretches, alike in groupby(days, key=lambda day: day[1]):
        weekdays = [weekday for weekday, _ in alike]
        first, last = NAMES[weekdays[0] - 1], NAMES[weekdays[-1] - 1]
        label = f"星期{first}" if first == last else f"星期{first}至星期{last}"
        week.append(Opening(label, today in weekdays, stretches))
    return week


def _stretches(rooms: list[Room], weekday: int) -> tuple[tuple[str, str], ...]:
    held: dict[tuple[int, int], list[str]] = {}
    for room in rooms:
        for slot in room.slots.all():
            if slot.for_academy and slot.weekday == weekday:
                held.setdefault((slot.begins, slot.ends), []).append(room.name)
    return tuple((_hours(stretch), "、".join(names)) for stretch, names in sorted(held.items()))


def _hours(stretch: tuple[int, int]) -> str:
    return "全天" if stretch == (0, DAY) else f"{clock_of(stretch[0])}–{clock_of(stretch[1])}"


def site_page(site: AcademySite) -> dict[str, Any]:
    """Context of the page, without what rooms above add."""
    (card,) = cards_of([site])
    day = clock.today()
    rooms = list(site.rooms.all())
    closed = site.closed_on is not None and site.closed_on <= day
    coming = site.opened_on > day
    front = site.evidence.filter(kind=EvidenceKind.FRONT).select_related("picture").first()
    return {
        "site": site,
        "card": card,
        "rooms": rooms,
        "area": sum((room.area for room in rooms), start=0),
        "week": week_of(rooms) if any(room.slots.all() for room in rooms) else [],
        "own_rooms": "、".join(room.name for room in rooms if not room.slots.all()),
        "front": front,
        "closed": f"这个学堂 {said_day(site.closed_on)}起停用，请不要白跑。" if closed and site.closed_on else "",
        "coming": f"这个学堂 {said_day(site.opened_on)}启用。" if coming else "",
        "instead": nearest_open(site, point_of_site(site) or point_of(site.region)[0]) if closed or coming else None,
        "history": history_of(site.region) if card.formerly else [],
    }
