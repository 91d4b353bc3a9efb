"""Renaming and deleting media."""

from __future__ import annotations

from functools import partial

from django.db import transaction
from django.db.models import ProtectedError

from core.errors import Refusal
from media_pipeline.models import MediaAsset, Source
from media_pipeline.storage import drop_or_leave


def rename_asset(*, asset: MediaAsset, title: str) -> None:
    """Give an asset another title.

    Raises `Refusal` when the title is empty or too long.
    """
    title = title.strip()
    if not title or len(title) > 200:
        raise Refusal("标题要有 1 到 200 个字。原来的标题没有改动。")
    asset.title = title
    asset.save(update_fields=["title", "updated_at"])


def delete_asset(*, asset: MediaAsset) -> None:
    """Delete an asset; with the last asset of its bytes also the bytes, everything made of them, and the work left.

    Raises `Refusal`, naming what uses it, when a lesson or a story does.
    """
    with transaction.atomic():
        source = Source.objects.select_for_update().get(pk=asset.source_id)
        try:
            asset.delete()
        except ProtectedError as error:
            users = "、".join(f"「{user}」" for user in list(error.protected_objects)[:5])
            raise Refusal(f"{users} 正在使用这段媒体，没有删除。请先在那里换成别的，再来删除。") from error
        if source.assets.exists():
            return
        leftovers = [name for name in (source.original, source.folder) if name]
        # A worker in the middle of a step finds its lease gone at its next heartbeat, and stops.
        source.delete()
        for name in leftovers:
            transaction.on_commit(partial(drop_or_leave, name))
