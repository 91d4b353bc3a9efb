"""Registering 学堂 sites, their rooms and weekly hours, and the photographs that prove them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from typing import Any

from django.db import IntegrityError, transaction
from wagtail.log_actions import log

from core import clock
from core.errors import Refusal
from places.enums import SITE_LEVEL, Level, SiteKind
from places.hours import Stretch, check_overlaps
from places.models import AcademySite, Room, RoomSlot, SiteEvidence, SiteFacility


def save_site(*, site: AcademySite, facilities: Collection[str] | None = None, by: Any | None) -> AcademySite:
    """Keep a new or changed site, with exactly `facilities` unless that is None. `by`: None on a command line.

    Raises `Refusal` if its region has ended or is of another level than its kind serves, or the name is taken there.
    """
    is_new = site.pk is None
    _check_region(site)
    if site.closed_on is not None and site.closed_on <= site.opened_on:
        raise Refusal("停用日期要在启用日期之后，没有保存。")
    if (site.latitude is None) != (site.longitude is None):
        raise Refusal("纬度和经度要么都填，要么都空着，没有保存。")
    try:
        with transaction.atomic():
            site.save()
            if facilities is not None:
                set_facilities(site=site, facilities=facilities)
            log(site, "wagtail.create" if is_new else "wagtail.edit", user=by)
    except IntegrityError as error:
        raise Refusal(f"{site.region}已经有“{site.name}”，没有保存。") from error
    return site


def set_facilities(*, site: AcademySite, facilities: Collection[str]) -> tuple[list[SiteFacility], list[SiteFacility]]:
    """Give a site exactly these facilities. Returns the rows added, and those removed."""
    wanted = set(facilities)
    gone = [row for row in site.facilities.all() if row.facility not in wanted]
    had = set(site.facilities.values_list("facility", flat=True))
    for row in gone:
        row.delete()
    return [site.facilities.create(facility=facility) for facility in sorted(wanted - had)], gone


def save_room(*, room: Room, week: Iterable[Stretch] | None = None, by: Any | None) -> Room:
    """Keep a new or changed room, with exactly the stretches of `week` unless that is None.

    A room with no stretch at all is the site's own, all week. Raises `Refusal` for overlaps or a name that is taken.
    """
    is_new = room.pk is None
    stretches = None if week is None else sorted(week)
    if stretches is not None:
        check_overlaps(stretches)
    try:
        with transaction.atomic():
            room.save()
            if stretches is not None:
                set_week(room=room, week=stretches)
            log(room, "wagtail.create" if is_new else "wagtail.edit", user=by)
    except IntegrityError as error:
        raise Refusal(f"{room.site}已经有“{room.name}”，没有保存。") from error
    return room


def set_week(*, room: Room, week: Iterable[Stretch]) -> tuple[list[RoomSlot], list[RoomSlot]]:
    """Give a room exactly these stretches; those that stay keep their rows. Returns rows added, and those removed."""
    Room.objects.select_for_update().get(pk=room.pk)
    wanted = set(week)
    held = {stretch_of(slot): slot for slot in room.slots.all()}
    gone = [slot for stretch, slot in held.items() if stretch not in wanted]
    for slot in gone:
        slot.delete()
    added = [
        RoomSlot.objects.create(
            room=room,
            weekday=stretch.weekday,
            begins=stretch.begins,
            ends=stretch.ends,
            for_academy=not stretch.user_name,
            user_name=stretch.user_name,
        )
        for stretch in sorted(wanted - set(held))
    ]
    return added, gone


def stretch_of(slot: RoomSlot) -> Stretch:
    return Stretch(slot.weekday, slot.begins, slot.ends, "" if slot.for_academy else slot.user_name)


def remove_room(*, room: Room, by: Any | None) -> None:
    """Take a room off its site. Raises `Refusal` if something is planned in it."""
    try:
        with transaction.atomic():
            log(room.site, "places.remove_room", user=by, data={"name": room.name})
            room.delete()
    except IntegrityError as error:  # ProtectedError is one
        raise Refusal(f"“{room.name}”已经安排了课或活动，不能删除。不再用的教室，请改名注明“停用”。") from error


def add_evidence(*, evidence: SiteEvidence, by: Any | None) -> SiteEvidence:
    """Keep a photograph of a site. Raises `Refusal` for a day that hasn't come, or that is before 2000."""
    if not dt.date(2000, 1, 1) <= evidence.taken_on <= clock.today():
        raise Refusal("拍摄日期不对：要在 2000 年以后、今天以前，没有保存。")
    with transaction.atomic():
        evidence.save()
        log(evidence.site, "places.add_evidence", user=by, data={"kind": evidence.get_kind_display()})
    return evidence


def remove_evidence(*, evidence: SiteEvidence, by: Any | None) -> None:
    """Take a photograph off its site; the picture itself stays in the picture library."""
    with transaction.atomic():
        log(evidence.site, "places.remove_evidence", user=by, data={"kind": evidence.get_kind_display()})
        evidence.delete()


def _check_region(site: AcademySite) -> None:
    region = site.region
    if region.valid_until is not None and (site.pk is None or _has_moved(site)):
        raise Refusal(f"{region}已经撤销，请选现在的地区，没有保存。")
    level = SITE_LEVEL[site.kind]
    if region.level != level:
        kind = SiteKind(site.kind).label
        raise Refusal(f"{kind}要选{Level(level).label}，{region}是{Level(region.level).label}，没有保存。")


def _has_moved(site: AcademySite) -> bool:
    return AcademySite.objects.filter(pk=site.pk).exclude(region_id=site.region_id).exists()
