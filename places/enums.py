"""Words of places: levels of the region tree, kinds of organisations, sites and rooms."""

from __future__ import annotations

from django.db.models import TextChoices


class Level(TextChoices):
    """市 → 旗区 → 苏木乡镇/街道 → 嘎查村/社区."""

    CITY = "city", "市"
    BANNER = "banner", "旗区"
    TOWNSHIP = "township", "苏木乡镇、街道"
    VILLAGE = "village", "嘎查村、社区"


ABOVE: dict[str, str] = {Level.BANNER: Level.CITY, Level.TOWNSHIP: Level.BANNER, Level.VILLAGE: Level.TOWNSHIP}
"""Each level's parent level."""


class RegionKind(TextChoices):
    """What a region is called at its level; a 乡 may become a 镇 without becoming another region."""

    CITY = "市", "市"
    BANNER = "旗", "旗"
    DISTRICT = "区", "区"
    SUBDISTRICT = "街道", "街道"
    TOWN = "镇", "镇"
    TOWNSHIP = "乡", "乡"
    SUM = "苏木", "苏木"
    COMMUNITY = "社区", "社区"
    VILLAGE = "村", "村"
    GACHA = "嘎查", "嘎查"


KINDS: dict[str, frozenset[str]] = {
    Level.CITY: frozenset({RegionKind.CITY}),
    Level.BANNER: frozenset({RegionKind.BANNER, RegionKind.DISTRICT}),
    Level.TOWNSHIP: frozenset({RegionKind.SUBDISTRICT, RegionKind.TOWN, RegionKind.TOWNSHIP, RegionKind.SUM}),
    Level.VILLAGE: frozenset({RegionKind.COMMUNITY, RegionKind.VILLAGE, RegionKind.GACHA}),
}


class OrganisationKind(TextChoices):
    CIVIL_AFFAIRS = "civil", "民政部门"
    EDUCATION = "education", "教育部门"
    GOVERNMENT = "government", "其他党政机关"
    SCHOOL = "school", "学校"
    SENIOR_UNIVERSITY = "senior", "老年大学"
    CARE = "care", "养老机构"
    HOSPITAL = "hospital", "医疗机构"
    LIBRARY = "library", "图书馆"
    READING_ROOM = "reading", "农家书屋"
    CULTURE = "culture", "文化馆站"
    PARTY_CENTRE = "party", "党群服务中心"
    SPORTS = "sports", "体育场馆"
    SOCIETY = "society", "社会组织"
    COMPANY = "company", "企业"


class SiteKind(TextChoices):
    """A centre serves a 街道 or 苏木乡镇, a station a 社区 or 嘎查村."""

    CENTRE = "centre", "学堂（街道、苏木乡镇）"
    STATION = "station", "学习点（社区、嘎查村）"


LEAST_AREA: dict[str, int] = {SiteKind.CENTRE: 100, SiteKind.STATION: 50}
"""Square metres that a site of this kind needs (鄂民发〔2024〕144号)."""
SITE_LEVEL: dict[str, str] = {SiteKind.CENTRE: Level.TOWNSHIP, SiteKind.STATION: Level.VILLAGE}


class Facility(TextChoices):
    """What a visitor of 71 asks about before setting out."""

    STEP_FREE = "step_free", "无台阶"
    HANDRAIL = "handrail", "扶手"
    LIFT = "lift", "电梯"
    TOILET = "toilet", "卫生间"
    WATER = "water", "饮水"
    HEATING = "heating", "供暖"
    SCREEN = "screen", "投影或大屏"
    SOUND = "sound", "扩音"
    INTERNET = "internet", "网络"
    COMPUTERS = "computers", "电脑"
    WHEELCHAIR = "wheelchair", "轮椅"
    FIRST_AID = "first_aid", "急救箱"
    PARKING = "parking", "停车"


class EvidenceKind(TextChoices):
    FRONT = "front", "门牌和门面"
    ROOM = "room", "教室"
    AREA = "area", "面积证明"
    FACILITY = "facility", "设施"
