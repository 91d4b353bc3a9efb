"""Workers die at any moment, messages get lost, the disk fills up: the job goes on by itself."""

from __future__ import annotations

import errno
import os
from collections.abc import Mapping
from pathlib import Path

import pytest
from django.conf import settings

from media_pipeline.enums import SourceState, StepKind, StepState
from media_pipeline.models import Part, Source, Step
from media_pipeline.operations import jobs
from media_pipeline.operations.sweep import sweep
from media_pipeline.operations.work import attempt_step, run_until_idle
from media_pipeline.queries.verify import find_faults
from media_pipeline.storage.disk import DiskStore
from tests.media_pipeline import clips
from tests.media_pipeline.factories import receive
from tests.media_pipeline.readback import on_disk
from tests.media_pipeline.workers import kill, until, worker

LEASE = 4


@pytest.fixture
def environment(child_environment: dict[str, str], settings, real_broker: Path) -> dict[str, str]:
    settings.MEDIA_LEASE = LEASE
    return {**child_environment, "MEDIA_LEASE": str(LEASE)}


def reload(source: Source) -> Source:
    return Source.objects.get(pk=source.pk)


def encoded_segments(source: Source) -> int:
    parts = Part.objects.filter(rendition__source=source, rendition__name="v360")
    return sum(len(part.segments) for part in parts)


def test_a_killed_encode_goes_on_from_its_last_segment_on_another_worker(environment: dict[str, str]) -> None:
    """The worker is killed in the middle of the ladder; what viewers could fetch stays, byte for byte."""
    source = receive(clips.encodable(seconds=44, size="960x540")).source
    with worker(environment) as first:
        until(lambda: encoded_segments(source) >= 3, seconds=180, what="three segments of the ladder")
        kill(first)
    held = Step.objects.get(source=source, state=StepState.RUNNING)
    assert held.kind == StepKind.ENCODE
    kept = {path: path.stat().st_mtime_ns for path in on_disk(source.folder).rglob("*.m4s")}
    until(lambda: not orphans(source), seconds=10, what="ffmpeg dies with its worker")
    with worker(environment):
        until(lambda: reload(source).state == SourceState.READY, seconds=180, what="ready after the kill")
    held.refresh_from_db()
    assert (held.state, held.attempts) == (StepState.DONE, 2)
    assert {path: path.stat().st_mtime_ns for path in kept} == kept, "nothing visible was made again"
    assert find_faults(reload(source)) == []
    assert list((Path(settings.DATA_DIR) / "work").iterdir()) == []


def orphans(source: Source) -> list[str]:
    """Command lines of processes that still read this source."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            line = entry.read_bytes()
        except OSError:
            continue
        if source.sha256.encode() in line:
            found.append(line.decode(errors="replace"))
    return found


def test_a_lost_broker_delays_and_loses_nothing(environment: dict[str, str], real_broker: Path) -> None:
    source = receive(clips.silent()).source
    messages = list(real_broker.glob("*.msg"))
    assert messages, "the upload sent a nudge"
    for message in messages:
        message.unlink()
    with worker(environment):
        until(lambda: reload(source).state == SourceState.READY, seconds=180, what="ready without its messages")


def test_nudges_survive_a_broker_that_refuses_them(settings, data_dir: Path, real_broker: Path, db: None) -> None:
    """An upload is saved even if no worker can be told; the sweeper tells them later."""
    from celery import current_app

    options = dict(current_app.conf.broker_transport_options)
    blocked = data_dir / "not-a-folder"
    blocked.write_text("")
    current_app.conf.broker_transport_options = {**options, "data_folder_out": str(blocked)}
    try:
        source = receive(clips.silent()).source
    finally:
        current_app.conf.broker_transport_options = options
    assert source.steps.get().state == StepState.READY


def test_a_full_disk_waits_fails_in_words_and_is_taken_up_again(settings, db: None) -> None:
    source = receive(clips.silent()).source
    room = settings.MEDIA_MIN_FREE_BYTES
    settings.MEDIA_MIN_FREE_BYTES = 10**18
    for attempt in (1, 2, 3):
        Step.objects.filter(source=source).update(not_before=None)
        run_until_idle(source)
        assert Step.objects.get(source=source).attempts == attempt
    stuck = reload(source)
    assert stuck.state == SourceState.FAILED
    assert "磁盘满了" in stuck.reason
    settings.MEDIA_MIN_FREE_BYTES = room
    jobs.retry_source(source=stuck)
    assert run_until_idle(source).state == SourceState.READY


def test_a_disk_that_fills_up_while_a_file_is_moved_costs_one_attempt(monkeypatch, db: None) -> None:
    """ENOSPC from the system, not from our own look at the free space."""
    source = receive(clips.silent()).source
    jobs_done_here(source, kinds={StepKind.PROBE})

    def full(self: DiskStore, files: Mapping[str, Path]) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(DiskStore, "keep", full)
        run_until_idle(source)
    troubled = [step.reason for step in source.steps.exclude(reason="")]
    assert troubled
    assert all("磁盘满了" in reason for reason in troubled)
    assert list((Path(settings.DATA_DIR) / "work").iterdir()) == []
    Step.objects.filter(source=source).update(not_before=None)
    assert run_until_idle(source).state == SourceState.READY
    assert find_faults(reload(source)) == []


def test_two_workers_share_the_parts_of_one_source(environment: dict[str, str], monkeypatch) -> None:
    """Parts are taken by whoever is free, and join without a fault."""
    monkeypatch.setattr("media_pipeline.cuts.PART_SECONDS", 8)
    source = receive(clips.encodable(seconds=34, size="426x240")).source
    assert jobs_done_here(source, kinds={StepKind.PROBE}) == 1
    assert source.steps.filter(kind=StepKind.ENCODE).count() >= 3
    with worker(environment), worker(environment):
        sweep()
        until(lambda: reload(source).state == SourceState.READY, seconds=180, what="ready by two workers")
    owners = set(source.steps.filter(kind=StepKind.ENCODE).values_list("worker", flat=True))
    assert len(owners) >= 2, "both worked"
    assert find_faults(reload(source)) == []


def jobs_done_here(source: Source, *, kinds: set[str]) -> int:
    done = 0
    while (step := jobs.claim_step(queue=None, worker=jobs.worker_name(), source=source)) is not None:
        if step.kind not in kinds:
            Step.objects.filter(pk=step.pk).update(state=StepState.READY, attempts=0, lease_until=None)
            return done
        attempt_step(step)
        done += 1
    return done


def test_this_process_is_not_taken_for_a_dead_worker() -> None:
    assert not jobs._worker_is_gone(jobs.worker_name())
    assert str(os.getpid()) in jobs.worker_name()
