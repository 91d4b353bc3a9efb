"""Chromium, a live server, and pages opened as somebody: shared by every browser test.

def test_it(open_page, live_server, audit):
    page = open_page("/courses/", width=360, user=senior, text_size="large")
    assert audit(page) == []
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.browser import audit as audits

# Playwright's loop runs in the tests' thread, where Django would otherwise refuse the ORM.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
CHROMIUM_ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
]
HEIGHTS = {360: 740, 768: 1024, 1366: 768}


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One Chromium for the whole run; every test opens its own contexts in it."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_ARGS)
        yield browser
        browser.close()


@pytest.fixture
def make_context(chromium: Browser, live_server: Any) -> Iterator[Callable[..., BrowserContext]]:
    """Opens a context (a browser with its own cookies) at the live server; all are closed after the test.

    Keywords: `width` and `height` in CSS px, `zoom` (2 shows the page as at 200 %), `user` (signed in), `text_size`,
    `contrast` (as chosen on an earlier visit), `js`; anything else goes to Playwright.
    """
    opened: list[BrowserContext] = []

    def make(
        *,
        width: int = 1366,
        height: int | None = None,
        zoom: int = 1,
        user: Any = None,
        text_size: str = "",
        contrast: str = "",
        js: bool = True,
        **options: Any,
    ) -> BrowserContext:
        context = chromium.new_context(
            viewport={"width": width // zoom, "height": (height or HEIGHTS.get(width, 900)) // zoom},
            device_scale_factor=zoom,
            java_script_enabled=js,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            base_url=live_server.url,
            **options,
        )
        context.set_default_timeout(15_000)
        cookies = {"text_size": text_size, "contrast": contrast}
        if user is not None:
            client = Client()
            client.force_login(user)
            cookies[django_settings.SESSION_COOKIE_NAME] = client.cookies[django_settings.SESSION_COOKIE_NAME].value
        context.add_cookies(
            [{"name": name, "value": value, "url": live_server.url} for name, value in cookies.items() if value]
        )
        opened.append(context)
        return context

    yield make
    for context in opened:
        context.close()


@pytest.fixture
def open_page(make_context: Callable[..., BrowserContext]) -> Callable[..., Page]:
    """Opens `path` in its own context, keywords as for `make_context`; the page remembers requests and errors."""

    def open_(path: str, **options: Any) -> Page:
        page = make_context(**options).new_page()
        audits.watch(page)
        page.goto(path)
        return page

    return open_


@pytest.fixture
def audit() -> Callable[..., list[str]]:
    """`audit(page)` lists everything wrong with a page (tests/browser/audit.py)."""
    return audits.problems
