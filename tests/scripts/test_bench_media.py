"""`make bench-media` on a tiny film: every way is really run, every goal is judged by what was measured."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from scripts.bench.goals import Goal, Result, goals

WAYS = {"ours", "whole", "limit", "naive", "mediacms", "mediacms_faster", "naive_fast_sound", "copied", "copied_whole"}


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> tuple[Mapping[str, Any], list[str], Path]:
    """The JSON line, the lines for people, and the folder it worked in."""
    folder = tmp_path_factory.mktemp("bench")
    environment = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "YINLING_DATA"}}
    done = subprocess.run(
        [sys.executable, "scripts/bench_media.py", "--quick", "--folder", str(folder)],
        cwd=settings.BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    *lines, last = done.stdout.splitlines()
    return json.loads(last), lines, folder


def test_ratios_come_from_what_was_run(told: tuple[Mapping[str, Any], list[str], Path]) -> None:
    film = told[0]["films"]["slides"]
    cpu = film["cpu_seconds"]
    assert set(cpu) == WAYS
    assert all(seconds > 0.1 for runs in cpu.values() for seconds in runs)
    assert cpu["whole"][0] > cpu["ours"][0]
    assert cpu["mediacms"][0] > cpu["limit"][0]  # a slower preset and five decodes: not a matter of luck
    for rival in ("limit", "naive", "mediacms"):
        assert film[f"cpu_ours_to_{rival}"] == pytest.approx(cpu["ours"][0] / cpu[rival][0], rel=0.02)
    assert film["cpu_copied_to_mediacms"] == pytest.approx(cpu["copied"][0] / cpu["mediacms"][0], rel=0.02)
    assert film["bytes_ours_to_naive"] == pytest.approx(film["bytes"]["ours"] / film["bytes"]["naive"], abs=1e-4)


def test_quality_and_playlists_are_measured(told: tuple[Mapping[str, Any], list[str], Path]) -> None:
    film = told[0]["films"]["slides"]
    assert 60 < film["vmaf_720p"] <= 100
    assert [line["name"] for line in film["variants"]] == ["a40", "v240", "v360", "v480", "v720"]
    assert all(0 < line["measured"] <= line["declared"] for line in film["variants"])
    assert film["lowest_rung_bits"] <= 150_000
    assert film["audio_only_bits"] <= 48_000
    assert all(seconds > 0 for runs in film["first_playable_seconds"].values() for seconds in runs)


def test_every_goal_is_judged_by_its_value(told: tuple[Mapping[str, Any], list[str], Path]) -> None:
    judged = told[0]["goals"]
    assert set(judged) == {f"slides.{goal.name}" for goal in goals(2.0)} | {"long.long_to_short_memory"}
    for goal in judged.values():
        assert goal["ok"] == (goal["value"] <= goal["goal"] if goal["at_most"] else goal["value"] >= goal["goal"])
    assert told[0]["ok"] == all(goal["ok"] for goal in judged.values())


def test_memory_is_named_for_each_kind_of_step(told: tuple[Mapping[str, Any], list[str], Path]) -> None:
    memory = told[0]["memory"]
    assert set(memory["short"]) == set(memory["long"]) == {"probe", "audio", "opening", "encode"}
    assert all(10 * 2**20 < peak < 3 * 2**30 for kinds in ("short", "long") for peak in memory[kinds].values())


def test_people_get_a_table_and_the_folder_keeps_films_only(
    told: tuple[Mapping[str, Any], list[str], Path],
) -> None:
    _, lines, folder = told
    assert any("VMAF" in line and ("达到" in line) for line in lines)
    assert [path for path in folder.iterdir() if path.is_dir()] == []


@pytest.mark.parametrize(
    ("value", "met", "tolerated"), [(1.15, True, True), (1.2, False, True), (1.25, False, True), (1.26, False, False)]
)
def test_a_floor_is_wider_than_its_goal(value: float, met: bool, tolerated: bool) -> None:
    goal = Goal("cpu", "CPU", 1.15, floor=1.25)
    assert (goal.met(value), goal.tolerated(value)) == (met, tolerated)
    assert Result(goal, "slides", value).as_json()["ok"] == met
