"""Ten thousand learners' heartbeats: how they are made, the plain way to keep one, ours, and a web process full of
threads that keeps them."""

from __future__ import annotations

import datetime as dt
import hashlib
import multiprocessing
import os
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from typing import Any

EVERY = 30.0
"""Seconds between two heartbeats of a learner."""
PROCESSES = 3
THREADS = 16
"""As deploy/systemd/yinling-web.service starts them."""
LESSONS = 20
BEAT = 30_000


@dataclass
class Writes:
    """What a way asked of the database. `statements` are all, `rows` those written, `commits` transactions."""

    statements: int = 0
    rows: int = 0
    commits: int = 0

    def __add__(self, other: Writes) -> Writes:
        return Writes(self.statements + other.statements, self.rows + other.rows, self.commits + other.commits)


@dataclass(frozen=True)
class Shift:
    """What one process has to do. `a_second` heartbeats are offered (0: as many as it can) for `seconds`; `learners`
    are the user ids from `first` on, `lessons` the (lesson id, media id) they watch, `beat` the first number used."""

    way: str
    seconds: float
    a_second: float
    first: int
    learners: int
    lessons: tuple[tuple[int, int], ...]
    opened_at: float
    beat: int


@dataclass
class Outcome:
    """What a process did: heartbeats kept, seconds each took in ms, what it wrote."""

    kept: int = 0
    wall: float = 0.0
    took: list[float] = field(default_factory=list)
    writes: Writes = field(default_factory=Writes)


def rows_written(cursor: Any, sql: str, params: Any) -> int:
    """How many rows a statement wrote. For an insert that returns something, rowcount says nothing on SQLite yet."""
    if sql.startswith("INSERT"):
        return len(params[0]) if "UNNEST(" in sql else sql.count("(%s")
    return max(cursor.rowcount, 0) if sql.startswith(("UPDATE", "DELETE")) else 0


@contextmanager
def counted() -> Iterator[Writes]:
    """Counts what all threads of this process ask of the database."""
    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.backends.utils import CursorWrapper

    writes = Writes()
    lock = threading.Lock()
    commit, execute = BaseDatabaseWrapper._commit, CursorWrapper._execute  # type: ignore[attr-defined]

    def counting_commit(self: Any) -> Any:
        with lock:
            writes.commits += 1
        return commit(self)

    def counting_execute(self: Any, sql: Any, params: Any, *rest: Any) -> Any:
        answer = execute(self, sql, params, *rest)
        with lock:
            writes.statements += 1
            writes.rows += rows_written(self.cursor, str(sql), params)
        return answer

    BaseDatabaseWrapper._commit = counting_commit  # type: ignore[attr-defined]
    CursorWrapper._execute = counting_execute  # type: ignore[attr-defined]
    try:
        yield writes
    finally:
        BaseDatabaseWrapper._commit, CursorWrapper._execute = commit, execute  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Heartbeat:
    """The half minute number `beat` of a learner who watches one lesson from its beginning."""

    user_pk: int
    lesson_pk: int
    media_pk: int
    opened_at: dt.datetime
    beat: int

    @property
    def session(self) -> str:
        return hashlib.sha256(f"{self.user_pk} {self.lesson_pk}".encode()).hexdigest()[:32]

    @property
    def stretch(self) -> list[int]:
        at = self.beat * BEAT
        return [at, at + BEAT, at, at + BEAT]

    def said(self) -> dict[str, Any]:
        """As a player sends it."""
        return {
            "session": self.session,
            "seq": self.beat + 1,
            "played": [self.stretch],
            "place": [self.stretch[3], self.stretch[1]],
        }


def heartbeats(shift: Shift) -> Iterator[Heartbeat]:
    """Round after round of all learners of the shift, without end."""
    opened_at = dt.datetime.fromtimestamp(shift.opened_at, tz=dt.UTC)
    beat = shift.beat
    while True:
        for number in range(shift.learners):
            user_pk = shift.first + number
            lesson_pk, media_pk = shift.lessons[user_pk % len(shift.lessons)]
            yield Heartbeat(user_pk, lesson_pk, media_pk, opened_at, beat)
        beat += 1


def keep_ours(one: Heartbeat) -> None:
    """By our own door, ticket and all."""
    from courses.operations.reports import receive_report
    from courses.tickets import write_ticket

    ticket = write_ticket(user_pk=one.user_pk, lesson_pk=one.lesson_pk, media_pk=one.media_pk, opened_at=one.opened_at)
    receive_report(ticket=ticket, sent=one.said())


def keep_plainly(one: Heartbeat) -> None:
    """As one would write it first: each heartbeat brings everything up to date, in a transaction of its own."""
    from django.db import transaction

    from core import clock
    from courses.measuring.intervals import measure, tidy
    from courses.models import LessonProgress, PlayedReport, StudyDay, WatchPosition

    present = clock.now()
    wall_start, wall_end, media_start, media_end = one.stretch
    with transaction.atomic():
        _, is_new = PlayedReport.objects.get_or_create(
            user_pk=one.user_pk,
            session=one.session,
            seq=one.beat + 1,
            defaults={
                "lesson_pk": one.lesson_pk,
                "media_pk": one.media_pk,
                "digest": "",
                "stretches": [one.stretch],
                "opened_at": one.opened_at,
                "received_at": present,
            },
        )
        if not is_new:
            return
        progress, _ = LessonProgress.objects.select_for_update().get_or_create(
            user_id=one.user_pk, lesson_id=one.lesson_pk, defaults={"counted_at": present}
        )
        covered = tidy([*progress.covered, (media_start, media_end)])
        progress.covered = [list(pair) for pair in covered]
        progress.covered_ms = progress.played_ms = progress.credited_ms = measure(covered)
        progress.counted_at = present
        progress.save()
        day, _ = StudyDay.objects.select_for_update().get_or_create(user_id=one.user_pk, day=one.opened_at.date())
        taken = tidy([*day.taken, (wall_start, wall_end)])
        day.taken, day.credited_ms = [list(pair) for pair in taken], measure(taken)
        day.save()
        WatchPosition.objects.update_or_create(
            user_id=one.user_pk,
            lesson_id=one.lesson_pk,
            defaults={"seconds": media_end / 1000, "watched_at": present},
        )


WAYS: dict[str, Callable[[Heartbeat], None]] = {"ours": keep_ours, "plain": keep_plainly}


def work(shift: Shift) -> dict[str, Any]:
    """One web process: its threads keep heartbeats until the time is over. Runs in a process of its own."""
    import django

    django.setup()
    from django.db import connections

    keep = WAYS[shift.way]
    source = heartbeats(shift)
    outcome = Outcome()
    lock = threading.Lock()
    began = time.monotonic()
    pace = 1 / shift.a_second if shift.a_second else 0.0
    turns = iter(range(10**9))

    def keep_on() -> None:
        try:
            while True:
                with lock:
                    one, turn = next(source), next(turns)
                due = began + turn * pace
                if due > began + shift.seconds or time.monotonic() > began + shift.seconds:
                    return
                time.sleep(max(0.0, due - time.monotonic()))
                before = time.monotonic()
                keep(one)
                took = (time.monotonic() - before) * 1000
                with lock:
                    outcome.kept += 1
                    outcome.took.append(took)
        finally:
            connections.close_all()

    with counted() as writes, ThreadPoolExecutor(THREADS) as pool:
        for future in [pool.submit(keep_on) for _ in range(THREADS)]:
            future.result()
    outcome.wall, outcome.writes = time.monotonic() - began, writes
    return asdict(outcome)


def web(shift: Shift, *, processes: int = PROCESSES) -> Outcome:
    """The whole site: `processes` web processes share the learners and what is offered."""
    share = shift.learners // processes
    shifts = [
        Shift(**{
            **asdict(shift),
            "a_second": shift.a_second / processes,
            "first": shift.first + number * share,
            "learners": share,
            "lessons": shift.lessons,
        })
        for number in range(processes)
    ]  # fmt: skip
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")
    with multiprocessing.get_context("spawn").Pool(processes) as pool:
        told = pool.map(work, shifts, chunksize=1)
    whole = Outcome(wall=max(one["wall"] for one in told))
    for one in told:
        whole.kept += one["kept"]
        whole.took += one["took"]
        whole.writes += Writes(**one["writes"])
    return whole
