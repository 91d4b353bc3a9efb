"""From a finished file to an asset with work to do."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path

from django.db import transaction

from accounts.models import User
from media_pipeline.enums import NoticeKind, Queue, SourceState, StepKind, StepState
from media_pipeline.models import MediaAsset, Source, Step
from media_pipeline.models.source import new_key
from media_pipeline.operations.jobs import nudge
from media_pipeline.operations.notices import tell_owners
from media_pipeline.storage import drop, drop_or_leave, store

TITLE_LENGTH = 200


class BytesGone(Exception):
    """The bytes were known when they came, and deleted a moment later."""


@dataclass(frozen=True)
class Kept:
    """Bytes of `size` that are in the store as `name`; an empty name if a source had them already.

    `lost` is what a source calls its bytes though they aren't there.
    """

    sha256: str
    size: int
    name: str = ""
    lost: str = ""


def receive_file(*, path: Path, sha256: str, size: int, title: str, name: str, owner: User | None) -> MediaAsset:
    """Take a finished file into the house and return the asset made of it.

    `path` is a file of this machine and is gone afterwards; `sha256` is in hexadecimal. Raises `StoreDown`.
    """
    try:
        while True:
            kept = keep_bytes(path=path, sha256=sha256, size=size)
            try:
                return add_asset(kept=kept, title=title, name=name, owner=owner)
            except BytesGone:
                continue
    finally:
        drop(path)


def keep_bytes(*, path: Path, sha256: str, size: int) -> Kept:
    """Bring the bytes to the store, unless they are known: only then is `path` left where it is.

    Outside any transaction, since it may take minutes. What no row names in the end is tidied away. Raises `StoreDown`.
    """
    known = Source.objects.filter(sha256=sha256).first()
    named = known.original if known is not None else ""
    if named and store().find(named) is not None:
        return Kept(sha256, size)
    kept = Kept(sha256, size, name=f"sources/{new_key()}", lost=named)
    store().keep({kept.name: path})
    return kept


def add_asset(*, kept: Kept, title: str, name: str, owner: User | None) -> MediaAsset:
    """The asset of bytes that are in the store, with work to do if they are new.

    Bytes that are known already are not kept twice: the asset joins their source. Bytes that were refused earlier get a
    new verdict, since limits change. Raises `BytesGone`.
    """
    with transaction.atomic():
        source, made = Source.objects.select_for_update().get_or_create(
            sha256=kept.sha256, defaults={"size": kept.size, "original": kept.name}
        )
        if not source.original and not kept.name:
            raise BytesGone(kept.sha256)
        if not made and kept.name:
            if source.original in {"", kept.lost}:
                source.original = kept.name
                source.save(update_fields=["original", "updated_at"])
            else:  # the same bytes came twice at once, and the other copy was first
                transaction.on_commit(partial(drop_or_leave, kept.name))
        asset = MediaAsset.objects.create(
            title=(title or Path(name).stem or "未命名")[:TITLE_LENGTH],
            original_name=name[:255],
            source=source,
            owner=owner,
        )
        if made or source.state == SourceState.REFUSED:
            _begin(source)
        elif source.state == SourceState.READY:
            tell_owners(source=source, kind=NoticeKind.READY)
    return asset


def _begin(source: Source) -> None:
    source.state = SourceState.RECEIVED
    source.reason = source.detail = ""
    source.save(update_fields=["state", "reason", "detail", "updated_at"])
    source.steps.all().delete()
    Step.objects.create(source=source, kind=StepKind.PROBE, queue=Queue.PLAY, state=StepState.READY, weight=1.0)
    nudge(Queue.PLAY)
