"""旗区的苏木乡镇、街道和嘎查村、社区."""

from __future__ import annotations

from typing import Any

from core.errors import Refusal
from core.imports.columns import ChoiceColumn, Column, DayColumn
from core.imports.journal import Journal
from core.imports.kinds import ImportKind, Row
from places.enums import KINDS, Level, RegionKind
from places.imports.whereabouts import BANNER, TOWNSHIP, Whereabouts
from places.models import Region
from places.operations.regions import add_region, amend_region


class RegionImport(ImportKind):
    """Adds regions, and what was not known of those that stand.

    Renames and mergers have a day each, and pages of their own.
    """

    name = "regions"
    label = "地区"
    words = "苏木乡镇、街道，和它们下面的嘎查村、社区。一行一个。"
    permission = "places.add_region"
    columns = (
        BANNER,
        TOWNSHIP,
        Column(key="name", heading="名称", required=True, help="全名", example="巴音嘎查", most=30),
        ChoiceColumn(
            key="kind",
            heading="类型",
            choices={kind: kind for level in (Level.TOWNSHIP, Level.VILLAGE) for kind in sorted(KINDS[level])},
            help="空着就看名称最后的字",
            example="嘎查",
        ),
        Column(key="short_name", heading="简称", help="当地人的叫法", most=10),
        DayColumn(key="valid_from", heading="设立日期", help="不清楚就空着", example="2001-05-01"),
    )
    identity = ("banner", "township", "name")

    def __init__(self, *, user: Any | None) -> None:
        super().__init__(user=user)
        self._whereabouts = Whereabouts(user)

    def write(self, row: Row, journal: Journal) -> None:
        parent = self._whereabouts.named(*(name for name in (row["banner"], row["township"]) if name))
        standing = Region.objects.filter(parent=parent, name=row["name"], valid_until__isnull=True).first()
        if standing is None:
            self._add(row, parent, journal)
            return
        if row["kind"] and row["kind"] != standing.kind:
            raise Refusal(f"{standing}登记的类型是“{standing.kind}”。类型变了请在地区页面“改名”，写上日期。")
        wanted = {key: row[key] for key in ("short_name", "valid_from") if row[key]}
        if all(getattr(standing, key) == value for key, value in wanted.items()):
            return
        with journal.watching(*standing.records.all(), told=False), journal.watching(standing):
            amend_region(region=standing, by=self.user, **wanted)

    def _add(self, row: Row, parent: Region, journal: Journal) -> None:
        region = add_region(
            name=row["name"],
            kind=row["kind"] or _kind_in(row["name"], parent),
            parent=parent,
            valid_from=row["valid_from"],
            short_name=row["short_name"] or "",
            by=self.user,
        )
        journal.added(region)
        for record in region.records.all():
            journal.added(record, told=False)


def _kind_in(name: str, parent: Region) -> str:
    """The kind that a name ends in. Raises `Refusal` if it ends in none of the level below `parent`."""
    level = Level.VILLAGE if parent.level == Level.TOWNSHIP else Level.TOWNSHIP
    for kind in sorted(KINDS[level], key=len, reverse=True):
        if name.endswith(kind):
            return kind
    raise Refusal(
        f"看不出“{name}”的类型，请填“类型”：{'、'.join(RegionKind(kind).label for kind in sorted(KINDS[level]))}。"
    )
