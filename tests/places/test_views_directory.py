"""附近学堂: the list, its filters and distances, and the page of one site."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.urls import reverse

from places import sections
from places.distances import kilometres, spoken
from places.operations.regions import merge_regions
from places.queries.whereabouts import origin_named
from tests.places.factories import AcademySiteFactory, OrganisationFactory, RoomFactory, RoomSlotFactory, region

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("autumn")]
LIST = "/places/"


@pytest.fixture
def autumn():
    """A Sunday."""
    with time_machine.travel(dt.datetime(2026, 11, 1, 4, tzinfo=dt.UTC), tick=False):
        yield


def shown(client, **query: object) -> str:
    response = client.get(LIST, query)
    assert response.status_code == 200
    return response.content.decode()


def test_sites_stand_under_their_banner_and_closed_ones_are_left_out(client) -> None:
    AcademySiteFactory(name="甲学堂")
    AcademySiteFactory(name="乙学堂", region=region("薛家湾镇"))
    AcademySiteFactory(name="停用学堂", closed_on=dt.date(2026, 11, 1))
    AcademySiteFactory(name="将来学堂", opened_on=dt.date(2026, 11, 2))
    html = shown(client)
    assert html.index("达拉特旗</h2>") < html.index("甲学堂") < html.index("准格尔旗</h2>") < html.index("乙学堂")
    assert "有 2 个学堂可以去" in html
    assert "停用学堂" not in html
    assert "将来学堂" not in html
    assert 'aria-current="page">附近学堂' in html


def test_a_banner_and_a_township_narrow_the_list(client) -> None:
    AcademySiteFactory(name="甲学堂")
    AcademySiteFactory(name="乙学堂", region=region("展旦召苏木"))
    AcademySiteFactory(name="丙学堂", region=region("薛家湾镇"))
    html = shown(client, region=region("达拉特旗").pk)
    assert "达拉特旗的学堂" in html
    assert "甲学堂" in html
    assert "乙学堂" in html
    assert "丙学堂" not in html
    assert f"region={region('展旦召苏木').pk}" in html
    assert "白泥井镇" not in html
    html = shown(client, region=region("展旦召苏木").pk)
    assert "乙学堂" in html
    assert "甲学堂" not in html
    assert "没有找到这样的学堂" in shown(client, region=region("杭锦旗").pk)


def test_all_facilities_asked_for_must_be_there(client) -> None:
    both, one = AcademySiteFactory(name="甲学堂"), AcademySiteFactory(name="乙学堂")
    for site, facilities in ((both, ["lift", "toilet"]), (one, ["lift"])):
        for facility in facilities:
            site.facilities.create(facility=facility)
    html = shown(client, has=["lift", "toilet"])
    assert "有电梯、卫生间的学堂有 1 个" in html
    assert "甲学堂" in html
    assert "乙学堂" not in html
    assert "没有找到这样的学堂" in shown(client, has=["parking"])
    assert "有 2 个学堂可以去" in shown(client, has=["别的"])


def test_from_a_place_one_names_the_nearest_comes_first(client) -> None:
    AcademySiteFactory(name="甲在薛家湾", region=region("薛家湾镇"), latitude=39.86, longitude=111.24)
    AcademySiteFactory(name="乙在树林召", latitude=40.41, longitude=110.03)
    AcademySiteFactory(name="丙不知道在哪里")
    html = shown(client, near="达旗")
    assert html.index("乙在树林召") < html.index("甲在薛家湾") < html.index("丙不知道在哪里")
    assert "从达拉特旗政府驻地算起" in html
    assert "直线约 400 米" in html
    html = shown(client, near="薛家湾")
    assert html.index("甲在薛家湾") < html.index("乙在树林召")
    assert "由近到远" in html


@pytest.mark.parametrize("near", ["北京", "<script>alert(1)</script>", "'; DROP TABLE", "巴" * 300, "/"])
def test_a_place_nobody_knows_is_said_and_all_sites_stay(client, near: str) -> None:
    AcademySiteFactory(name="甲学堂")
    html = shown(client, near=near)
    assert "请写旗区、苏木乡镇或街道的名字" in html
    assert "<title>错误：" in html
    assert "甲学堂" in html
    assert "<script>alert" not in html


@pytest.mark.parametrize("value", ["x", "999999999", "-1", "9" * 40, "１２"])
def test_a_region_that_is_none_narrows_nothing(client, value: str) -> None:
    AcademySiteFactory(name="甲学堂")
    assert "甲学堂" in shown(client, region=value)


def test_an_empty_academy_says_so(client) -> None:
    html = shown(client)
    assert "还没有学堂" in html


def test_where_a_region_was_merged_the_old_name_leads_to_the_new(client) -> None:
    old, new = region("展旦召苏木"), region("树林召镇")
    site = AcademySiteFactory(name="甲学堂", region=old)
    merge_regions(regions=[old], into=new, on=dt.date(2026, 10, 1))
    html = shown(client, region=old.pk)
    assert "展旦召苏木已于 2026 年 10 月 1 日并入树林召镇" in html
    assert "2026 年 10 月 1 日，展旦召苏木并入树林召镇" in html
    assert "达拉特旗 树林召镇" in html
    assert "原展旦召苏木" in html
    assert "甲学堂" in shown(client, near="展旦召苏木")
    assert "2026 年 10 月 1 日，展旦召苏木并入树林召镇" in client.get(site.get_absolute_url()).content.decode()


def test_a_list_of_many_asks_no_more_than_one_of_few(client, django_assert_max_num_queries) -> None:
    def plant(number: int) -> None:
        site = AcademySiteFactory(
            region=region(["树林召镇", "薛家湾镇", "展旦召苏木"][number % 3]), latitude=40, longitude=110
        )
        site.facilities.create(facility="lift")

    for number in range(3):
        plant(number)
    query = {"near": "达旗", "has": "lift", "region": region("达拉特旗").pk}
    client.get(LIST, query)
    with django_assert_max_num_queries(30) as few:
        client.get(LIST, query)
    for number in range(12):
        plant(number)
    with django_assert_max_num_queries(len(few)):
        client.get(LIST, query)


def test_however_many_sites_there_are_a_page_shows_a_handful(client) -> None:
    here, there = region("达拉特旗"), region("准格尔旗")
    for number in range(33):
        AcademySiteFactory(name=f"第{number:02}学堂", latitude=40.4 + number / 100, longitude=110)
    AcademySiteFactory(name="薛家湾学堂", region=region("薛家湾镇"))
    html = shown(client)
    assert "有 34 个学堂可以去" in html
    assert html.count("site-card") == 4
    assert f'href="?region={here.pk}">看达拉特旗全部 33 个' in html
    assert f"region={there.pk}&quot;>看" not in html
    html = shown(client, region=here.pk)
    assert html.count("site-card") == 30
    assert f'href="?region={here.pk}&amp;page=2">下一页' in html
    html = shown(client, region=here.pk, page=2)
    assert html.count("site-card") == 3
    assert "第32学堂" in html
    html = shown(client, near="达旗")
    assert html.count("site-card") == 30
    assert "只列出最近的 30 个" in html


def test_the_page_of_a_site_says_all_one_asks_before_setting_out(client) -> None:
    owner = OrganisationFactory(name="旗图书馆")
    site = AcademySiteFactory(name="甲学堂", phone="0477-5212345", note="东门进\n\n二楼", organisation=owner)
    site.facilities.create(facility="step_free")
    shared = RoomFactory(site=site, name="101", owner=owner)
    RoomFactory(site=site, name="活动室")
    RoomSlotFactory(room=shared, weekday=1, begins=540, ends=660)
    RoomSlotFactory(room=shared, weekday=1, begins=840, ends=960, for_academy=False, user_name="读书会")
    html = client.get(site.get_absolute_url()).content.decode()
    assert "达拉特旗 树林召镇" in html
    assert 'href="tel:0477-5212345"' in html
    assert "<p>东门进</p>" in html
    assert "无台阶" in html
    assert "旗图书馆共享" in html
    assert "<b>09:00–11:00</b> 101" in html
    assert "活动室是学堂自己的教室" in html
    assert "读书会" not in html
    assert html.index("星期二至星期日") < html.index("今天") < html.index("不开放") < html.index("教室</h2>")
    assert "教室一共 120 平方米" in html


def test_a_closed_site_says_so_and_names_the_nearest_open_one(client) -> None:
    closed = AcademySiteFactory(name="旧学堂", closed_on=dt.date(2026, 1, 1), latitude=40.41, longitude=110.03)
    assert "附近暂时没有别的学堂" in client.get(closed.get_absolute_url()).content.decode()
    AcademySiteFactory(name="远学堂", region=region("薛家湾镇"), latitude=39.86, longitude=111.24)
    near = AcademySiteFactory(name="近学堂", latitude=40.42, longitude=110.05)
    html = client.get(closed.get_absolute_url()).content.decode()
    assert "2026 年 1 月 1 日起停用" in html
    assert "最近的一个是近学堂（达拉特旗 树林召镇，直线约 2.0 公里）" in html
    assert near.get_absolute_url() in html


def test_without_coordinates_the_other_of_the_same_banner_is_named(client) -> None:
    closed = AcademySiteFactory(name="旧学堂", closed_on=dt.date(2026, 1, 1))
    AcademySiteFactory(name="甲远学堂", region=region("交通街道"))
    AcademySiteFactory(name="乙同旗学堂", region=region("展旦召苏木"))
    assert "最近的一个是乙同旗学堂" in client.get(closed.get_absolute_url()).content.decode()


def test_a_site_to_come_says_from_when(client) -> None:
    site = AcademySiteFactory(opened_on=dt.date(2027, 1, 1))
    assert "2027 年 1 月 1 日启用" in client.get(site.get_absolute_url()).content.decode()
    assert client.get(reverse("places:site", args=[999999])).status_code == 404


def test_rooms_above_put_their_own_sections_on_the_page(client, monkeypatch) -> None:
    monkeypatch.setattr(sections._sections, "_sections", {})
    site = AcademySiteFactory(name="甲学堂")
    sections.register(
        "test", sections.Section("components/empty.html", lambda shown: {"title": f"{shown.name}还没有课"})
    )
    assert "甲学堂还没有课" in client.get(site.get_absolute_url()).content.decode()


def test_the_page_of_a_site_with_many_rooms_asks_no_more(client, django_assert_max_num_queries) -> None:
    site = AcademySiteFactory()
    RoomSlotFactory(room=RoomFactory(site=site, owner=OrganisationFactory()))
    client.get(site.get_absolute_url())
    with django_assert_max_num_queries(16) as few:
        client.get(site.get_absolute_url())
    for _ in range(6):
        RoomSlotFactory(room=RoomFactory(site=site, owner=OrganisationFactory()))
    with django_assert_max_num_queries(len(few)):
        client.get(site.get_absolute_url())


def test_distances_are_those_of_the_globe() -> None:
    ordos, dalad = (39.608, 109.781), (40.412, 110.034)
    assert kilometres(ordos, ordos) == 0
    assert 90 < kilometres(ordos, dalad) < 95
    assert kilometres(ordos, dalad) == kilometres(dalad, ordos)
    assert [spoken(one) for one in (0, 0.35, 0.99, 3.44, 9.99, 42.4)] == [
        "约 100 米", "约 400 米", "约 1000 米", "约 3.4 公里", "约 10.0 公里", "约 42 公里",
    ]  # fmt: skip


def test_a_township_without_a_point_of_its_own_lends_one_from_its_sites_or_its_banner() -> None:
    assert origin_named("展旦召苏木").words == "从达拉特旗政府驻地算起"
    AcademySiteFactory(region=region("展旦召苏木"), latitude=40.3, longitude=109.9)
    assert origin_named("展旦召苏木").point == (40.3, 109.9)
    assert origin_named("树林召镇").words == "从树林召镇算起"


def test_search_engines_may_list_the_open_ones(client) -> None:
    here, closed = AcademySiteFactory(), AcademySiteFactory(closed_on=dt.date(2026, 1, 1))
    listed = client.get("/sitemap.xml").content.decode()
    assert f"{here.get_absolute_url()}</loc>" in listed
    assert f"{closed.get_absolute_url()}</loc>" not in listed
