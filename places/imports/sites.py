"""学堂站点 with their rooms: one row a room. What a row says of the site may be left out on the site's further rows."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from core.errors import Refusal
from core.imports.columns import (
    ChoiceColumn,
    Column,
    DayColumn,
    DecimalColumn,
    PhoneColumn,
    ReadColumn,
    SeveralColumn,
    WholeColumn,
)
from core.imports.journal import Journal
from core.imports.kinds import ImportKind, Row
from places.enums import SITE_LEVEL, Facility, SiteKind
from places.hours import check_overlaps, read_week
from places.imports.whereabouts import BANNER, TOWNSHIP, VILLAGE, Whereabouts
from places.models import AcademySite, Organisation, Region, Room
from places.operations.sites import save_room, save_site, set_facilities, set_week, stretch_of

OF_THE_SITE = ("kind", "address", "phone", "opened_on", "note", "latitude", "longitude")


class SiteImport(ImportKind):
    """Adds sites and rooms, and changes those on record by their names."""

    name = "sites"
    label = "学堂站点和教室"
    words = "一行一间教室；同一个站点的第二行起，地址、电话等可以空着。还没有教室的站点，教室几列空着。"
    permission = "places.add_academysite"
    columns = (
        BANNER,
        TOWNSHIP,
        VILLAGE,
        Column(key="name", heading="站点名称", aliases=("学堂名称", "名称"), required=True, example="树林召镇银发学堂"),
        ChoiceColumn(
            key="kind",
            heading="站点类型",
            aliases=("类型",),
            choices={"学堂": SiteKind.CENTRE.value, "学习点": SiteKind.STATION.value},
            also={kind.label: kind.value for kind in SiteKind},
            help="苏木乡镇、街道的写“学堂”，嘎查村、社区的写“学习点”；空着就看所在地区",
            example="学堂",
        ),
        Column(key="address", heading="地址", help="新站点必填", most=120, example="树林召大街 1 号"),
        PhoneColumn(
            key="phone",
            heading="站点电话",
            aliases=("电话",),
            help="站点的电话，不要填个人手机",
            example="0477-8123456",
        ),
        DayColumn(key="opened_on", heading="启用日期", help="新站点必填", example="2025-03-01"),
        Column(key="organisation", heading="主办单位", help="先导入单位，再写它的全名", example=""),
        SeveralColumn(
            key="facilities",
            heading="设施",
            choices={facility.label: facility.value for facility in Facility},
            help=f"用顿号隔开：{'、'.join(Facility.labels)}；都没有写“无”",
            example="无台阶、卫生间、供暖",
        ),
        Column(key="note", heading="怎么走", help="怎么走、哪个门进、停车在哪里", most=500, example="东门进，一楼"),
        DecimalColumn(
            key="latitude", heading="纬度", least=Decimal(-90), greatest=Decimal(90), places=6, example="40.412"
        ),
        DecimalColumn(
            key="longitude", heading="经度", least=Decimal(-180), greatest=Decimal(180), places=6, example="110.034"
        ),
        Column(key="room", heading="教室", aliases=("教室名称",), most=30, example="101 教室"),
        DecimalColumn(
            key="area",
            heading="面积",
            least=Decimal("0.01"),
            greatest=Decimal(99999),
            unit="平方米",
            help="平方米",
            example="60",
        ),
        WholeColumn(key="seats", heading="座位数", aliases=("座位",), least=1, greatest=10_000, example="30"),
        Column(key="owner", heading="共享单位", help="教室是图书馆等共享的，写它的全名；自己的教室空着", example=""),
        ReadColumn(
            key="week",
            heading="学堂使用时段",
            most=500,
            reader=read_week,
            help="整周都归学堂就空着",
            example="周一至周五 09:00–11:00；周六 14:00–16:00",
        ),
    )
    identity = ("banner", "township", "village", "name", "room")

    def __init__(self, *, user: Any | None) -> None:
        super().__init__(user=user)
        self._whereabouts = Whereabouts(user)

    def write(self, row: Row, journal: Journal) -> None:
        region = self._whereabouts.of(row)
        site = AcademySite.objects.filter(region=region, name=row["name"]).first()
        site = self._add_site(row, region, journal) if site is None else self._change_site(row, site, journal)
        if row["facilities"] is not None:
            _set_facilities(site, row["facilities"], journal)
        if row["room"]:
            self._write_room(row, site, journal)
        elif any(row[key] is not None for key in ("area", "seats", "owner", "week")):
            raise Refusal("写了面积、座位或时段，没有写是哪间教室。")

    def _site_values(self, row: Row, region: Region) -> dict[str, Any]:
        values = {key: row[key] for key in OF_THE_SITE if row[key] is not None}
        for key in ("latitude", "longitude"):
            if key in values:
                values[key] = float(values[key])
        if row["organisation"]:
            values["organisation"] = _organisation(row["organisation"], region)
        return values

    def _add_site(self, row: Row, region: Region, journal: Journal) -> AcademySite:
        missing = [heading for key, heading in (("address", "地址"), ("opened_on", "启用日期")) if not row[key]]
        if missing:
            raise Refusal(f"“{row['name']}”是新站点，要填：{'、'.join(missing)}。")
        values = {"kind": _kind_for(region)} | self._site_values(row, region)
        site = save_site(site=AcademySite(region=region, name=row["name"], **values), by=self.user)
        journal.added(site)
        return site

    def _change_site(self, row: Row, site: AcademySite, journal: Journal) -> AcademySite:
        values = self._site_values(row, site.region)
        if any(getattr(site, key) != value for key, value in values.items()):
            with journal.watching(site):
                for key, value in values.items():
                    setattr(site, key, value)
                save_site(site=site, by=self.user)
        return site

    def _write_room(self, row: Row, site: AcademySite, journal: Journal) -> None:
        values = {key: row[key] for key in ("area", "seats") if row[key] is not None}
        if row["owner"]:
            values["owner"] = _organisation(row["owner"], site.region)
        room = Room.objects.filter(site=site, name=row["room"]).first()
        if room is None:
            missing = [heading for key, heading in (("area", "面积"), ("seats", "座位数")) if row[key] is None]
            if missing:
                raise Refusal(f"“{row['room']}”是新教室，要填：{'、'.join(missing)}。")
            room = save_room(room=Room(site=site, name=row["room"], **values), by=self.user)
            journal.added(room)
        elif any(getattr(room, key) != value for key, value in values.items()):
            with journal.watching(room):
                for key, value in values.items():
                    setattr(room, key, value)
                save_room(room=room, by=self.user)
        if row["week"] is not None:
            _set_week(room, row, journal)


def _kind_for(region: Region) -> str:
    return next((kind for kind, level in SITE_LEVEL.items() if level == region.level), SiteKind.CENTRE)


def _organisation(name: str, region: Region) -> Organisation:
    """The organisation of that name; of several, the one nearest up the tree. Raises `Refusal`."""
    found = list(Organisation.objects.filter(name=name).select_related("region"))
    if not found:
        raise Refusal(f"没有登记单位“{name}”，请先导入单位。")
    near = [one for one in found if region.path.startswith(one.region.path)] or found
    if len(near) > 1:
        raise Refusal(f"叫“{name}”的单位有 {len(near)} 个，分不清是哪一个。请先给单位改名。")
    return near[0]


def _set_facilities(site: AcademySite, facilities: frozenset[str], journal: Journal) -> None:
    with journal.watching(*site.facilities.all(), told=False):
        added, gone = set_facilities(site=site, facilities=facilities)
    for facility in added:
        journal.added(facility, told=False)
    words = [f"{verb}{'、'.join(map(str, rows))}" for verb, rows in (("加上", added), ("去掉", gone)) if rows]
    if words:
        journal.notes.append(f"设施{'，'.join(words)}")


def _set_week(room: Room, row: Row, journal: Journal) -> None:
    """The academy's hours; those of others stay."""
    others = [stretch_of(slot) for slot in room.slots.filter(for_academy=False)]
    check_overlaps([*row["week"], *others])
    with journal.watching(*room.slots.all(), told=False):
        added, gone = set_week(room=room, week=[*row["week"], *others])
    for slot in added:
        journal.added(slot, told=False)
    if added or gone:
        journal.notes.append(f"“{room.name}”学堂使用时段：{'、'.join(map(str, row['week']))}")
