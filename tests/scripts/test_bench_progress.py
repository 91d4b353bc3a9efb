"""`make bench-progress` on a few hundred learners: both ways are really run, and the ratios follow from the figures."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import pytest
from django.conf import settings

from scripts.bench.heartbeats import rows_written


@pytest.fixture(scope="module")
def told() -> tuple[dict[str, Any], list[str]]:
    """The JSON line, and the lines for people."""
    environment = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "YINLING_DATA"}}
    done = subprocess.run(
        [sys.executable, "scripts/bench_progress.py", "--quick"],
        cwd=settings.BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
        timeout=400,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    *lines, last = done.stdout.splitlines()
    return json.loads(last), lines


def test_both_ways_keep_what_is_offered_and_ours_asks_less(told: tuple[dict[str, Any], list[str]]) -> None:
    figures = told[0]["databases"]["sqlite"]
    for way in ("plain", "ours"):
        assert figures["keeping"][way]["heartbeats"] > figures["offered"] * 0.5
    assert figures["ratios"]["statements"] > 2
    assert figures["ratios"]["rows"] > 1
    assert figures["most_with_counting"] > figures["most"]["plain"]


def test_everything_offered_is_counted_and_the_ratios_are_those_of_the_figures(
    told: tuple[dict[str, Any], list[str]],
) -> None:
    figures = told[0]["databases"]["sqlite"]
    assert [one["learners"] for one in figures["counting"]] == [40, 120, 360]
    assert [one["reports"] for one in figures["counting"]] == [200, 600, 1800]
    each = figures["a_heartbeat"]
    for name in ("commits", "statements", "rows"):
        assert figures["ratios"][name] == pytest.approx(each["plain"][name] / each["ours"][name])
    assert figures["ratios"]["most"] == pytest.approx(figures["most_with_counting"] / figures["most"]["plain"])


def test_people_get_a_table(told: tuple[dict[str, Any], list[str]]) -> None:
    assert any("合批：收下加结算" in line for line in told[1])


def test_rows_are_counted_by_what_a_statement_writes() -> None:
    class Cursor:
        rowcount = 7

    assert (
        rows_written(Cursor(), 'INSERT INTO "t" ("a", "b") VALUES (%s, %s), (%s, %s) RETURNING "id"', (1, 2, 3, 4)) == 2
    )
    assert (
        rows_written(Cursor(), 'INSERT INTO "t" SELECT * FROM UNNEST((%s)::int[], (%s)::int[])', ([1, 2, 3], [4])) == 3
    )
    assert rows_written(Cursor(), 'UPDATE "t" SET "a" = %s', (1,)) == 7
    assert rows_written(Cursor(), "SELECT 1", ()) == 0
