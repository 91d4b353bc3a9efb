"""Reading stories and short videos, and which media they show to everyone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from cms.models import ShortVideoPage, StoryPage
from courses.queries.lessons import transcript
from courses.queries.showing import Showing, show
from media_pipeline import links
from media_pipeline.models import MediaAsset


@dataclass(frozen=True)
class PageCard:
    """A story or a short in a list."""

    page: StoryPage | ShortVideoPage
    url: str
    showing: Showing | None


def public_stories() -> QuerySet[StoryPage]:
    """Stories everyone may read, the newest first."""
    stories = StoryPage.objects.live().public().select_related("video__source")
    return stories.order_by("-first_published_at", "-pk")


def public_shorts() -> QuerySet[ShortVideoPage]:
    """Short videos everyone may see, the newest first."""
    shorts = ShortVideoPage.objects.live().public().select_related("video__source")
    return shorts.order_by("-first_published_at", "-pk")


def story_cards(*, most: int | None = None) -> list[PageCard]:
    """Cards of the newest stories."""
    return _cards(public_stories()[:most])


def short_cards(*, most: int | None = None) -> list[PageCard]:
    """Cards of the newest short videos that have a video."""
    return _cards(public_shorts()[:most])


def open_media(asset_ids: set[int]) -> set[int]:
    """Those of `asset_ids` that a public story or short shows."""
    shown: set[int | None] = set()
    for pages in (public_stories(), public_shorts()):
        shown.update(pages.filter(video_id__in=asset_ids).values_list("video_id", flat=True))
    return {asset_id for asset_id in shown if asset_id is not None}


def media_of(asset: MediaAsset | None, *, is_preview: bool = False) -> dict[str, Any]:
    """What the player and the page around it need: showing, playback (None if it doesn't play), cues."""
    showing = show(asset) if asset is not None else None
    context: dict[str, Any] = {
        "showing": showing,
        "playback": None,
        "cues": [],
        "caption_is_draft": False,
        "position": 0,
        "reports_url": "",
    }
    if asset is not None and showing is not None and showing.plays:
        context["playback"] = links.playback(asset, members_only=is_preview)
        context["cues"], context["caption_is_draft"] = transcript(asset)
    return context


def _cards(pages: QuerySet[Any]) -> list[PageCard]:
    return [PageCard(page, page.get_url() or "", show(page.video) if page.video else None) for page in pages]
