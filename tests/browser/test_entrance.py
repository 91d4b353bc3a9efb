"""Signing in, as a senior's phone and a clerk's computer show it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from playwright.sync_api import Page, expect

from accounts.enums import Role
from accounts.operations.sms import send_message
from tests.accounts.factories import PASSWORD, UserFactory
from tests.accounts.messages import PHONE, last_code, sent_to, wrong
from tests.browser.audit import keyboard_crawl
from tests.browser.test_pages_public import MODES
from tests.cms.factories import plant_home

pytestmark = pytest.mark.django_db(transaction=True)
OpenPage = Callable[..., Page]
Audit = Callable[..., list[str]]


def send(page: Page) -> None:
    page.locator("main").get_by_role("button", name="发短信验证码").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("填验证码")


@pytest.mark.parametrize("mode", MODES)
def test_from_a_number_to_a_name_in_this_mode(open_page: OpenPage, audit: Audit, mode: str) -> None:
    plant_home()
    page = open_page("/account/sign-in/", **MODES[mode])
    assert audit(page) == []
    page.get_by_label("手机号").fill("138")
    page.locator("main").get_by_role("button", name="发短信验证码").click()
    expect(page.get_by_test_id("error-summary")).to_be_focused()
    expect(page.get_by_label("手机号")).to_have_value("138")
    assert audit(page) == []
    page.get_by_label("手机号").fill("138 1234 5678")
    send(page)
    assert PHONE not in page.url
    page.get_by_text("没有收到？").click()
    expect(page.get_by_text("到就近的银发学堂站点")).to_be_visible()
    assert audit(page) == []
    page.get_by_label("短信里的 6 位验证码").fill(wrong(last_code()))
    page.locator("main").get_by_role("button", name="登录").click()
    expect(page.get_by_test_id("error-summary")).to_contain_text("验证码不对")
    assert audit(page) == []
    # Pasted whole, as some phones do it.
    page.get_by_label("短信里的 6 位验证码").fill(f"【银龄学堂】验证码 {last_code()}，10 分钟内填。")
    page.locator("main").get_by_role("button", name="登录").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("怎么称呼您")
    assert audit(page) == []
    page.get_by_label("怎么称呼您").fill("王阿姨")
    page.get_by_role("button", name="好了，进入学堂").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("王阿姨")


def test_without_a_script_and_with_the_keyboard_alone(open_page: OpenPage) -> None:
    plant_home()
    UserFactory(phone=PHONE, display_name="王阿姨")
    page = open_page("/account/sign-in/", js=False, width=360)
    page.get_by_label("手机号").fill(PHONE)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("填验证码")
    # Off to the messages and back.
    address = page.url
    page.goto("about:blank")
    page.goto(address)
    page.get_by_label("短信里的 6 位验证码").fill(last_code())
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("王阿姨")


def test_the_line_says_when_the_message_is_out(open_page: OpenPage) -> None:
    page = open_page("/account/sign-in/", width=360)
    page.get_by_label("手机号").fill(PHONE)
    send(page)
    assert keyboard_crawl(page) == []
    line = page.get_by_role("status")
    expect(line).to_have_text("短信正在发，一般几秒钟就到。")
    send_message(message_id=sent_to()[0].pk)
    expect(line).to_have_text("短信已经发出，请看一下手机。", timeout=15_000)


@pytest.mark.parametrize("mode", ["phone", "desktop", "phone, huge letters, high contrast"])
def test_pages_of_staff_have_no_barrier(open_page: OpenPage, audit: Audit, settings, mode: str) -> None:
    settings.STAFF_MFA_REQUIRED = True
    settings.AXES_FAILURE_LIMIT = 2
    officer = UserFactory(username="officer", role=Role.BANNER, phone=PHONE)
    found: dict[str, list[str]] = {}
    page = open_page("/account/sign-in/password/", **MODES[mode])
    page.get_by_text("忘了密码？").click()
    found["password"] = audit(page)
    for name, password in (("nobody", "x"), ("nobody", "x"), ("officer", PASSWORD)):
        if page.get_by_label("用户名或手机号").count() == 0:
            expect(page.get_by_role("heading", level=1)).to_have_text("先停一会儿")
            found["locked"] = audit(page)
            page.goto("/account/sign-in/password/?next=/account/two-steps/set-up/")
        page.get_by_label("用户名或手机号").fill(name)
        page.get_by_label("密码", exact=True).fill(password)
        page.locator("main").get_by_role("button", name="登录").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("开通两步登录")
    found["set up"] = audit(page)
    secret = "".join(page.locator(".entrance-secret").inner_text().split())
    page.get_by_label("手机上显示的 6 位动态码").fill(shown(secret))
    page.locator("main").get_by_role("button", name="开通").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("备用码")
    found["spare"] = audit(page)
    for path, heading in (("", "两步登录"), ("spare/new/", "换一批备用码"), ("turn-off/", "不能关闭")):
        page.goto(f"/account/two-steps/{path}")
        expect(page.get_by_role("heading", level=1)).to_have_text(heading)
        found[path] = audit(page)
    page.goto("/account/sign-in/inactive/")
    found["inactive"] = audit(page)
    assert {name: wrong for name, wrong in found.items() if wrong} == {}
    assert officer.pk


def shown(secret: str) -> str:
    """What the authenticator shows now."""
    _, now, _ = yield_hotp_counters_from_time()
    return str(format_hotp_value(hotp_value(secret, now)))


def test_the_desk_pages_of_people_have_no_barrier(open_page: OpenPage) -> None:
    from tests.browser.audit import desk_violations

    admin = UserFactory(role=Role.ADMIN)
    for path, words in (("/admin/roles/", "授予角色"), ("/admin/roles/new/", "给谁"), ("/admin/trail/", "操作记录")):
        page = open_page(path, user=admin, width=1366)
        expect(page.locator("main")).to_contain_text(words)
        assert desk_violations(page) == []
