"""Telling the media pipeline which media a page shows to everyone."""

from __future__ import annotations

from media_pipeline.operations.openness import refresh_openness


def refresh_page_media(*, media_ids: set[int]) -> None:
    """After a page changed its state, its media or its privacy."""
    if media_ids:
        refresh_openness(asset_ids=media_ids)
