"""`make bench-progress`: what the heartbeats of ten thousand learners ask of a database. docs/progress.md explains.

Prints a table for people and, as its last line, one JSON object. The two ways are compared within one run, on SQLite
and on a PostgreSQL of its own whose commits wait for the disk. About five minutes.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from scripts.bench.heartbeats import EVERY, PROCESSES, THREADS  # noqa: E402 after the path is set

NAMES = {"plain": "逐条更新", "ours": "合批"}
NAMED = ("commits", "statements", "rows")
DATABASES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


def say(line: str = "") -> None:
    print(line, flush=True)


@contextmanager
def database(kind: str, folder: Path) -> Iterator[str]:
    """The URL of an empty database."""
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'db.sqlite3'}"
        return
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")
    from tests.servers import postgresql

    with postgresql(durable=True) as url:
        yield url


def measure(kind: str, asked: argparse.Namespace) -> dict[str, Any]:
    """Everything about one database, in a process of its own."""
    with tempfile.TemporaryDirectory(prefix="yinling-bench-") as name, database(kind, Path(name)) as url:
        how_many = ["--learners", str(asked.learners), "--seconds", str(asked.seconds)]
        done = subprocess.run(
            [sys.executable, "-m", "scripts.bench.progress_house", *how_many],
            cwd=ROOT,
            env={
                **os.environ,
                "DJANGO_SETTINGS_MODULE": "config.settings.test",
                "DATABASE_URL": url,
                "YINLING_DATA": name,
                "PROGRESS_LINGER": "0.1",
                "LOG_LEVEL": "ERROR",
            },
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
    return judge(json.loads(done.stdout.splitlines()[-1]))


def judge(figures: dict[str, Any]) -> dict[str, Any]:
    """Adds what follows from the figures: with counting, what both ways write a second, and how much each can bear."""
    offered, counting = figures["offered"], figures["counting"]
    whole = counting[-1]
    a_report = {name: whole[name] / whole["reports"] for name in ("seconds", "statements", "rows", "commits")}
    ours, plain = figures["keeping"]["ours"], figures["keeping"]["plain"]
    figures["with_counting"] = {
        name: ours[name] + a_report[name] * offered for name in ("statements", "rows", "commits")
    }
    figures["counting_busy"] = a_report["seconds"] * offered
    # A way that falls behind writes less only because it keeps less: so by the heartbeat.
    a_heartbeat = {
        "plain": {name: plain[name] / plain["heartbeats"] for name in NAMED},
        "ours": {name: ours[name] / ours["heartbeats"] + a_report[name] for name in NAMED},
    }
    figures["a_heartbeat"] = a_heartbeat
    bearable = 1 / (1 / figures["most"]["ours"] + a_report["seconds"])
    figures["most_with_counting"] = bearable
    figures["ratios"] = {
        **{name: a_heartbeat["plain"][name] / a_heartbeat["ours"][name] for name in NAMED},
        "most": bearable / figures["most"]["plain"],
        "growth": (whole["seconds"] / whole["learners"]) / (counting[0]["seconds"] / counting[0]["learners"]),
    }
    return figures


def tell(kind: str, figures: dict[str, Any], learners: int) -> None:
    ours, plain, whole = figures["keeping"]["ours"], figures["keeping"]["plain"], figures["with_counting"]
    say(f"{DATABASES[kind]}：{learners:,} 名学员，每 {EVERY:.0f} 秒一次，每秒 {figures['offered']:.0f} 次心跳")
    say("                       每秒事务    每秒语句    每秒写行    一半在（毫秒）  99% 在")
    for name, one in (("逐条更新", plain), ("合批：收下", ours), ("合批：收下加结算", whole)):
        waits = f"{one['half_within_ms']:>12.0f}{one['nearly_all_within_ms']:>10.0f}" if "half_within_ms" in one else ""
        padding = " " * (22 - 2 * len(name))
        say(f"  {name}{padding}{one['commits']:>8.0f}{one['statements']:>12.0f}{one['rows']:>12.0f}{waits}")
    say(
        f"  实际收到：逐条 {plain['heartbeats']:.0f}，合批 {ours['heartbeats']:.0f} 次/秒；"
        f"不限速时：逐条 {figures['most']['plain']:.0f}，合批 {figures['most']['ours']:.0f}，"
        f"算上结算 {figures['most_with_counting']:.0f} 次/秒（逐条的 {figures['ratios']['most']:.1f} 倍）"
    )
    say(f"  结算占一个进程 {figures['counting_busy'] * 100:.0f}% 的时间。一次结算，每位学员的毫秒数：")
    for one in figures["counting"]:
        say(f"    {one['learners']:>7,} 人　{one['seconds'] / one['learners'] * 1000:.2f}")
    say(
        f"  每次心跳，逐条对合批：事务 {figures['ratios']['commits']:.1f} 倍，"
        f"语句 {figures['ratios']['statements']:.1f} 倍，"
        f"写行 {figures['ratios']['rows']:.1f} 倍"
    )
    say()


def main() -> None:
    parser = argparse.ArgumentParser(description="一万名学员的学习心跳，对数据库要求多少。")
    parser.add_argument("--learners", type=int, default=10_000, help="多少名学员")
    parser.add_argument("--seconds", type=float, default=12.0, help="每种办法跑多少秒")
    parser.add_argument("--databases", nargs="+", default=list(DATABASES), choices=list(DATABASES))
    parser.add_argument("--quick", action="store_true", help="只试一遍：数字没有意义")
    asked = parser.parse_args()
    if asked.quick:
        asked.learners, asked.seconds, asked.databases = 360, 1.0, ["sqlite"]
    figures = {}
    for kind in asked.databases:
        figures[kind] = measure(kind, asked)
        tell(kind, figures[kind], asked.learners)
    say(
        json.dumps({
            "bench": "progress",
            "learners": asked.learners,
            "every": EVERY,
            "processes": PROCESSES,
            "threads": THREADS,
            "quick": asked.quick,
            "databases": figures,
        })
    )  # fmt: skip


if __name__ == "__main__":
    main()
