"""The catalogue in a browser: an editor builds, seals and flips an edition; a senior reads it and says a wish."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from accounts.enums import Role
from accounts.models import User
from core import clock
from core.half_year import HalfYear
from courses.enums import CarryPolicy
from courses.models import CatalogueEdition, CatalogueNow, Wish
from courses.operations.editions.carrying import decide_carry_over
from courses.operations.editions.drafting import draft_edition, remove_course
from tests.accounts.factories import UserFactory
from tests.browser.audit import desk_violations
from tests.cms.factories import plant_columns, plant_home
from tests.courses.editions import a_course, published

pytestmark = pytest.mark.django_db(transaction=True)

MODES = {
    "phone": {"width": 360},
    "tablet": {"width": 768},
    "desktop": {"width": 1366},
    "phone, huge letters, high contrast": {"width": 360, "text_size": "huge", "contrast": "high"},
}


@pytest.fixture
def editor() -> User:
    plant_columns(plant_home())
    return UserFactory(role=Role.EDITOR, display_name="其木格")


@pytest.fixture
def two_editions() -> list[CatalogueEdition]:
    """A current edition and the one before it, with everything a page can show: changes, a dropped course."""
    plant_columns(plant_home())
    kept, gone = a_course("八段锦入门", lessons=2), a_course("老年合唱")
    this = HalfYear.of(clock.today())
    first = published(this)
    kept.description = "第一段。" * 30
    kept.teacher_name = "巴特尔"
    kept.save_revision().publish()
    draft = draft_edition(half_year=this.next)
    remove_course(edition=draft, course=gone, by=None)
    decide_carry_over(edition=draft, course=gone, policy=CarryPolicy.STOP, notice="老师调走了。", equivalents=[kept])
    return [first, published(edition=draft)]


@pytest.mark.parametrize("mode", MODES)
def test_every_page_of_the_catalogue_passes(
    two_editions: list[CatalogueEdition], open_page: Callable[..., Page], audit: Callable[..., list[str]], mode: str
) -> None:
    first, second = two_editions
    page = open_page("/catalogue/", user=UserFactory(role=Role.SENIOR), **MODES[mode])
    found: dict[str, list[str]] = {}
    for path in (
        "/catalogue/",
        first.get_absolute_url(),
        "/catalogue/editions/",
        f"/catalogue/compare/{first.code}/{second.code}/",
        "/catalogue/?on=1999-01-01",
        "/catalogue/wish/",
        "/catalogue/wish/?saved=1",
    ):
        page.goto(path)
        if wrong := audit(page):
            found[path] = wrong
    assert found == {}


def test_a_senior_says_a_wish_with_the_keyboard_and_without_a_script(
    two_editions: list[CatalogueEdition], open_page: Callable[..., Page], audit: Callable[..., list[str]]
) -> None:
    senior = UserFactory(role=Role.SENIOR)
    page = open_page("/catalogue/", user=senior, width=360, js=False)
    page.get_by_role("link", name="告诉我们想学什么").click()
    page.get_by_label("文化娱乐").focus()
    page.keyboard.press("Space")
    page.get_by_label("具体想学什么").fill("二胡")
    page.get_by_label("达拉特旗").check()
    page.get_by_role("button", name="就想学这个").click()
    expect(page.get_by_text("记下了，谢谢您。")).to_be_visible()
    assert Wish.objects.get().words == "二胡"


def settled_violations(page: Page) -> list[str]:
    """The page without the message of the last press, which Wagtail fades in: half faded, it has no contrast."""
    page.reload()
    return desk_violations(page)


def test_an_editor_builds_seals_and_flips_an_edition(editor: User, open_page: Callable[..., Page]) -> None:
    course = a_course("八段锦入门")
    a_course("认识骗术")
    page = open_page("/admin/catalogue/", user=editor)
    assert settled_violations(page) == []
    page.get_by_role("button", name="起草").click()
    expect(page.locator("main")).to_contain_text("八段锦入门")
    assert settled_violations(page) == []
    page.get_by_role("button", name="去掉《认识骗术》").click()
    page.get_by_label("加一门课").select_option(label="康养健身 · 认识骗术")
    page.get_by_role("button", name="加进来").click()
    page.get_by_role("button", name="送审").click()
    address = page.url
    reviewer = open_page(address, user=UserFactory(role=Role.CITY, display_name="老李"))
    reviewer.get_by_role("button", name="审核通过").click()
    expect(reviewer.locator("main")).to_contain_text("老李 审核通过")
    assert settled_violations(reviewer) == []
    page.goto(address)
    page.get_by_role("button", name="封存", exact=True).click()
    expect(page.locator("main")).to_contain_text("校验码")
    page.get_by_label("我确定现在就换").check()
    page.get_by_role("button", name="马上换版").click()
    expect(page.locator("main")).to_contain_text("现行")
    assert settled_violations(page) == []
    page.goto("/catalogue/")
    expect(page.get_by_role("heading", level=3, name=course.title)).to_be_visible()
    edition = CatalogueNow.objects.get().edition
    assert edition is not None
    expect(page.locator("main")).to_contain_text(edition.manifest_id or "?")
    page.goto("/admin/wishes/")
    assert settled_violations(page) == []
