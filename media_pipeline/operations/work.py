"""Doing the work: claim a step, attempt it, record how it ended."""

from __future__ import annotations

import time
from collections.abc import Callable

import structlog
from django.conf import settings
from django.db import OperationalError

from media_pipeline.enums import SourceState, StepKind, StepState
from media_pipeline.errors import LeaseLost, StepFailed
from media_pipeline.models import Source, Step
from media_pipeline.operations.jobs import attempt_name, claim_step, complete_step, give_back, worker_name
from media_pipeline.steps import byproducts, finish, segments, verdict
from media_pipeline.steps.attempt import Attempt, disk_full_sentence, is_disk_full, store_down_sentence
from media_pipeline.storage import StoreDown, drop, drop_or_leave, free_bytes, work_dir

log = structlog.get_logger(__name__)

RUNNERS: dict[str, Callable[[Attempt], None]] = {
    StepKind.PROBE: verdict.run,
    StepKind.COPY: segments.copy,
    StepKind.AUDIO: segments.sound,
    StepKind.OPENING: segments.encode,
    StepKind.ENCODE: segments.encode,
    StepKind.POSTER: byproducts.poster,
    StepKind.SPRITE: byproducts.sprite,
    StepKind.WAVEFORM: byproducts.waveform,
    StepKind.DOWNLOAD: byproducts.download,
    StepKind.FINISH: finish.run,
}
SETTLED = frozenset({SourceState.READY, SourceState.REFUSED, SourceState.FAILED})


def work_next(*, queue: str | None, source: Source | None = None) -> bool:
    """Claim and attempt one step. False if none is due."""
    step = claim_step(queue=queue, worker=worker_name(), source=source)
    if step is None:
        return False
    attempt_step(step)
    return True


def attempt_step(step: Step) -> None:
    """Attempt a claimed step. However it ends, the row says so and the attempt's folder is gone."""
    try:
        _attempt(step)
        if not Source.objects.filter(pk=step.source_id).exists():
            # Deleted meanwhile: what the attempt moved to the store after that has no row any more.
            drop_or_leave(step.source.folder)
    except OperationalError:
        # The database itself is in trouble: the lease runs out, and the sweeper decides.
        log.exception("database unavailable")


def _attempt(step: Step) -> None:
    bound = log.bind(source=step.source.sha256[:12], step=step.kind, part=step.part, attempt=step.attempts)
    folder = None
    try:
        _check_room()
        folder = work_dir(attempt_name(step))
        with Attempt(step=step, source=step.source, folder=folder) as attempt:
            RUNNERS[step.kind](attempt)
        complete_step(step=step, cpu_seconds=attempt.cpu_seconds)
        bound.info("step done", cpu_seconds=round(attempt.cpu_seconds, 1), peak_memory=attempt.peak_memory)
    except (LeaseLost, Source.DoesNotExist):
        bound.warning("lease lost, attempt dropped")
    except StepFailed as failed:
        bound.warning("step failed", reason=failed.sentence, detail=failed.detail[-500:])
        give_back(step=step, sentence=failed.sentence, detail=failed.detail)
    except OperationalError:
        raise
    except StoreDown as error:
        bound.warning("media store down", detail=str(error))
        give_back(step=step, sentence=store_down_sentence(), detail=str(error))
    except OSError as error:
        bound.exception("step met a system error")
        sentence = disk_full_sentence() if is_disk_full(error) else "服务器读写文件时出错。"
        give_back(step=step, sentence=sentence, detail=repr(error))
    except Exception as error:
        bound.exception("step broke")
        give_back(step=step, sentence="制作程序出错，已记录，请联系管理员。", detail=repr(error))
    finally:
        if folder is not None:
            drop(folder)


def _check_room() -> None:
    if free_bytes() < settings.MEDIA_MIN_FREE_BYTES:
        raise StepFailed(disk_full_sentence(), f"{free_bytes()} bytes free")


def run_until_settled(*, source: Source, patience: float = 0.2) -> Source:
    """Work on one source in this process until it is ready, refused or failed; waits for steps that others hold."""
    while True:
        if work_next(queue=None, source=source):
            continue
        source = Source.objects.get(pk=source.pk)
        if source.state in SETTLED and not source.steps.filter(state__in=[StepState.READY, StepState.RUNNING]).exists():
            return source
        time.sleep(patience)


def run_until_idle(source: Source) -> Source:
    """Do every step of `source` that is due, without waiting for any other worker or back-off."""
    while work_next(queue=None, source=source):
        pass
    return Source.objects.get(pk=source.pk)
