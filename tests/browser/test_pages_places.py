"""附近学堂 in every mode, and the desk of places and imports before axe."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from accounts.models import User
from accounts.roles import Role
from cms.demo.places import write_places
from core.actors import COMMAND_LINE
from core.models import ImportBatch
from core.operations.imports import open_batch
from places.models import AcademySite
from places.operations.regions import merge_regions
from places.queries.regions import find_region
from tests.accounts.factories import UserFactory
from tests.browser.audit import desk_violations, keyboard_crawl
from tests.browser.test_pages_public import MODES
from tests.cms.factories import plant_columns, plant_home
from tests.core.sheets import table, workbook

pytestmark = pytest.mark.django_db(transaction=True)
TABLE = "旗区|苏木乡镇|名称|备注\n达旗|树林召|东海心村|x\n乌有旗|某镇|某村|\n达旗|展旦召|园子塔拉|"


@pytest.fixture
def sites() -> dict[str, AcademySite]:
    """The demo's sites; one closed, one in a region that was merged away, one with nothing noted."""
    plant_columns(plant_home())
    write_places()
    town = find_region("达旗/展旦召苏木")
    AcademySite.objects.create(
        name="展旦召银发学堂", kind="centre", region=town, address="展旦召街 2 号", opened_on=dt.date(2025, 3, 1)
    )
    merge_regions(regions=[town], into=find_region("达旗/树林召镇"), on=dt.date(2026, 10, 1))
    AcademySite.objects.filter(name="锡尼镇银发学堂").update(closed_on=dt.date(2026, 1, 1))
    AcademySite.objects.filter(name="林荫街道银发学堂").update(phone="0477-8123456")
    return {site.name: site for site in AcademySite.objects.all()}


@pytest.fixture
def paths(sites: dict[str, AcademySite]) -> list[str]:
    banner = find_region("达拉特旗")
    names = ("林荫街道银发学堂", "锡尼镇银发学堂", "展旦召银发学堂")
    return [
        "/places/",
        f"/places/?region={banner.pk}&has=toilet&has=step_free",
        "/places/?near=薛家湾",
        "/places/?near=北京",
        "/places/?has=computers&has=parking",
        *(sites[name].get_absolute_url() for name in names),
    ]


@pytest.mark.parametrize("mode", MODES)
def test_every_page_of_places_passes_in_this_mode(paths, open_page, audit, mode) -> None:
    page = open_page("/places/", **MODES[mode])
    found: dict[str, list[str]] = {}
    for path in paths:
        page.goto(path)
        if wrong := audit(page):
            found[path] = wrong
    assert found == {}


@pytest.mark.parametrize("width", [360, 1366])
def test_the_keyboard_reaches_everything(paths, open_page, width) -> None:
    page = open_page("/places/", width=width)
    assert {path: wrong for path in paths[:6] if not page.goto(path) or (wrong := keyboard_crawl(page))} == {}


def test_without_a_script_one_finds_a_site_with_a_lift_near_ones_town(sites, open_page) -> None:
    page = open_page("/", js=False, width=360)
    page.get_by_role("navigation", name="底部导航").get_by_role("link", name="学堂").click()
    page.get_by_label("您住在哪里").fill("东胜")
    page.get_by_text("要有哪些设施").first.click()
    page.get_by_label("电梯").check()
    page.get_by_role("button", name="找学堂").click()
    expect(page.locator("main .sites h3").first).to_have_text("林荫街道银发学堂")
    expect(page.get_by_label("电梯")).to_be_checked()
    page.locator("main .sites a").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("林荫街道银发学堂")
    expect(page.get_by_role("link", name="打电话 0477-8123456")).to_be_visible()


@pytest.fixture
def chief() -> User:
    return UserFactory(role=Role.ADMIN)


@pytest.fixture
def batch(sites: dict[str, AcademySite]) -> ImportBatch:
    return open_batch(kind="regions", data=workbook(table(TABLE)), file_name="嘎查村.xlsx", actor=COMMAND_LINE)


def test_the_desk_of_places_has_no_barrier(
    open_page: Callable[..., Page], chief: User, sites: dict[str, AcademySite], batch: ImportBatch
) -> None:
    site = sites["嘎鲁图镇银发学堂"]
    room = site.rooms.get(name="农家书屋")
    pages = {
        reverse("sites:index"): "嘎鲁图镇银发学堂",
        reverse("sites:edit", args=[site.pk]): "面积达标",
        reverse("sites:room", args=[site.pk, room.pk]): "每周时段",
        reverse("sites:add_evidence", args=[site.pk]): "拍摄日期",
        reverse("regions:index"): "达拉特旗",
        reverse("regions:add"): "上级",
        reverse("regions:edit", args=[find_region("达旗/树林召镇").pk]): "沿革",
        reverse("regions:merge", args=[find_region("达旗/树林召镇").pk]): "并入哪里",
        reverse("organisations:index"): "东胜区图书馆",
        reverse("imports:index"): "嘎查村.xlsx",
        reverse("imports:upload", args=["sites"]): "各列怎么填",
        reverse("imports:batch", args=[batch.pk]): "没有找到地区“乌有旗”",
    }
    found: dict[str, object] = {}
    for width in (360, 1366):
        page = open_page("/admin/", user=chief, width=width)
        for path, words in pages.items():
            page.goto(path)
            expect(page.locator("main")).to_contain_text(words)
            if wrong := desk_violations(page):
                found[f"{width} {path}"] = wrong
    assert found == {}
