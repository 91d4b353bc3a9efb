"""The caption editor by keyboard, and two editors at once."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from accounts.enums import Role
from accounts.models import User
from media_pipeline import webvtt
from media_pipeline.models import MediaAsset
from media_pipeline.operations.captions import save_captions
from media_pipeline.queries.captions import current_caption
from media_pipeline.webvtt import Cue
from tests.accounts.factories import UserFactory
from tests.media_pipeline.factories import MediaAssetFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def editor() -> User:
    return UserFactory(role=Role.EDITOR)


@pytest.fixture
def asset(editor: User) -> MediaAsset:
    asset = MediaAssetFactory(owner=editor, title="八段锦")
    cues = [Cue(0.0, 4.0, "两手托天理三焦左右开弓"), Cue(5.0, 8.0, "调理脾胃须单举")]
    save_captions(asset=asset, cues=cues, author=editor, based_on=0)
    return asset


def saved(asset: MediaAsset) -> list[Cue]:
    version = current_caption(asset)
    assert version is not None
    return webvtt.parse(version.text)


def test_split_add_delete_and_save_by_keyboard(open_page: Callable[..., Page], editor: User, asset: MediaAsset) -> None:
    page = open_page(f"/admin/media/{asset.pk}/captions/", user=editor)
    texts = page.locator("[data-desk-text]")
    expect(texts).to_have_count(2)
    texts.nth(0).focus()
    page.keyboard.press("Control+Home")
    for _ in range(7):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Alt+/")
    expect(texts).to_have_count(3)
    expect(texts.nth(1)).to_be_focused()
    expect(texts.nth(1)).to_have_value("左右开弓")
    texts.nth(2).focus()
    page.keyboard.press("Alt+Backspace")
    expect(texts).to_have_count(2)
    texts.nth(1).focus()
    page.keyboard.press("Alt+Enter")
    page.keyboard.type("五劳七伤往后瞧")
    page.get_by_role("button", name="保存字幕").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("字幕保存好了。")).to_be_visible()
    assert [cue.text for cue in saved(asset)] == ["两手托天理三焦", "左右开弓", "五劳七伤往后瞧"]
    first, second, third = saved(asset)
    assert first.end == second.start
    assert (second.end, third.start, third.end) == (4.0, 4.0, 7.0)


def test_a_mistake_is_named_and_nothing_is_lost(
    open_page: Callable[..., Page], editor: User, asset: MediaAsset
) -> None:
    page = open_page(f"/admin/media/{asset.pk}/captions/", user=editor)
    page.locator("[data-desk-end]").nth(1).fill("00:00:05.000")
    page.get_by_role("button", name="保存字幕").click()
    expect(page.get_by_text("第 2 条：结束时间不晚于开始时间。")).to_be_visible()
    expect(page.locator("[data-desk-end]").nth(1)).to_be_focused()
    page.locator("[data-desk-end]").nth(1).fill("00:00:06.000")
    page.get_by_role("button", name="保存字幕").click()
    expect(page.get_by_text("字幕保存好了。")).to_be_visible()
    assert saved(asset)[1].end == 6.0


def test_two_editors_at_once_lose_nothing(open_page: Callable[..., Page], editor: User, asset: MediaAsset) -> None:
    mine = open_page(f"/admin/media/{asset.pk}/captions/", user=editor)
    theirs = open_page(f"/admin/media/{asset.pk}/captions/", user=UserFactory(role=Role.ADMIN))
    for page, text in ((theirs, "乌云老师写的"), (mine, "李老师写的")):
        page.locator("[data-desk-text]").nth(0).fill(text)
        page.get_by_role("button", name="保存字幕").click()
    expect(mine.get_by_text("别人已经保存了第 2 版")).to_be_visible()
    expect(mine.locator(".desk-theirs pre")).to_contain_text("乌云老师写的")
    expect(mine.locator("[data-desk-text]").nth(0)).to_have_value("李老师写的")
    assert saved(asset)[0].text == "乌云老师写的"
    mine.get_by_role("button", name="保存字幕").click()
    expect(mine.get_by_text("字幕保存好了。")).to_be_visible()
    assert saved(asset)[0].text == "李老师写的"


def test_without_scripts_the_text_can_be_edited(
    open_page: Callable[..., Page], editor: User, asset: MediaAsset
) -> None:
    page = open_page(f"/admin/media/{asset.pk}/captions/", user=editor, js=False)
    field = page.locator("textarea[name=text]")
    field.fill("WEBVTT\n\n00:01.000 --> 00:02.000\n只有一句\n")
    page.get_by_role("button", name="保存字幕").click()
    assert saved(asset) == [Cue(1.0, 2.0, "只有一句")]
