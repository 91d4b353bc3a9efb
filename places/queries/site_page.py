"""The page of one site: how to get there, what it has, when it is open."""

from __future__ import annotations

from dataclasses import dataclass
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
    """One weekday: stretches in words with the rooms that are the academy's then; `whole_day`: rooms all day."""

    label: str
    is_today: bool
    stretches: tuple[tuple[str, str], ...]


def find_site(pk: int) -> AcademySite:
    """A site, open or not, with all its page shows. Raises `AcademySite.DoesNotExist`."""
    shown = AcademySite.objects.select_related("region__merged_into", "organisation")
    return shown.prefetch_related("facilities", "rooms__slots", "rooms__owner").get(pk=pk)


def week_of(rooms: list[Room]) -> list[Opening]:
    """When the academy has which rooms, Monday to Sunday. A room without any stretch is the academy's all week."""
    today = clock.today().isoweekday()
    week = []
    for weekday, name in enumerate(NAMES, start=1):
        held: dict[tuple[int, int], list[str]] = {}
        for room in rooms:
            slots = list(room.slots.all())
            mine = [(slot.begins, slot.ends) for slot in slots if slot.for_academy and slot.weekday == weekday]
            for stretch in mine if slots else [(0, DAY)]:
                held.setdefault(stretch, []).append(room.name)
        stretches = tuple((_hours(stretch), "、".join(names)) for stretch, names in sorted(held.items()))
        week.append(Opening(f"星期{name}", weekday == today, stretches))
    return week


def _hours(stretch: tuple[int, int]) -> str:
    return "全天" if stretch == (0, DAY) else f"{clock_of(stretch[0])}–{clock_of(stretch[1])}"


def site_page(site: AcademySite) -> dict[str, Any]:
    """Context of the page, without what rooms above add."""
    (card,) = cards_of([site])
    day = clock.today()
    rooms = list(site.rooms.all())
    closed = site.closed_on is not None and site.closed_on <= day
    front = site.evidence.filter(kind=EvidenceKind.FRONT).select_related("picture").first()
    return {
        "site": site,
        "card": card,
        "rooms": rooms,
        "area": sum((room.area for room in rooms), start=0),
        "week": week_of(rooms) if rooms else [],
        "front": front,
        "closed": f"这个学堂 {said_day(site.closed_on)}起停用，请不要白跑。" if closed and site.closed_on else "",
        "coming": f"这个学堂 {said_day(site.opened_on)}启用。" if site.opened_on > day else "",
        "instead": nearest_open(site, point_of_site(site) or point_of(site.region)[0]) if closed or site.opened_on > day else None,
        "history": history_of(site.region) if card.formerly else [],
    }
