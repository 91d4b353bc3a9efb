"""Keeping `MediaAsset.is_open` in step with what the rooms above show."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from media_pipeline.models import MediaAsset
from media_pipeline.publicity import shown_openly


def refresh_openness(*, asset_ids: Iterable[int]) -> None:
    """Work out anew which of these assets anybody may fetch. Called when something is published or taken back."""
    wanted = set(asset_ids)
    if not wanted:
        return
    shown = shown_openly(wanted)
    with transaction.atomic():
        MediaAsset.objects.filter(pk__in=shown, is_open=False).update(is_open=True)
        MediaAsset.objects.filter(pk__in=wanted - shown, is_open=True).update(is_open=False)
