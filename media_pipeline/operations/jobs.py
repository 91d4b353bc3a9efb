"""The life of a step: claimed in fair order, kept alive by a heartbeat, done, tried again, failed, taken up again.

The database is the truth (DESIGN "Rules", 1). A nudge says no more than "there may be work in this queue"; whoever
gets it takes whichever step is due by fairness.
"""

from __future__ import annotations

import datetime as dt
import os
import socket
import uuid
from collections import Counter
from pathlib import Path

import structlog
from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q, QuerySet

from core import clock
from core.errors import Refusal
from core.jobs import enqueue_on_commit
from media_pipeline.enums import NoticeKind, Queue, SourceState, StepKind, StepState
from media_pipeline.errors import LeaseLost
from media_pipeline.models import MediaAsset, Source, Step
from media_pipeline.operations.notices import forget_failure, tell_owners
from media_pipeline.storage import drop

log = structlog.get_logger(__name__)

NEEDS: dict[str, tuple[str, ...]] = {
    StepKind.DOWNLOAD: (StepKind.AUDIO, StepKind.ENCODE, StepKind.OPENING, StepKind.COPY),
    StepKind.SPRITE: (StepKind.ENCODE, StepKind.OPENING, StepKind.COPY),
    StepKind.FINISH: tuple(kind for kind in StepKind if kind != StepKind.FINISH),
}
"""Kinds whose steps must all be done first. Everything else may begin at once."""
URGENT = [StepKind.PROBE, StepKind.COPY, StepKind.AUDIO, StepKind.OPENING]
"""The order inside the `play` queue: a verdict first, then what makes something playable."""
BACK_OFF = 5.0
SWEEP_SECONDS = 15.0
"""How often the sweeper runs (config.settings.base, CELERY_BEAT_SCHEDULE)."""
NUDGES_A_SWEEP = 8
HEAD_START = dt.timedelta(seconds=10)
"""For so long after a verdict `bulk` leaves the cores to what makes the source playable, unless that is done sooner."""
RECENT = dt.timedelta(hours=24)


def worker_name() -> str:
    """Names this process so that a later start on the same machine can tell whether it still lives."""
    return f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:8]}"


def nudge(queue: str) -> None:
    """Tell the workers of `queue`, once this transaction is committed. What nobody took in two sweeps is stale."""
    enqueue_on_commit("media_pipeline.work", queue=queue, expires=2 * SWEEP_SECONDS, work_queue=queue)


def release_followers(source: Source) -> None:
    """Make waiting steps ready whose needs are all done. Call under the source's lock."""
    steps = list(source.steps.all())
    for step in steps:
        if step.state != StepState.WAITING:
            continue
        blockers = [other for other in steps if other.kind in NEEDS.get(step.kind, ()) and other.pk != step.pk]
        if all(other.state == StepState.DONE for other in blockers):
            step.state = StepState.READY
            step.save(update_fields=["state", "updated_at"])
            nudge(step.queue)


def end_head_start(source: Source) -> None:
    """The source plays: its ladder may have the cores. Call under the source's lock."""
    held = source.steps.filter(queue=Queue.BULK, state=StepState.READY, attempts=0, not_before__isnull=False)
    for _ in range(held.update(not_before=None)):
        nudge(Queue.BULK)


def claim_step(*, queue: str | None, worker: str, source: Source | None = None) -> Step | None:
    """Take the step that is due in `queue` (any queue if None), or None.

    Fair order for the ladder: the editor whose sources got the least in the last 24 hours, then the source that got
    the least parts, then the oldest. So a short video waits for one part of a lecture, not for the lecture.
    """
    with transaction.atomic():
        ready = Step.objects.filter(state=StepState.READY).filter(
            Q(not_before__isnull=True) | Q(not_before__lte=clock.now())
        )
        if queue is not None:
            ready = ready.filter(queue=queue)
        if source is not None:
            ready = ready.filter(source=source)
        step = _due(ready)
        if step is None:
            return None
        now = clock.now()
        step.state = StepState.RUNNING
        step.worker = worker
        step.attempts += 1
        step.started_at = step.started_at or now
        step.heartbeat_at = now
        step.lease_until = now + dt.timedelta(seconds=settings.MEDIA_LEASE)
        step.reason = ""
        step.save()
    return step


def _due(ready: QuerySet[Step]) -> Step | None:
    heads = list(ready.values_list("pk", "source_id", "kind", "part").order_by("pk"))
    if not heads:
        return None
    done = Counter(
        Step.objects.filter(source_id__in={head[1] for head in heads}, kind__in=[StepKind.ENCODE, StepKind.OPENING])
        .filter(state__in=[StepState.DONE, StepState.RUNNING])
        .values_list("source_id", flat=True)
    )
    owners = dict(
        MediaAsset.objects.filter(source_id__in={head[1] for head in heads})
        .order_by("-pk")
        .values_list("source_id", "owner_id")
    )
    load: Counter[int | None] = Counter(
        owner
        for owner in Step.objects.filter(
            kind__in=[StepKind.ENCODE, StepKind.OPENING],
            state__in=[StepState.DONE, StepState.RUNNING],
            heartbeat_at__gte=clock.now() - RECENT,
        ).values_list("source__assets__owner_id", flat=True)
    )

    def turn(head: tuple[int, int, str, int]) -> tuple[int, int, int, int]:
        pk, source_id, kind, part = head
        rank = URGENT.index(StepKind(kind)) if kind in URGENT else len(URGENT)
        urgent = rank if kind != StepKind.OPENING or part == 0 else len(URGENT) + 1
        return urgent, load[owners.get(source_id)], done[source_id], pk

    locking = Step.objects.select_related("source")  # a moment later the source may have been deleted
    if connection.features.has_select_for_update_skip_locked:
        locking = locking.select_for_update(skip_locked=True, of=("self",))
    for head in sorted(heads, key=turn):
        if (step := locking.filter(pk=head[0], state=StepState.READY).first()) is not None:
            return step
    return None


def check_lease(step: Step) -> Step:
    """The step's row, locked, if this attempt still holds it. Call inside a transaction.

    Raises `LeaseLost`.
    """
    row = Step.objects.select_for_update().filter(
        pk=step.pk, state=StepState.RUNNING, worker=step.worker, attempts=step.attempts
    )
    held = row.first()
    if held is None:
        raise LeaseLost(step.pk)
    return held


def beat(*, step: Step, progress: float | None = None) -> None:
    """Prolong the lease and note how far the step is.

    Raises `LeaseLost` when the step was given to another worker or taken back.
    """
    now = clock.now()
    values: dict[str, object] = {
        "heartbeat_at": now,
        "lease_until": now + dt.timedelta(seconds=settings.MEDIA_LEASE),
    }
    if progress is not None:
        values["progress"] = max(0.0, min(1.0, progress))
    held = Step.objects.filter(pk=step.pk, state=StepState.RUNNING, worker=step.worker, attempts=step.attempts).update(
        **values
    )
    if not held:
        raise LeaseLost(step.pk)


def complete_step(*, step: Step, cpu_seconds: float) -> None:
    """Mark a step done and let its followers begin.

    Raises `LeaseLost`.
    """
    with transaction.atomic():
        source = Source.objects.select_for_update().get(pk=step.source_id)
        row = check_lease(step)
        row.state = StepState.DONE
        row.progress = 1.0
        row.cpu_seconds = cpu_seconds
        row.finished_at = clock.now()
        row.lease_until = None
        row.reason = row.detail = ""
        row.save()
        release_followers(source)


def give_back(*, step: Step, sentence: str, detail: str = "") -> None:
    """End an attempt that did not work out: again a little later, or failed after MEDIA_MAX_ATTEMPTS.

    Does nothing if the lease is lost or the source deleted: then somebody else has decided already.
    """
    with transaction.atomic():
        try:
            source = Source.objects.select_for_update().get(pk=step.source_id)
            row = check_lease(step)
        except (LeaseLost, Source.DoesNotExist):
            return
        row.reason = sentence
        row.detail = detail[-4000:]
        row.lease_until = None
        row.failures += 1
        if row.failures < settings.MEDIA_MAX_ATTEMPTS:
            row.state = StepState.READY
            row.not_before = clock.now() + dt.timedelta(seconds=BACK_OFF * row.failures)
            row.save()
            return
        row.state = StepState.FAILED
        row.finished_at = clock.now()
        row.save()
        _fail_source(source, row)
    log.warning("step failed for good", source=source.sha256[:12], step=step.kind, part=step.part, detail=detail[-500:])


def _fail_source(source: Source, step: Step) -> None:
    source.state = SourceState.FAILED
    source.reason = f"「{step.get_kind_display()}」试了 {step.failures} 次没有成功：{step.reason}"
    source.detail = step.detail
    source.save(update_fields=["state", "reason", "detail", "updated_at"])
    tell_owners(source=source, kind=NoticeKind.FAILED)


def retry_source(*, source: Source) -> None:
    """Take up a failed source again, from the steps that failed; what is done stays done.

    Raises `Refusal` when nothing has failed.
    """
    with transaction.atomic():
        source = Source.objects.select_for_update().get(pk=source.pk)
        failed = source.steps.filter(state=StepState.FAILED)
        if source.state != SourceState.FAILED or not failed.exists():
            raise Refusal("没有失败的步骤，不用重试。")
        queues = set(failed.values_list("queue", flat=True))
        failed.update(state=StepState.READY, failures=0, reason="", detail="", not_before=None, finished_at=None)
        if source.plan is None:
            source.state = SourceState.RECEIVED
        else:
            source.state = SourceState.PLAYABLE if source.playable_at else SourceState.PROCESSING
        source.reason = source.detail = ""
        source.save(update_fields=["state", "reason", "detail", "updated_at"])
        forget_failure(source=source)
        for queue in queues:
            nudge(queue)


def take_back_expired() -> int:
    """Steps whose worker is silent or dead go back to the queue, or fail after their last attempt. How many."""
    now = clock.now()
    taken = 0
    for step in Step.objects.filter(state=StepState.RUNNING):
        assert step.lease_until is not None
        if step.lease_until >= now and not _worker_is_gone(step.worker):
            continue
        give_back(step=step, sentence="制作程序中断了。", detail=f"worker {step.worker} stopped answering")
        Step.objects.filter(pk=step.pk, state=StepState.READY).update(not_before=None)
        drop(Path(settings.DATA_DIR) / "work" / attempt_name(step))
        taken += 1
    return taken


def attempt_name(step: Step) -> str:
    """The name of an attempt's work folder; a sweeper can tell from it whose it is."""
    return f"step-{step.pk}-{step.attempts}"


def _worker_is_gone(worker: str) -> bool:
    """Whether `worker` was a process of this machine that no longer exists. Another machine's can't be known."""
    host, _, rest = worker.partition(":")
    if host != socket.gethostname():
        return False
    try:
        os.kill(int(rest.partition(":")[0]), 0)
    except ProcessLookupError:
        return True
    except (PermissionError, ValueError):
        return False
    return False


def nudge_ready() -> None:
    """Send a nudge for every queue with work that is due: earlier ones may be lost."""
    due = Step.objects.filter(state=StepState.READY).filter(Q(not_before__isnull=True) | Q(not_before__lte=clock.now()))
    with transaction.atomic():
        for queue in Queue.values:
            for _ in due.filter(queue=queue)[:NUDGES_A_SWEEP]:
                nudge(queue)
