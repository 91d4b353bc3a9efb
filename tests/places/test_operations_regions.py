"""Renames and mergers keep history, and scopes keep what they had."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.db import IntegrityError, transaction

from core.errors import Refusal
from places.enums import Level
from places.models import Region, RegionRecord
from places.operations.planting import plant_regions
from places.operations.regions import add_region, merge_regions, rename_region
from places.queries.regions import banners, find_region, full_name, record_on
from tests.places.factories import AcademySiteFactory, region

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("autumn")]
DAY = dt.date(2026, 10, 1)


@pytest.fixture
def autumn():
    with time_machine.travel(dt.datetime(2026, 11, 1, 4, tzinfo=dt.UTC), tick=False):
        yield


def village(name: str, parent: str) -> Region:
    return add_region(name=name, kind="嘎查", parent=region(parent))


def test_every_installation_begins_with_the_nine_banners() -> None:
    assert [banner.name for banner in banners()] == [
        "东胜区", "康巴什区", "达拉特旗", "准格尔旗", "鄂托克前旗", "鄂托克旗", "杭锦旗", "乌审旗", "伊金霍洛旗",
    ]  # fmt: skip
    assert Region.objects.filter(level=Level.TOWNSHIP).count() == 71
    assert RegionRecord.objects.filter(valid_until=None).count() == Region.objects.count() == 81
    assert plant_regions() == 0
    assert full_name(region("展旦召苏木")) == "达拉特旗展旦召苏木"


def test_a_region_is_within_those_above_it_and_no_other() -> None:
    gacha = village("巴音嘎查", "展旦召苏木")
    for above in ("鄂尔多斯市", "达拉特旗", "展旦召苏木"):
        assert gacha in Region.objects.within(region(above))
    assert gacha not in Region.objects.within(region("准格尔旗"))
    assert gacha.pks_above == [region(name).pk for name in ("鄂尔多斯市", "达拉特旗", "展旦召苏木")]


@pytest.mark.parametrize(
    ("name", "kind", "parent", "sentence"),
    [
        ("树林召镇", "镇", "达拉特旗", "已经有"),
        ("新城", "嘎查", "达拉特旗", "不能是"),
        ("  ", "镇", "达拉特旗", "1 到 30 个字"),
        ("长" * 31, "镇", "达拉特旗", "1 到 30 个字"),
    ],
)
def test_what_cannot_be_added(name: str, kind: str, parent: str, sentence: str) -> None:
    with pytest.raises(Refusal, match=sentence):
        add_region(name=name, kind=kind, parent=region(parent))


def test_below_a_village_there_is_nothing() -> None:
    with pytest.raises(Refusal, match="不能再有地区"):
        add_region(name="一组", kind="村", parent=village("巴音嘎查", "展旦召苏木"))


def test_a_rename_keeps_the_old_name_in_its_time() -> None:
    sumu = region("展旦召苏木")
    rename_region(region=sumu, name="展旦召镇", kind="镇", on=DAY)
    sumu.refresh_from_db()
    assert (sumu.name, sumu.kind) == ("展旦召镇", "镇")
    before, after = record_on(sumu, DAY - dt.timedelta(days=1)), record_on(sumu, DAY)
    assert (before and before.name, after and after.name) == ("展旦召苏木", "展旦召镇")
    assert find_region("展旦召苏木") == find_region("达旗/展旦召镇") == sumu


@pytest.mark.parametrize(
    ("name", "kind", "on", "sentence"),
    [
        ("展旦召镇", "镇", dt.date(2026, 12, 1), "还没有到"),
        ("展旦召苏木", "苏木", DAY, "没有变"),
        ("树林召镇", "镇", DAY, "已经有"),
        ("展旦召", "嘎查", DAY, "不能是"),
    ],
)
def test_what_cannot_be_renamed(name: str, kind: str, on: dt.date, sentence: str) -> None:
    with pytest.raises(Refusal, match=sentence):
        rename_region(region=region("展旦召苏木"), name=name, kind=kind, on=on)
    assert RegionRecord.objects.filter(region=region("展旦召苏木")).count() == 1


def test_changes_come_in_the_order_of_their_days() -> None:
    sumu = region("展旦召苏木")
    rename_region(region=sumu, name="展旦召镇", kind="镇", on=DAY)
    with pytest.raises(Refusal, match="要在它之后"):
        rename_region(region=sumu, name="展旦召", kind="镇", on=DAY)


def test_a_merger_ends_the_old_and_keeps_what_was_in_it_in_scope() -> None:
    old, into = region("展旦召苏木"), region("树林召镇")
    gacha = village("巴音嘎查", "展旦召苏木")
    site = AcademySiteFactory(region=old)
    merge_regions(regions=[old], into=into, on=DAY)
    for row in (old, gacha):
        row.refresh_from_db()
    assert (old.valid_until, old.merged_into) == (DAY, into)
    assert gacha.parent == into
    assert {old, gacha} <= set(Region.objects.within(into))
    assert site.region in Region.objects.within(into)
    assert old not in Region.objects.standing(DAY)
    assert old in Region.objects.standing(DAY - dt.timedelta(days=1))
    before = record_on(gacha, DAY - dt.timedelta(days=1))
    assert before is not None
    assert before.parent == old
    assert find_region("展旦召苏木") == into
    with pytest.raises(Refusal, match="已经撤销"):
        rename_region(region=old, name="别的", kind="镇", on=DAY)
    with pytest.raises(Refusal, match="已经撤销"):
        add_region(name="新嘎查", kind="嘎查", parent=old)


def test_a_merger_that_would_make_two_of_one_name_changes_nothing() -> None:
    old, into = region("展旦召苏木"), region("树林召镇")
    village("巴音嘎查", "展旦召苏木")
    village("巴音嘎查", "树林召镇")
    with pytest.raises(Refusal, match="重名"):
        merge_regions(regions=[old], into=into, on=DAY)
    old.refresh_from_db()
    assert (old.valid_until, RegionRecord.objects.filter(region=old).count()) == (None, 1)


def test_only_regions_of_one_level_merge() -> None:
    with pytest.raises(Refusal, match="不是同一级"):
        merge_regions(regions=[region("展旦召苏木")], into=region("准格尔旗"), on=DAY)
    for given in ([], [region("树林召镇")]):
        with pytest.raises(Refusal, match="写清楚"):
            merge_regions(regions=given, into=region("树林召镇"), on=DAY)


@pytest.mark.parametrize("text", ["达拉特旗/树林召镇", "达旗树林召", "达旗 / 树林召镇", "树林召"])
def test_places_as_people_write_them(text: str) -> None:
    if text == "达旗树林召":
        text = "达旗 树林召"
    assert find_region(text) == region("树林召镇")


def test_a_name_that_two_places_have_asks_which() -> None:
    village("巴音嘎查", "展旦召苏木")
    village("巴音嘎查", "树林召镇")
    with pytest.raises(Refusal, match="写清楚是哪个旗区"):
        find_region("巴音嘎查")
    assert find_region("树林召镇/巴音嘎查").parent == region("树林召镇")
    assert find_region("巴音", within=region("展旦召苏木")).parent == region("展旦召苏木")


@pytest.mark.parametrize("text", ["", " / ", "北京市", "准旗/树林召镇"])
def test_a_place_nobody_knows_is_named(text: str) -> None:
    with pytest.raises(Refusal, match="没有"):
        find_region(text)


def test_the_database_itself_keeps_the_tree_right() -> None:
    city = region("鄂尔多斯市")
    for wrong in (
        {"level": Level.BANNER, "kind": "旗", "name": "无根旗", "parent": None, "path": "/x/"},
        {"level": Level.CITY, "kind": "市", "name": "市中市", "parent": city, "path": "/y/"},
        {"level": "省", "kind": "市", "name": "某省", "parent": city, "path": "/z/"},
        {"level": Level.BANNER, "kind": "旗", "name": "乌审旗", "parent": city, "path": "/w/"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Region.objects.create(**wrong)
