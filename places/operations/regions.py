"""Adding, renaming and merging regions. Nothing is overwritten: each change closes a record and opens the next."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any

from django.db import IntegrityError, transaction
from wagtail.log_actions import log

from core import clock
from core.errors import Refusal
from places.enums import ABOVE, KINDS, Level
from places.models import Region, RegionRecord


def add_region(
    *,
    name: str,
    kind: str,
    parent: Region | None,
    valid_from: dt.date | None = None,
    short_name: str = "",
    by: Any | None = None,
) -> Region:
    """Add a region one level below `parent`, or a city. `by` is whoever did it, None on a command line.

    Raises `Refusal` for a kind the level doesn't have, a name that is taken, or a parent that has ended.
    """
    level = _level_below(parent)
    if kind not in KINDS[level]:
        raise Refusal(f"{Level(level).label}不能是“{kind}”，没有添加。")
    if parent is not None and parent.valid_until is not None:
        raise Refusal(f"{parent}已经撤销，下面不能再添加。")
    try:
        with transaction.atomic():
            region = Region.objects.create(
                level=level,
                kind=kind,
                name=_checked_name(name),
                short_name=short_name,
                parent=parent,
                path=uuid.uuid4().hex,  # the real one holds the primary key
                valid_from=valid_from,
            )
            _settle(region)
            _open_record(region, valid_from)
            log(region, "wagtail.create", user=by)
    except IntegrityError as error:
        raise Refusal(f"{parent or '顶层'}下面已经有“{name}”，没有添加。") from error
    return region


def amend_region(
    *, region: Region, short_name: str | None = None, valid_from: dt.date | None = None, by: Any | None = None
) -> Region:
    """Note what was not known so far: a short name, the day the region was founded. None leaves each as it is.

    Raises `Refusal` for another founding day than the one on record, or one after the region's first change.
    """
    with transaction.atomic():
        region = Region.objects.select_for_update().get(pk=region.pk)
        if short_name is not None:
            region.short_name = short_name
        if valid_from is not None and valid_from != region.valid_from:
            _note_founding(region, valid_from)
        region.save(update_fields=["short_name", "valid_from", "updated_at"])
        log(region, "wagtail.edit", user=by)
    return region


def _note_founding(region: Region, day: dt.date) -> None:
    if region.valid_from is not None:
        raise Refusal(f"{region}的设立日期已经登记为 {region.valid_from}，没有改动。")
    first = region.records.get(valid_from__isnull=True)
    if first.valid_until is not None and day >= first.valid_until:
        raise Refusal(f"{region}在 {first.valid_until} 有过变动，设立日期要在它之前，没有改动。")
    first.valid_from = region.valid_from = day
    first.save(update_fields=["valid_from"])


def rename_region(*, region: Region, name: str, kind: str, on: dt.date, by: Any | None = None) -> Region:
    """Give a region another name or kind from `on`, a day that has come, for example when a 乡 becomes a 镇.

    Raises `Refusal`.
    """
    name = _checked_name(name)
    if kind not in KINDS[region.level]:
        raise Refusal(f"{Level(region.level).label}不能是“{kind}”，没有改动。")
    try:
        with transaction.atomic():
            region = _standing(region, on)
            if (region.name, region.kind) == (name, kind):
                raise Refusal("名称和类型都没有变，没有改动。")
            log(region, "places.rename", user=by, data={"from": region.name, "to": name, "on": on.isoformat()})
            region.name, region.kind = name, kind
            region.save(update_fields=["name", "kind", "updated_at"])
            _close_record(region, on)
            _open_record(region, on)
    except IntegrityError as error:
        raise Refusal(f"上级下面已经有“{name}”，没有改动。") from error
    return region


def merge_regions(*, regions: Sequence[Region], into: Region, on: dt.date, by: Any | None = None) -> None:
    """End `regions` on `on`, a day that has come; what was below them belongs to `into` from then on.

    Raises `Refusal` unless all stand and are of one level, or if two children would have one name.
    """
    if not regions or into in regions:
        raise Refusal("要写清楚哪些地区并入哪一个，没有改动。")
    try:
        with transaction.atomic():
            into = _standing(into, on)
            for old in regions:
                ended = _standing(old, on)
                if ended.level != into.level:
                    raise Refusal(f"{ended}和{into}不是同一级，不能合并，没有改动。")
                for child in ended.children.filter(valid_until__isnull=True):
                    child.parent = into
                    child.save(update_fields=["parent", "updated_at"])
                    _close_record(child, on)
                    _open_record(child, on)
                ended.valid_until, ended.merged_into = on, into
                ended.save(update_fields=["valid_until", "merged_into", "updated_at"])
                _close_record(ended, on)
                _settle(ended)
                log(ended, "places.merge", user=by, data={"into": into.name, "on": on.isoformat()})
            for child in into.children.filter(valid_until__isnull=True):
                _settle(child)
    except IntegrityError as error:
        raise Refusal(f"并入以后，{into}下面会有重名的地区。请先改名，没有改动。") from error


def _level_below(parent: Region | None) -> str:
    if parent is None:
        return Level.CITY
    below = [level for level, above in ABOVE.items() if above == parent.level]
    if not below:
        raise Refusal(f"{parent}下面不能再有地区，没有添加。")
    return below[0]


def _checked_name(name: str) -> str:
    name = name.strip()
    if not name or len(name) > 30:
        raise Refusal("地区名称要有 1 到 30 个字，没有改动。")
    return name


def _standing(region: Region, on: dt.date) -> Region:
    """The row, locked. Raises `Refusal` if it has ended, or if `on` isn't after its last change and come already."""
    row = Region.objects.select_for_update().get(pk=region.pk)
    if row.valid_until is not None:
        raise Refusal(f"{row}已经撤销，没有改动。")
    if on > clock.today():
        raise Refusal("这一天还没有到，到了再改，没有改动。")
    record = row.records.get(valid_until__isnull=True)
    if record.valid_from is not None and on <= record.valid_from:
        raise Refusal(f"{row}在 {record.valid_from} 已经有过变动，新的日期要在它之后，没有改动。")
    return row


def _open_record(region: Region, day: dt.date | None) -> None:
    RegionRecord.objects.create(region=region, name=region.name, kind=region.kind, parent=region.parent, valid_from=day)


def _close_record(region: Region, day: dt.date) -> None:
    region.records.filter(valid_until__isnull=True).update(valid_until=day)


def path_of(region: Region) -> str:
    """The chain of primary keys down to a saved region; what was merged away hangs below where it went."""
    above = region.merged_into or region.parent
    return f"{above.path if above else '/'}{region.pk:06d}/"


def _settle(region: Region) -> None:
    """Write the path of a region and of everything below it, in one statement a region."""
    before = region.path
    region.path = path_of(region)
    region.save(update_fields=["path", "updated_at"])
    if before.startswith("/"):
        for below in Region.objects.filter(path__startswith=before).exclude(pk=region.pk):
            below.path = region.path + below.path.removeprefix(before)
            below.save(update_fields=["path", "updated_at"])
