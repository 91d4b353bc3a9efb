"""Housekeeping: silent workers, lost nudges, folders nobody needs, uploads nobody finished."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress
from pathlib import Path

from django.conf import settings

from core import clock
from media_pipeline.enums import StepState
from media_pipeline.models import MediaAsset, Source, Step
from media_pipeline.operations.jobs import attempt_name, nudge_ready, take_back_expired
from media_pipeline.operations.openness import refresh_openness
from media_pipeline.storage import drop, store
from media_pipeline.uploads.operations import expire_uploads

ORPHAN_AGE = dt.timedelta(hours=1)


def sweep() -> None:
    """Everything that must not depend on anybody remembering it. Safe to run at any time, by several at once."""
    take_back_expired()
    nudge_ready()
    expire_uploads()


def tidy() -> None:
    """Slower housekeeping, once an hour: folders and files no row names, openness worked out anew."""
    _drop_orphans()
    refresh_openness(asset_ids=list(MediaAsset.objects.values_list("pk", flat=True)))


def _drop_orphans() -> None:
    running = {attempt_name(step) for step in Step.objects.filter(state=StepState.RUNNING)}
    data = Path(settings.DATA_DIR)
    for path in (data / "work").iterdir():
        with suppress(FileNotFoundError):
            touched = dt.datetime.fromtimestamp(path.stat().st_mtime, tz=dt.UTC)
            if path.name not in running and _is_old(touched):
                drop(path)
    named = {source.folder for source in Source.objects.only("key")}
    named.update(Source.objects.values_list("original", flat=True))
    for folder in ("streams", "sources"):
        for name, touched in store().entries(folder):
            if f"{folder}/{name}" not in named and _is_old(touched):
                store().drop(f"{folder}/{name}")


def _is_old(touched: dt.datetime) -> bool:
    """Whether nothing touched it for a while: a row may be about to be written."""
    return clock.now() - touched > ORPHAN_AGE
