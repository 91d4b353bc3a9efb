"""A shared screen in a real browser: one person leaves, the next finds nothing, whatever key they press."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from accounts import kiosk as rules
from accounts.models import Kiosk
from tests.accounts.member_factories import KioskFactory, MemberFactory, cookie_of, give_card
from tests.browser.audit import keyboard_crawl, watch

pytestmark = pytest.mark.django_db(transaction=True)
START = "/account/kiosk/"


@pytest.fixture
def kiosk() -> Kiosk:
    return KioskFactory(name="大厅左边")


@pytest.fixture
def screen(make_context: Callable[..., BrowserContext], live_server: Any, kiosk: Kiosk) -> Callable[..., Page]:
    """A page in a browser that is the kiosk, at its start page."""

    def open_(**options: Any) -> Page:
        context = make_context(**options)
        context.add_cookies(
            [{"name": rules.COOKIE, "value": cookie_of(kiosk), "url": live_server.url, "httpOnly": True}]
        )
        page = context.new_page()
        watch(page)
        page.goto(START)
        return page

    return open_


def scan(page: Page, code: str) -> None:
    """As a scanner does: it types, wherever the focus is, and presses Enter."""
    page.keyboard.type(code)
    page.keyboard.press("Enter")


def test_the_next_person_finds_nothing_of_the_last_with_the_back_button_or_in_the_browser(screen) -> None:
    code = give_card(MemberFactory(full_name="王秀英").user)
    page = screen()
    scan(page, code)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.locator("[data-kiosk]")).to_contain_text("王秀英")
    page.get_by_role("link", name="会员资料和会员卡").click()
    expect(page.locator("main")).to_contain_text("王秀英")
    expect(page.locator("#id_contact_phone")).to_have_attribute("autocomplete", "off")
    page.evaluate("localStorage.setItem('yinling.place:/x/', '1'); sessionStorage.setItem('kept', '1')")
    page.get_by_role("button", name="用完了，退出").click()
    expect(page.get_by_role("heading", name="请扫会员卡")).to_be_visible()
    assert page.evaluate("[localStorage.length, sessionStorage.length]") == [0, 0]
    for _ in range(3):
        page.go_back(wait_until="load")
        expect(page.locator("body")).not_to_contain_text("王秀英")
        assert "/profile" not in page.url
    page.goto("/account/profile/")
    expect(page.get_by_role("heading", name="请扫会员卡")).to_be_visible()
    names = {cookie["name"] for cookie in page.context.cookies()}
    assert names <= {rules.COOKIE, "csrftoken", "sessionid"}
    assert page.complaints == []  # type: ignore[attr-defined]


def test_going_from_page_to_page_leaves_no_trail(screen) -> None:
    page = screen()
    scan(page, give_card(MemberFactory().user))
    expect(page.locator("[data-kiosk]")).to_contain_text("王秀英")
    before = page.evaluate("history.length")
    page.get_by_role("link", name="委托家人帮我办").click()
    expect(page.get_by_role("heading", name="委托家人帮我办")).to_be_visible()
    page.get_by_role("link", name="我的", exact=True).first.click()
    expect(page.get_by_role("heading", name="我的资料")).to_be_visible()
    assert page.evaluate("history.length") == before


def test_a_warning_comes_first_and_one_press_is_enough(screen, monkeypatch) -> None:
    monkeypatch.setattr("accounts.context_processors.IDLE", 8)
    monkeypatch.setattr("accounts.context_processors.WARN", 4)
    page = screen()
    scan(page, give_card(MemberFactory().user))
    warning = page.locator("[data-kiosk-warning]")
    expect(page.locator("[data-kiosk]")).to_contain_text("王秀英")
    expect(warning).to_be_hidden()
    expect(warning).to_be_visible(timeout=10_000)
    expect(warning).to_contain_text("您还在用吗？")
    # No number counts down.
    assert not any(letter.isdigit() for letter in warning.inner_text())
    page.get_by_role("button", name="我还在用").focus()
    page.keyboard.press("Enter")
    expect(warning).to_be_hidden()
    expect(page.get_by_role("heading", name="请扫会员卡")).to_be_visible(timeout=20_000)
    expect(page.locator("body")).not_to_contain_text("王秀英")


def test_a_video_that_plays_counts_as_somebody_there(screen, monkeypatch) -> None:
    monkeypatch.setattr("accounts.context_processors.IDLE", 8)
    monkeypatch.setattr("accounts.context_processors.WARN", 3)
    page = screen()
    scan(page, give_card(MemberFactory().user))
    expect(page.locator("[data-kiosk]")).to_contain_text("王秀英")
    page.evaluate(
        """() => {
          const video = document.createElement('video');
          Object.defineProperty(video, 'paused', {get: () => window.isPaused ?? false});
          Object.defineProperty(video, 'ended', {get: () => false});
          document.querySelector('main').append(video);
        }"""
    )
    kept: list[str] = []
    page.on("request", lambda request: kept.append(request.url) if request.url.endswith("/keep/") else None)
    page.wait_for_timeout(10_000)
    assert len(kept) >= 2
    expect(page.locator("[data-kiosk-warning]")).to_be_hidden()
    expect(page.locator("[data-kiosk]")).to_contain_text("王秀英")
    page.evaluate("window.isPaused = true")
    expect(page.get_by_role("heading", name="请扫会员卡")).to_be_visible(timeout=20_000)


def test_without_a_script_the_way_out_is_a_button_and_back_shows_nothing(screen) -> None:
    page = screen(js=False)
    page.locator("#card").fill(give_card(MemberFactory().user))
    page.get_by_role("button", name="进入").click()
    expect(page.locator("[data-kiosk]")).to_contain_text("王秀英")
    page.get_by_role("link", name="会员资料和会员卡").click()
    page.get_by_role("button", name="用完了，退出").click()
    expect(page.get_by_role("heading", name="请扫会员卡")).to_be_visible()
    page.go_back()
    expect(page.locator("body")).not_to_contain_text("王秀英")


@pytest.mark.parametrize(
    "mode", [{"width": 360}, {"width": 1366}, {"width": 360, "text_size": "huge", "contrast": "high"}]
)
def test_the_pages_of_a_kiosk_have_no_barrier(screen, audit, mode) -> None:
    page = screen(**mode)
    found = {"start": audit(page), "start keys": keyboard_crawl(page)}
    scan(page, "6901234567892")
    expect(page.get_by_role("alert")).to_contain_text("这不是会员卡上的码")
    found["refused"] = audit(page)
    page.goto(f"{START}number/")
    found["number"] = audit(page)
    page.goto(START)
    scan(page, give_card(MemberFactory().user))
    expect(page.locator("[data-kiosk]")).to_contain_text("王秀英")
    found["own page"] = audit(page)
    page.locator("[data-kiosk-warning]").evaluate("(box) => { box.hidden = false; }")
    found["warning"] = audit(page)
    assert {name: wrong for name, wrong in found.items() if wrong} == {}
