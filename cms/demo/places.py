"""学堂 of the demo academy: at least one in each of the nine banners. Names and numbers are made up."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction

from places.enums import Facility, OrganisationKind, SiteKind
from places.hours import read_week
from places.models import AcademySite, Organisation, Region, Room
from places.operations.organisations import save_organisation
from places.operations.regions import add_region
from places.operations.sites import save_room, save_site
from places.queries.regions import find_region

OPENED = dt.date(2025, 3, 1)
ALL_DAY = ""
SHARED = "周一至周五 09:00–11:30、14:00–16:30"
MORNINGS = "周二 09:00–11:00；周四 09:00–11:00；周六 09:00–11:00"
F = Facility


@dataclass(frozen=True)
class DemoRoom:
    """`week` is empty for a room that is the academy's own; `owner` names the organisation that shares it."""

    name: str
    area: int
    seats: int
    week: str = ALL_DAY
    owner: str = ""


@dataclass(frozen=True)
class DemoSite:
    region: str
    name: str
    address: str
    note: str
    point: tuple[float, float]
    facilities: tuple[Facility, ...]
    rooms: tuple[DemoRoom, ...]
    kind: SiteKind = SiteKind.CENTRE


VILLAGES = (
    ("达拉特旗/树林召镇", "园林社区", "社区"),
    ("准格尔旗/薛家湾镇", "湖滨社区", "社区"),
    ("乌审旗/嘎鲁图镇", "巴音柴达木嘎查", "嘎查"),
)
ORGANISATIONS = (
    ("东胜区", "东胜区图书馆", OrganisationKind.LIBRARY),
    ("达拉特旗", "达拉特旗文化馆", OrganisationKind.CULTURE),
    ("乌审旗/嘎鲁图镇", "嘎鲁图镇农家书屋", OrganisationKind.READING_ROOM),
)
SITES = (
    DemoSite(
        "东胜区/林荫街道",
        "林荫街道银发学堂",
        "林荫路党群服务中心二楼",
        "坐公交在林荫路口下车，往南走两分钟，从东门进，有电梯。",
        (39.818, 109.985),
        (F.STEP_FREE, F.LIFT, F.TOILET, F.WATER, F.HEATING, F.SCREEN, F.SOUND, F.INTERNET, F.WHEELCHAIR),
        (DemoRoom("多功能厅", 90, 60), DemoRoom("阅览室", 45, 24, SHARED, "东胜区图书馆")),
    ),
    DemoSite(
        "东胜区/天骄街道",
        "天骄街道银发学堂",
        "天骄路社区活动中心一楼",
        "一楼进门左手边，没有台阶。",
        (39.812, 110.012),
        (F.STEP_FREE, F.HANDRAIL, F.TOILET, F.WATER, F.HEATING, F.COMPUTERS, F.INTERNET),
        (DemoRoom("101 教室", 60, 30), DemoRoom("102 教室", 48, 24)),
    ),
    DemoSite(
        "康巴什区/哈巴格希街道",
        "哈巴格希街道银发学堂",
        "市民中心北侧 3 号楼",
        "地面停车场在楼后，从北门进，坐电梯到三楼。",
        (39.604, 109.792),
        (F.STEP_FREE, F.LIFT, F.TOILET, F.WATER, F.HEATING, F.SCREEN, F.SOUND, F.INTERNET, F.PARKING),
        (DemoRoom("301 教室", 80, 45), DemoRoom("舞蹈室", 70, 30)),
    ),
    DemoSite(
        "达拉特旗/树林召镇",
        "树林召镇银发学堂",
        "树林召大街 18 号文化馆一楼",
        "文化馆南门进，右手第一间。",
        (40.409, 110.036),
        (F.STEP_FREE, F.TOILET, F.WATER, F.HEATING, F.SCREEN, F.SOUND, F.FIRST_AID),
        (DemoRoom("大教室", 75, 40, SHARED, "达拉特旗文化馆"), DemoRoom("书画室", 40, 16)),
    ),
    DemoSite(
        "达拉特旗/树林召镇/园林社区",
        "园林社区学习点",
        "园林社区居委会一楼",
        "居委会院里，进大门直走。",
        (40.401, 110.021),
        (F.STEP_FREE, F.TOILET, F.HEATING, F.INTERNET),
        (DemoRoom("活动室", 56, 25, MORNINGS),),
        SiteKind.STATION,
    ),
    DemoSite(
        "准格尔旗/薛家湾镇",
        "薛家湾镇银发学堂",
        "迎泽街文体中心西侧",
        "文体中心西侧平房，门口有坡道。",
        (39.862, 111.233),
        (F.STEP_FREE, F.HANDRAIL, F.TOILET, F.WATER, F.HEATING, F.SOUND, F.PARKING),
        (DemoRoom("合唱教室", 85, 50), DemoRoom("手机课教室", 42, 20)),
    ),
    DemoSite(
        "鄂托克前旗/敖勒召其镇",
        "敖勒召其镇银发学堂",
        "敖勒召其镇综合文化站",
        "文化站一楼，冬天从南门进。",
        (38.184, 107.480),
        (F.STEP_FREE, F.TOILET, F.WATER, F.HEATING, F.SCREEN),
        (DemoRoom("综合教室", 110, 50),),
    ),
    DemoSite(
        "鄂托克旗/乌兰镇",
        "乌兰镇银发学堂",
        "乌兰镇党群服务中心三楼",
        "从东门进，坐电梯到三楼。",
        (39.092, 107.981),
        (F.LIFT, F.TOILET, F.WATER, F.HEATING, F.SCREEN, F.INTERNET),
        (DemoRoom("301 教室", 66, 35), DemoRoom("302 教室", 44, 20)),
    ),
    DemoSite(
        "杭锦旗/锡尼镇",
        "锡尼镇银发学堂",
        "锡尼镇图书馆二楼",
        "没有电梯，要走一层楼梯，两边有扶手。",
        (39.835, 108.741),
        (F.HANDRAIL, F.TOILET, F.WATER, F.HEATING, F.INTERNET),
        (DemoRoom("二楼教室", 104, 48, SHARED),),
    ),
    DemoSite(
        "乌审旗/嘎鲁图镇",
        "嘎鲁图镇银发学堂",
        "嘎鲁图镇文化站",
        "文化站在镇政府西边，一楼进门就是。",
        (38.601, 108.822),
        (F.STEP_FREE, F.TOILET, F.WATER, F.HEATING, F.SCREEN, F.SOUND),
        (DemoRoom("马头琴教室", 60, 24), DemoRoom("农家书屋", 50, 20, MORNINGS, "嘎鲁图镇农家书屋")),
    ),
    DemoSite(
        "伊金霍洛旗/阿勒腾席热镇",
        "阿勒腾席热镇银发学堂",
        "可汗路市民学习中心",
        "门前有停车位，进门有轮椅可以借。",
        (39.562, 109.752),
        (F.STEP_FREE, F.LIFT, F.TOILET, F.WATER, F.HEATING, F.SCREEN, F.WHEELCHAIR, F.PARKING),
        (DemoRoom("一号教室", 72, 40), DemoRoom("二号教室", 50, 26)),
    ),
)


@transaction.atomic
def write_places() -> None:
    """Villages, organisations, sites and rooms, each looked for first by name."""
    for parent, name, kind in VILLAGES:
        above = find_region(parent)
        if not Region.objects.filter(parent=above, name=name).exists():
            add_region(name=name, kind=kind, parent=above)
    for where, name, organisation_kind in ORGANISATIONS:
        region = find_region(where)
        if not Organisation.objects.filter(region=region, name=name).exists():
            save_organisation(organisation=Organisation(region=region, name=name, kind=organisation_kind), by=None)
    for site in SITES:
        _write_site(site)


def _write_site(wanted: DemoSite) -> None:
    region = find_region(wanted.region)
    if AcademySite.objects.filter(region=region, name=wanted.name).exists():
        return
    site = AcademySite(
        region=region,
        name=wanted.name,
        kind=wanted.kind,
        address=wanted.address,
        note=wanted.note,
        latitude=wanted.point[0],
        longitude=wanted.point[1],
        opened_on=OPENED,
    )
    save_site(site=site, facilities=wanted.facilities, by=None)
    for room in wanted.rooms:
        owner = Organisation.objects.filter(name=room.owner).first() if room.owner else None
        made = Room(site=site, name=room.name, area=Decimal(room.area), seats=room.seats, owner=owner)
        save_room(room=made, week=read_week(room.week), by=None)
