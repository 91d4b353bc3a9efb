"""The life of a step: claims in fair order, leases, attempts, failure and retry."""

from __future__ import annotations

import datetime as dt
import os
import socket
import subprocess
import sys

import pytest
import time_machine

from core.errors import Refusal
from media_pipeline.enums import Queue, SourceState, StepKind, StepState
from media_pipeline.errors import LeaseLost
from media_pipeline.models import Notice, Step
from media_pipeline.operations import jobs
from tests.accounts.factories import UserFactory
from tests.media_pipeline.factories import MediaAssetFactory, SourceFactory, StepFactory

pytestmark = pytest.mark.django_db
START = dt.datetime(2026, 9, 1, 8, 0, tzinfo=dt.UTC)


def claim(queue: str | None = Queue.BULK, worker: str = "elsewhere:1:a") -> Step | None:
    return jobs.claim_step(queue=queue, worker=worker)


def test_a_short_video_waits_for_one_part_of_a_lecture_not_for_the_lecture() -> None:
    editor = UserFactory()
    lecture = MediaAssetFactory(owner=editor).source
    for part in range(5):
        StepFactory(source=lecture, part=part)
    first = claim()
    assert first is not None
    assert first.source == lecture
    short = StepFactory(source=MediaAssetFactory(owner=editor).source, part=0)
    assert claim() == short
    following = claim()
    assert following is not None
    assert (following.source, following.part) == (lecture, 1)


def test_an_editor_with_a_hundred_videos_does_not_hold_up_the_other() -> None:
    busy, calm = UserFactory(), UserFactory()
    for _ in range(6):
        StepFactory(source=MediaAssetFactory(owner=busy).source)
    claim()
    claim()
    theirs = StepFactory(source=MediaAssetFactory(owner=calm).source)
    assert claim() == theirs


def test_the_verdict_comes_before_openings_and_openings_before_later_parts() -> None:
    late_part = StepFactory(kind=StepKind.OPENING, part=3, queue=Queue.PLAY)
    opening = StepFactory(kind=StepKind.OPENING, part=0, queue=Queue.PLAY)
    verdict = StepFactory(kind=StepKind.PROBE, part=0, queue=Queue.PLAY)
    assert [claim(Queue.PLAY) for _ in range(4)] == [verdict, opening, late_part, None]


def test_a_step_is_claimed_once_and_queues_do_not_mix() -> None:
    step = StepFactory(queue=Queue.BULK)
    assert claim(Queue.PLAY) is None
    assert claim(Queue.BULK) == step
    assert claim(Queue.BULK) is None
    step.refresh_from_db()
    assert (step.state, step.attempts) == (StepState.RUNNING, 1)


def test_claiming_asks_as_many_questions_for_fifty_sources_as_for_one(django_assert_max_num_queries) -> None:
    for _ in range(50):
        StepFactory(source=MediaAssetFactory(owner=UserFactory()).source)
    with django_assert_max_num_queries(8):
        assert claim() is not None


def test_a_silent_worker_loses_its_step_and_cannot_write_any_more(settings) -> None:
    with time_machine.travel(START, tick=False) as clock:
        StepFactory()
        held = claim()
        assert held is not None
        jobs.beat(step=held, progress=0.5)
        clock.shift(settings.MEDIA_LEASE - 1)
        assert jobs.take_back_expired() == 0
        clock.shift(2)
        assert jobs.take_back_expired() == 1
        held.refresh_from_db()
        assert held.state == StepState.READY
        again = claim(worker="elsewhere:2:b")
        assert again is not None
        assert again.attempts == 2
        held.attempts, held.worker = 1, "elsewhere:1:a"
        with pytest.raises(LeaseLost):
            jobs.beat(step=held)
        with pytest.raises(LeaseLost):
            jobs.complete_step(step=held, cpu_seconds=1)
        jobs.give_back(step=held, sentence="太晚了")
        again.refresh_from_db()
        assert (again.state, again.reason) == (StepState.RUNNING, "")


def test_a_heartbeat_prolongs_the_lease(settings) -> None:
    with time_machine.travel(START, tick=False) as clock:
        StepFactory()
        held = claim()
        assert held is not None
        for _ in range(5):
            clock.shift(settings.MEDIA_LEASE * 0.8)
            jobs.beat(step=held, progress=0.1)
            assert jobs.take_back_expired() == 0


def test_a_dead_process_of_this_machine_is_noticed_at_once() -> None:
    child = subprocess.Popen([sys.executable, "-c", "pass"])
    child.wait()
    StepFactory()
    StepFactory()
    dead = claim(worker=f"{socket.gethostname()}:{child.pid}:x")
    alive = claim(worker=f"{socket.gethostname()}:{os.getpid()}:x")
    assert dead is not None
    assert alive is not None
    assert jobs.take_back_expired() == 1
    dead.refresh_from_db()
    alive.refresh_from_db()
    assert (dead.state, alive.state) == (StepState.READY, StepState.RUNNING)


def test_three_failures_end_with_a_reason_a_notice_and_a_retry_that_works() -> None:
    editor = UserFactory()
    asset = MediaAssetFactory(owner=editor, title="八段锦", source=SourceFactory(state=SourceState.PROCESSING))
    StepFactory(source=asset.source, kind=StepKind.AUDIO, part=0)
    untouched = StepFactory(source=asset.source, kind=StepKind.POSTER, part=0, state=StepState.DONE)
    with time_machine.travel(START, tick=False) as clock:
        for attempt in (1, 2, 3):
            step = claim()
            assert step is not None
            assert step.attempts == attempt
            jobs.give_back(step=step, sentence="磁盘满了。", detail="No space left on device")
            assert claim() is None, "a failed attempt is not repeated at once"
            clock.shift(60)
    step.refresh_from_db()
    asset.source.refresh_from_db()
    assert step.state == StepState.FAILED
    assert asset.source.state == SourceState.FAILED
    assert "「制作声音」试了 3 次没有成功：磁盘满了。" in asset.source.reason
    assert Notice.objects.get(user=editor).sentence.startswith("《八段锦》没有做成")
    jobs.retry_source(source=asset.source)
    asset.source.refresh_from_db()
    assert (asset.source.state, asset.source.reason) == (SourceState.RECEIVED, "")
    again = claim()
    assert again is not None
    assert (again.pk, again.failures) == (step.pk, 0)
    untouched.refresh_from_db()
    assert untouched.state == StepState.DONE


def test_nothing_to_retry_is_said_in_words() -> None:
    with pytest.raises(Refusal, match="不用重试"):
        jobs.retry_source(source=SourceFactory(ready=True))


def test_followers_begin_when_all_they_need_is_done(nudges, django_capture_on_commit_callbacks) -> None:
    source = SourceFactory(state=SourceState.PROCESSING)
    StepFactory(source=source, kind=StepKind.ENCODE, part=0)
    StepFactory(source=source, kind=StepKind.ENCODE, part=1)
    sprite = StepFactory(source=source, kind=StepKind.SPRITE, part=0, state=StepState.WAITING)
    finish = StepFactory(source=source, kind=StepKind.FINISH, part=0, state=StepState.WAITING)
    for wanted in (StepState.WAITING, StepState.READY):
        step = claim()
        assert step is not None
        with django_capture_on_commit_callbacks(execute=True):
            jobs.complete_step(step=step, cpu_seconds=1)
        sprite.refresh_from_db()
        assert sprite.state == wanted
    assert [nudge.queue for nudge in nudges] == [Queue.BULK]
    finish.refresh_from_db()
    assert finish.state == StepState.WAITING


def test_lost_nudges_are_sent_again_for_what_is_due(nudges, django_capture_on_commit_callbacks) -> None:
    with time_machine.travel(START, tick=False) as clock:
        StepFactory(queue=Queue.PLAY)
        later = StepFactory(queue=Queue.BULK, not_before=START + dt.timedelta(seconds=30))
        with django_capture_on_commit_callbacks(execute=True):
            jobs.nudge_ready()
        assert [nudge.queue for nudge in nudges] == [Queue.PLAY]
        clock.shift(31)
        with django_capture_on_commit_callbacks(execute=True):
            jobs.nudge_ready()
        assert [nudge.queue for nudge in nudges] == [Queue.PLAY, Queue.PLAY, Queue.BULK]
        assert claim() == later
