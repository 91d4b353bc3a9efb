"""From a finished file to an asset with work to do."""

from __future__ import annotations

from pathlib import Path

from django.db import transaction

from accounts.models import User
from media_pipeline.enums import NoticeKind, Queue, SourceState, StepKind, StepState
from media_pipeline.models import MediaAsset, Source, Step
from media_pipeline.operations.jobs import nudge
from media_pipeline.operations.notices import tell_owners
from media_pipeline.storage import drop, place

TITLE_LENGTH = 200


def receive_file(*, path: Path, sha256: str, size: int, title: str, name: str, owner: User | None) -> MediaAsset:
    """Take a finished file into the house and return the asset made of it.

    `path` lies under DATA_DIR and is gone afterwards; `sha256` is in hexadecimal. Bytes that are known already are not
    kept twice: the asset joins their source. Bytes that were refused earlier get a new verdict, since limits change.
    """
    with transaction.atomic():
        source, made = Source.objects.select_for_update().get_or_create(sha256=sha256, defaults={"size": size})
        if made or source.state == SourceState.REFUSED or not source.file.exists():
            place(path, source.file)
        else:
            drop(path)
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
