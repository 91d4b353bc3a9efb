"""What a public page says of a piece of media: it plays, it is being made, or it can't be seen now."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from media_pipeline import links
from media_pipeline.enums import SourceState
from media_pipeline.models import MediaAsset
from media_pipeline.queries.progress import describe

MAKING = "视频正在制作，稍后就能看"
MAKING_AUDIO = "录音正在制作，稍后就能听"
MISSING = "视频还没有放上来"
BROKEN = "这个视频暂时不能看，我们正在处理"


@dataclass(frozen=True)
class Showing:
    """`sentence` is empty when it plays. `percent` 0–100 while it is made. `duration` in seconds.

    `key` names the asset to the progress poll, and is empty when there is nothing to ask for.
    """

    plays: bool
    busy: bool
    sentence: str
    percent: int = 0
    key: str = ""
    duration: float | None = None
    kind: str = ""
    poster: str = ""


def show(asset: MediaAsset | None, *, members_only: bool = False) -> Showing:
    """How `asset` stands for someone who wants to watch it. Its source should be loaded; one that is ready costs no
    further query."""
    if asset is None:
        return Showing(plays=False, busy=False, sentence=MISSING)
    source = asset.source
    if source.plays:
        return Showing(
            plays=True,
            busy=False,
            sentence="",
            percent=100,
            duration=source.duration,
            kind=source.kind,
            poster=_poster(asset, members_only=members_only),
        )
    if source.state in (SourceState.REFUSED, SourceState.FAILED):
        return Showing(plays=False, busy=False, sentence=BROKEN, kind=source.kind)
    return Showing(
        plays=False,
        busy=True,
        sentence=MAKING_AUDIO if source.kind == "audio" else MAKING,
        percent=describe(source).percent,
        key=str(asset.key),
        duration=source.duration,
        kind=source.kind,
    )


def _poster(asset: MediaAsset, *, members_only: bool) -> str:
    """The address of the still picture, if one was made. Cheaper than a whole `links.playback`: no query."""
    if "poster.jpg" not in asset.source.extras:
        return ""
    return links.address(asset, links.access_for(asset, members_only=members_only), "poster.jpg")


def progress_of(keys: list[str]) -> dict[str, dict[str, object]]:
    """The same for the poll of a page: asset key → plays, busy, sentence, percent. Unknown keys are left out."""
    known = [key for key in keys if _is_uuid(key)]
    assets = MediaAsset.objects.filter(key__in=known).select_related("source")
    answer: dict[str, dict[str, object]] = {}
    for asset in assets:
        showing = show(asset)
        answer[str(asset.key)] = {
            "plays": showing.plays,
            "busy": showing.busy,
            "sentence": showing.sentence,
            "percent": showing.percent,
        }
    return answer


def _is_uuid(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True
