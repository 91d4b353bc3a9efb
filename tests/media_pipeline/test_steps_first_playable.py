"""What makes a source playable has the machine to itself for a moment; the ladder follows, whatever becomes of it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine

from core import clock
from media_pipeline import ffmpeg
from media_pipeline.enums import Queue, StepKind, StepState
from media_pipeline.models import Source, Step
from media_pipeline.operations import jobs
from media_pipeline.operations.work import attempt_step, work_next
from tests.media_pipeline import clips
from tests.media_pipeline.factories import receive
from tests.media_pipeline.readback import videos

pytestmark = pytest.mark.django_db


def judged(**clip: Any) -> Source:
    """A source that just got its verdict."""
    source = receive(clips.encodable(**clip)).source
    work_next(queue=Queue.PLAY, source=source)
    source.refresh_from_db()
    assert source.verdict_at is not None
    return source


def claim(queue: str, source: Source | None = None) -> Step | None:
    return jobs.claim_step(queue=queue, worker=jobs.worker_name(), source=source)


def test_the_ladder_begins_when_the_source_plays(nudges: list[Any], django_capture_on_commit_callbacks: Any) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        source = judged()
    assert {nudge.queue for nudge in nudges} == {Queue.PLAY}
    assert claim(Queue.BULK) is None
    nudges.clear()
    with django_capture_on_commit_callbacks(execute=True):
        while work_next(queue=Queue.PLAY, source=source):
            pass
    source.refresh_from_db()
    assert source.plays
    ready = source.steps.filter(queue=Queue.BULK, state=StepState.READY).count()
    assert [nudge.queue for nudge in nudges] == [Queue.BULK] * ready
    step = claim(Queue.BULK)
    assert step is not None
    assert step.kind == StepKind.POSTER


def test_other_work_in_bulk_goes_on_meanwhile() -> None:
    older = judged(seconds=5)
    older.steps.update(not_before=None)
    judged()
    step = claim(Queue.BULK)
    assert step is not None
    assert step.source == older


def test_the_ladder_does_not_wait_for_an_opening_that_never_comes() -> None:
    source = judged()
    step = claim(Queue.PLAY, source)
    assert step is not None
    jobs.give_back(step=step, sentence="磁盘满了。")
    with time_machine.travel(clock.now() + jobs.HEAD_START + dt.timedelta(seconds=1), tick=False):
        assert claim(Queue.BULK, source) is not None


def test_the_ladder_first_makes_what_follows_the_opening() -> None:
    source = judged(seconds=14)
    source.steps.filter(queue=Queue.BULK).update(not_before=None)
    claimed = [step for _ in range(9) if (step := claim(Queue.BULK, source)) is not None]
    assert [step.part for step in claimed if step.kind == StepKind.ENCODE] == [1, 0]


def test_an_opening_makes_its_first_segment_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    source = judged(seconds=14)
    made: list[tuple[int, int]] = []
    encode_part = ffmpeg.encode_part

    def noted(*given: Any, first: int, last: int, **rest: Any) -> list[str]:
        made.append((first, last))
        return encode_part(*given, first=first, last=last, **rest)

    monkeypatch.setattr(ffmpeg, "encode_part", noted)
    source.steps.filter(kind=StepKind.AUDIO).delete()
    step = claim(Queue.PLAY, source)
    assert step is not None
    assert step.kind == StepKind.OPENING
    attempt_step(step)
    assert made == [(0, 1), (1, 2)]
    part = videos(source)[-1].parts.get(number=0)
    assert (part.complete, len(part.segments)) == (True, 2)
