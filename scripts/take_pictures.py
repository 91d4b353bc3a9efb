"""Takes the pictures of the README from a running site with its demo academy (`make up`, videos finished).

make pictures ARGS="--site http://127.0.0.1:8000"
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from cms.demo.accounts import ACCOUNTS  # noqa: E402 after the path is set

FOLDER = ROOT / "docs" / "pictures"
CHROMIUM = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--autoplay-policy=no-user-gesture-required"]
LESSON = "/courses/ba-duan-jin/1/"
SIZES = {"desktop": (1366, 940), "phone": (360, 780)}


def page_of(browser: Browser, site: str, size: str, username: str = "") -> Page:
    """A page of a new visitor, signed in if a name is given."""
    width, height = SIZES[size]
    page = browser.new_context(base_url=site, viewport={"width": width, "height": height}, locale="zh-CN").new_page()
    if username:
        (account,) = [account for account in ACCOUNTS if account.username == username]
        page.goto("/account/sign-in/password/")
        page.fill("input[name=username]", account.username)
        page.fill("input[name=password]", account.password)
        page.click("main button[type=submit]")
        page.wait_for_load_state()
    return page


def play_for(page: Page, seconds: float) -> None:
    """Press play, from the beginning also where somebody watched before, and wait until the picture has moved on."""
    start, again = page.locator("[data-part=start]"), page.get_by_role("button", name="从头看")
    start.or_(again).locator("visible=true").first.click()
    page.wait_for_function(
        "seconds => { const video = document.querySelector('video'); return video && video.currentTime > seconds }",
        arg=seconds,
        timeout=60_000,
    )


def take_all(browser: Browser, site: str) -> list[Path]:
    taken: list[Path] = []

    def keep(page: Page, name: str, *, whole: bool = False) -> None:
        path = FOLDER / f"{name}.png"
        page.evaluate("scrollTo(0, 0)")
        page.screenshot(path=path, full_page=whole)
        taken.append(path)
        page.context.close()

    page = page_of(browser, site, "desktop", "senior")
    page.goto(LESSON)
    play_for(page, 14)
    keep(page, "lesson")

    page = page_of(browser, site, "phone", "senior")
    page.goto(LESSON)
    play_for(page, 14)
    keep(page, "lesson-phone")

    page = page_of(browser, site, "desktop")
    page.goto("/")
    page.wait_for_load_state("networkidle")
    keep(page, "home")

    page = page_of(browser, site, "desktop", "editor")
    page.goto("/admin/media/")
    page.wait_for_load_state("networkidle")
    keep(page, "admin")
    return taken


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--site", default="http://127.0.0.1:8000")
    options = parser.parse_args()
    FOLDER.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM)
        for path in take_all(browser, options.site):
            print(path.relative_to(ROOT))
        browser.close()


if __name__ == "__main__":
    main()
