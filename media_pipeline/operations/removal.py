"""Taking media away on an editor's request."""

from __future__ import annotations

from core.errors import Refusal
from media_pipeline.models import MediaAsset
from media_pipeline.operations.assets import delete_asset
from media_pipeline.queries.library import Use, uses_of


def remove_asset(*, asset: MediaAsset) -> None:
    """Delete an asset that nothing shows.

    Raises `Refusal` naming what uses it: the database protects lessons and stories, and `uses_of` also knows
    of those that use it in a draft.
    """
    if uses := uses_of(asset):
        raise Refusal(still_used(uses))
    delete_asset(asset=asset)


def still_used(uses: list[Use]) -> str:
    """Why an asset can't go, naming at most five of its users."""
    named = "、".join(f"{use.label}「{use.title}」" for use in uses[:5])
    rest = f"等 {len(uses)} 处" if len(uses) > 5 else ""
    return f"{named}{rest}正在用它，不能删除。请先在那里换成别的媒体，再回来删除。"
