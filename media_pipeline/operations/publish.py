"""Making segments visible: files first, then the row that lists them. What is visible stays visible."""

from __future__ import annotations

import hashlib
from pathlib import Path

from django.db import transaction
from django.db.models import Max

from core import clock
from media_pipeline.enums import RenditionKind, SourceState
from media_pipeline.errors import StepFailed
from media_pipeline.models import Part, Rendition, Source, Step
from media_pipeline.operations.jobs import check_lease, end_head_start
from media_pipeline.playlist import read_codec
from media_pipeline.storage import store


def publish_segments(
    *, step: Step, rendition: Rendition, part: Part, first: int, folder: Path, found: list[tuple[str, float]]
) -> None:
    """Make finished segments of an attempt visible.

    `found` lists what the attempt finished so far, from segment number `first` + what was visible when it began;
    segments that are visible already are left as they are.

    Raises `LeaseLost`, and `StepFailed` if this attempt's initialisation segment differs from the visible one: then
    its segments could not follow on the earlier ones.
    """
    visible = len(part.segments)
    fresh = [(name, seconds) for name, seconds in found if int(Path(name).stem) >= first + visible]
    if not fresh:
        return
    files = {f"{rendition.folder}/{name}": folder / name for name, _ in fresh}
    init = folder / "init.mp4"
    if init.exists():  # the first look of this attempt
        _agree_on_init(step=step, rendition=rendition, data=init.read_bytes())
        store().keep({f"{rendition.folder}/init.mp4": init})
    added = [[seconds, (folder / name).stat().st_size] for name, seconds in fresh]
    store().keep(files)
    with transaction.atomic():
        held = check_lease(step)
        if held.failures:
            held.failures = 0
            held.save(update_fields=["failures", "updated_at"])
        row = Part.objects.select_for_update().get(pk=part.pk)
        row.segments = [*row.segments, *added]
        row.save(update_fields=["segments"])
        mark_playable(source_id=step.source_id)
    part.segments = row.segments


def _agree_on_init(*, step: Step, rendition: Rendition, data: bytes) -> None:
    """The first attempt that comes decides for all parts of a rendition. Raises `LeaseLost`, `StepFailed`."""
    digest = hashlib.sha256(data).hexdigest()
    with transaction.atomic():
        check_lease(step)
        row = Rendition.objects.select_for_update().get(pk=rendition.pk)
        if not row.init_digest:
            row.init_digest, row.init_size, row.codecs = digest, len(data), read_codec(data)
            row.save(update_fields=["init_digest", "init_size", "codecs", "updated_at"])
    if row.init_digest != digest:
        raise StepFailed("这一段与前面的片段接不上，需要重做。", f"init of {rendition.name} differs")


def complete_part(*, step: Step, rendition: Rendition, part: Part) -> None:
    """Say that all segments of a part are there; with the last part the rendition is complete and measured."""
    with transaction.atomic():
        check_lease(step)
        Part.objects.filter(pk=part.pk).update(complete=True)
        parts = list(Part.objects.select_for_update().filter(rendition=rendition))
        if all(row.complete for row in parts):
            measure(Rendition.objects.select_for_update().get(pk=rendition.pk), parts)
        mark_playable(source_id=step.source_id)
    part.complete = True


def measure(rendition: Rendition, parts: list[Part]) -> None:
    """Peak over whole segments and average, in bit/s; the init segment counts towards size only."""
    segments = [segment for part in parts for segment in part.segments]
    seconds = sum(duration for duration, _ in segments)
    size = sum(size for _, size in segments)
    # A last segment of a few frames says nothing about what a line must carry: peaks are over at least a second.
    peaks = [size * 8 / max(duration, 1.0) for duration, size in segments]
    rendition.peak_bandwidth = round(max(peaks, default=0.0))
    rendition.average_bandwidth = round(size * 8 / seconds) if seconds else 0
    rendition.size = size + rendition.init_size
    rendition.complete = True
    rendition.save(
        update_fields=["peak_bandwidth", "average_bandwidth", "size", "complete", "updated_at"],
    )


def mark_playable(*, source_id: int) -> None:
    """Move a source to PLAYABLE once there is a first picture (if it has any) and a first sound (if it has any)."""
    source = Source.objects.select_for_update().get(pk=source_id)
    if source.playable_at is not None:
        return
    started = dict(
        Part.objects.filter(rendition__source=source, number=0)
        .exclude(segments=[])
        .values_list("rendition__kind")
        .annotate(Max("pk"))
    )
    wanted = set(source.renditions.exclude(kind=RenditionKind.FILE).values_list("kind", flat=True))
    if wanted <= set(started):
        source.playable_at = clock.now()
        if source.state == SourceState.PROCESSING:
            source.state = SourceState.PLAYABLE
        source.save(update_fields=["playable_at", "state", "updated_at"])
        end_head_start(source)
