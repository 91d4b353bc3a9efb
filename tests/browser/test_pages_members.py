"""Pages about a member, for the member and for the clerk, before axe and the rest of the audits."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from accounts.enums import Circumstance, DelegatedScope, PersonalDetail
from accounts.models import MemberProfile, User
from accounts.operations.circumstances import state_circumstance
from accounts.operations.looks import look_at
from tests.accounts.factories import UserFactory
from tests.accounts.member_factories import KioskFactory, MemberFactory, clerk_of, delegate_to, give_card
from tests.browser.audit import desk_violations, keyboard_crawl
from tests.places.factories import AcademySiteFactory, region

pytestmark = pytest.mark.django_db(transaction=True)

PAGES = [
    "me/",
    "profile/",
    "profile/looks/",
    "profile/pin/",
    "profile/card-lost/",
    "consent/",
    "delegations/",
    "delegations/new/",
    "acts/",
]


@pytest.fixture
def clerk() -> User:
    return clerk_of(region("达拉特旗"))


@pytest.fixture
def member(clerk: User) -> MemberProfile:
    """王秀英 with everything: card, circumstance, delegate, somebody to help, a look, an act."""
    profile = MemberFactory(full_name="王秀英", user__phone="13800001234", site=AcademySiteFactory())
    give_card(profile.user)
    state_circumstance(profile=profile, kind=Circumstance.ALONE, by=clerk)
    delegate_to(UserFactory(display_name="王小军"), profile.user, list(DelegatedScope))
    delegate_to(profile.user, MemberFactory(full_name="李长顺").user, [DelegatedScope.ATTEND])
    delegate_to(profile.user, MemberFactory(full_name="赵秀兰").user, [DelegatedScope.ENROL], accepted=False)
    look_at(viewer=clerk, profile=profile, detail=PersonalDetail.PHONE)
    return profile


@pytest.mark.parametrize("mode", [{"width": 1366}, {"width": 360, "text_size": "huge", "contrast": "high"}])
def test_ones_own_pages_have_no_barrier(
    member: MemberProfile, open_page: Callable[..., Page], audit: Callable[..., list[str]], mode: dict[str, object]
) -> None:
    page = open_page("/account/me/", user=member.user, **mode)
    found = {path: [] for path in PAGES}
    for path in PAGES:
        page.goto(f"/account/{path}")
        found[path] = [*audit(page), *keyboard_crawl(page)]
    page.goto("/account/me/")
    page.get_by_role("button", name="替李长顺办事").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("替李长顺办事")
    found["acting"] = audit(page)
    page.goto("/account/acts/")
    expect(page.get_by_role("heading", level=1)).to_have_text("没有办")
    assert {path: wrong for path, wrong in found.items() if wrong} == {}


def test_saying_who_one_is_the_first_time_has_no_barrier_and_moves_the_focus_to_what_is_wrong(
    open_page: Callable[..., Page], audit: Callable[..., list[str]]
) -> None:
    page = open_page("/account/profile/", user=UserFactory(), width=360)
    assert audit(page) == []
    page.get_by_role("button", name="登记").click()
    expect(page.get_by_test_id("error-summary")).to_be_focused()
    assert audit(page) == []


def test_the_members_desk_has_no_barrier(clerk: User, member: MemberProfile, open_page: Callable[..., Page]) -> None:
    KioskFactory(site=member.site)
    paths = ["members/", "members/new/", f"members/{member.pk}/", f"members/print/?site={member.site_id}", "kiosks/"]
    found: dict[str, list[str]] = {}
    page = open_page("/admin/members/", user=clerk, width=1366)
    for path in [*paths, "members/delegation/", "kiosks/new/"]:
        page.goto(f"/admin/{path}")
        found[path] = desk_violations(page)
    page.goto(f"/admin/members/{member.pk}/")
    page.get_by_role("button", name="看优先情形").click()
    expect(page.get_by_role("button", name="核对好了")).to_be_visible()
    found["circumstances"] = desk_violations(page)
    assert {path: wrong for path, wrong in found.items() if wrong} == {}


def test_a_clerk_registers_somebody_and_prints_the_card(clerk: User, open_page: Callable[..., Page]) -> None:
    page = open_page("/admin/members/new/", user=clerk, width=1366)
    page.get_by_label("姓名", exact=False).first.fill("王秀英")
    page.get_by_label("出生年份").fill("1950")
    page.get_by_label("性别").select_option("女")
    page.get_by_label("住在哪里").select_option("树林召镇")
    page.get_by_label("同意书已经念给本人听").check()
    page.get_by_role("button", name="登记", exact=True).click()
    expect(page.locator("main")).to_contain_text("登记好了，会员号")
    # It opens in a tab of its own.
    with page.context.expect_event("response", lambda response: response.url.endswith("/print/")) as printed:
        page.get_by_role("button", name="打印会员卡（A4 纸）").click()
    assert printed.value.headers["content-type"] == "application/pdf"
