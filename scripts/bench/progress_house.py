"""One database, measured: learners and lessons are planted, heartbeats kept both ways, then counted. Prints JSON.

Run by scripts/bench_progress.py in a process of its own, with DATABASE_URL set.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from dataclasses import asdict, replace
from typing import Any

from scripts.bench.heartbeats import EVERY, LESSONS, Heartbeat, Outcome, Shift, counted, heartbeats, web

BEATS_A_COUNT = 5
"""Heartbeats a learner has sent when they are counted: COUNT_AFTER is two minutes, and the clock ticks every half."""


def plant(learners: int) -> tuple[int, tuple[tuple[int, int], ...], tuple[tuple[int, int], ...]]:
    """People and two sets of lessons. Returns the first user id, and (lesson id, media id) of both sets."""
    from accounts.models import User
    from courses.enums import Category
    from courses.models import Course, Lesson
    from media_pipeline.models import MediaAsset, Source

    User.objects.bulk_create([User(username=f"learner{number}") for number in range(learners)], batch_size=1000)
    first = User.objects.filter(username="learner0").values_list("pk", flat=True).get()
    course = Course.objects.create(title="八段锦", category=Category.HEALTH, summary="站着就能练")
    lessons = []
    for number in range(2 * LESSONS):
        source = Source.objects.create(
            sha256=f"{number:064x}", size=1, original=f"sources/{number}", kind="video", duration=2700.0
        )
        media = MediaAsset.objects.create(title=f"第 {number + 1} 讲", source=source)
        lesson = Lesson.objects.create(course=course, number=number + 1, title=f"第 {number + 1} 讲", media=media)
        lessons.append((lesson.pk, media.pk))
    return first, tuple(lessons[:LESSONS]), tuple(lessons[LESSONS:])


def told(outcome: Outcome) -> dict[str, float]:
    """Figures of one run by the second."""
    took = sorted(outcome.took)
    wall = outcome.wall
    return {
        "heartbeats": outcome.kept / wall,
        "commits": outcome.writes.commits / wall,
        "statements": outcome.writes.statements / wall,
        "rows": outcome.writes.rows / wall,
        "half_within_ms": statistics.median(took),
        "nearly_all_within_ms": took[int(len(took) * 0.99)],
    }


def fill_inbox(shift: Shift, learners: int) -> int:
    """What `learners` people send until they are counted, laid in unmeasured. Returns how many reports."""
    from core import clock
    from courses.models import PlayedReport

    def row(one: Heartbeat) -> PlayedReport:
        return PlayedReport(
            user_pk=one.user_pk,
            lesson_pk=one.lesson_pk,
            media_pk=one.media_pk,
            session=one.session,
            seq=one.beat + 1,
            digest="",
            stretches=[one.stretch],
            opened_at=one.opened_at,
            received_at=clock.now(),
            place_ms=one.stretch[3],
            place_at_ms=one.stretch[1],
        )

    source = heartbeats(replace(shift, learners=learners))
    rows = [row(next(source)) for _ in range(learners * BEATS_A_COUNT)]
    PlayedReport.objects.bulk_create(rows, batch_size=2000, ignore_conflicts=True)
    return len(rows)


def count(shift: Shift, learners: int) -> dict[str, float]:
    """Counting what `learners` people have sent in two minutes."""
    from courses.operations.progress import count_reports

    fill_inbox(shift, learners)
    with counted() as writes:
        before = time.monotonic()
        reports = count_reports(wait=-60)
        wall = time.monotonic() - before
    return {"learners": learners, "reports": reports, "seconds": wall, **asdict(writes)}


def measure(asked: argparse.Namespace) -> dict[str, Any]:
    from courses.operations.progress import count_reports

    first, ours, plain = plant(asked.learners)
    now = time.time()
    offered = asked.learners / EVERY

    def shift(way: str, a_second: float, beat: int) -> Shift:
        hours_ago = 3600 if way == "ours" else 26 * 3600
        lessons = ours if way == "ours" else plain
        return Shift(way, asked.seconds, a_second, first, asked.learners, lessons, now - hours_ago, beat)

    runs = {way: told(web(shift(way, offered, 0))) for way in ("plain", "ours")}
    most = {way: told(web(shift(way, 0, 40)))["heartbeats"] for way in ("plain", "ours")}
    count_reports(wait=-60)
    counts = [
        count(shift("ours", 0, 70 + number * BEATS_A_COUNT), learners)
        for number, learners in enumerate((asked.learners // 9, asked.learners // 3, asked.learners))
    ]
    return {"offered": offered, "keeping": runs, "most": most, "counting": counts}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--learners", type=int, required=True)
    parser.add_argument("--seconds", type=float, required=True)
    asked = parser.parse_args()
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    print(json.dumps(measure(asked)))


if __name__ == "__main__":
    main()
