"""The desk's own pages before axe: what this house added to Wagtail's admin must be usable by everyone too."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from accounts.enums import Role
from accounts.models import User
from media_pipeline.models import MediaAsset
from media_pipeline.operations.captions import save_captions
from media_pipeline.webvtt import Cue
from tests.accounts.factories import UserFactory
from tests.browser.audit import desk_violations
from tests.media_pipeline.factories import MediaAssetFactory, StepFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def editor() -> User:
    return UserFactory(role=Role.EDITOR)


@pytest.fixture
def asset(editor: User) -> MediaAsset:
    """One that failed halfway: steps, a reason and 重试 are all there. Others stand beside it in the library."""
    MediaAssetFactory(owner=editor, source__ready=True)
    MediaAssetFactory(owner=editor, source__refused=True)
    asset = MediaAssetFactory(owner=editor, title="八段锦", source__failed=True)
    StepFactory.create_batch(3, source=asset.source)
    cues = [Cue(0.0, 4.0, "两手托天理三焦左右开弓"), Cue(5.0, 8.0, "调理脾胃须单举")]
    save_captions(asset=asset, cues=cues, author=editor, based_on=0)
    return asset


PAGES = [
    ("/admin/media/", "八段锦"),
    ("/admin/media/new/", "上传"),
    ("/admin/media/{pk}/", "重试"),
    ("/admin/media/{pk}/captions/", "保存字幕"),
]


@pytest.mark.parametrize(("path", "words"), PAGES)
def test_the_desk_has_no_barrier(
    open_page: Callable[..., Page], editor: User, asset: MediaAsset, path: str, words: str
) -> None:
    for width in (360, 1366):
        page = open_page(path.format(pk=asset.pk), user=editor, width=width)
        expect(page.locator("main")).to_contain_text(words)
        assert desk_violations(page) == []
