"""`make bench-media`: what our ladder costs against other ways to make it, and how good it is. docs/media.md explains.

Prints a table for people and, as its last line, one JSON object. Ratios within one run; the machine must otherwise be
at rest for them to say much. With the default of five rounds it takes an hour or two.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

if TYPE_CHECKING:
    from scripts.bench.contest import Report

BYTES_A_SECOND = 170_000_000
"""Room for the plain pictures that the limit is encoded from, at 1080p."""


def say(line: str = "") -> None:
    print(line, flush=True)


def open_house(folder: Path) -> None:
    """A site of its own inside `folder`: data, SQLite, no broker. Models can be imported afterwards."""
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "config.settings.test",
        "YINLING_DATA": str(folder),
        "DATABASE_URL": f"sqlite:///{folder / 'db.sqlite3'}",
        "CELERY_BROKER_URL": "memory://",
        "LOG_LEVEL": "ERROR",
    }
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)


def main() -> None:
    parser = argparse.ArgumentParser(description="比较制作一段视频的几种办法：用时、质量、大小、内存。")
    parser.add_argument("--pairs", type=int, default=5, help="每部片子比几轮，取中位数")
    parser.add_argument("--seconds", type=float, default=60.0, help="片长（秒）")
    parser.add_argument("--height", type=int, default=1080, choices=[720, 1080], help="片子的高（像素）")
    parser.add_argument("--films", nargs="+", default=["slides", "motion"], choices=["slides", "motion"])
    parser.add_argument("--quick", action="store_true", help="只试一遍：一轮，很短的片子，数字没有意义")
    parser.add_argument("--folder", type=Path, help="片子和临时文件放在哪里，默认是数据目录下的 bench/")
    asked = parser.parse_args()
    if asked.quick:
        asked.pairs, asked.seconds, asked.height, asked.films = 1, 2.0, 720, ["slides"]
    data = Path(os.environ.get("YINLING_DATA") or ROOT / "var")
    folder: Path = (asked.folder or data / "bench").resolve()
    folder.mkdir(parents=True, exist_ok=True)
    wanted = asked.seconds * BYTES_A_SECOND
    if shutil.disk_usage(folder).free < wanted * 1.2:
        say(f"{folder} 的空间不够，要 {wanted * 1.2 / 1e9:.0f} GB。请用 --folder 换一个地方。")
        raise SystemExit(1)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that the house is cleared away
    house = Path(tempfile.mkdtemp(prefix="house-", dir=folder))
    try:
        open_house(house)
        told = measure(asked, folder=folder, house=house)
    finally:
        shutil.rmtree(house, ignore_errors=True)
    say(json.dumps(told, ensure_ascii=False))


def measure(asked: argparse.Namespace, *, folder: Path, house: Path) -> dict[str, Any]:
    """All films, then memory; prints as it goes. Returns what the JSON line says."""
    from scripts.bench import contest, memory
    from scripts.bench.goals import LONG_GOAL, Result, judge, line_of
    from scripts.bench.sources import make_films, make_long

    films = make_films(folder, seconds=asked.seconds, height=asked.height, names=asked.films)
    reports: list[Report] = []
    results: list[Result] = []
    for film in films:
        report = contest.hold(film, rounds=asked.pairs, folder=house, say=say)
        reports.append(report)
        say()
        say(f"{report.film.name}（{report.film.seconds:g} 秒，{asked.pairs} 轮的中位数）")
        results += judge(report.film.name, report.film.seconds, report.values, say)
        tell(report)
        say()
    base, times = (6.0, 4) if asked.quick else (60.0, 120)
    short, long = (memory.measure(path) for path in make_long(folder, seconds=base, times=times))
    say(f"内存：{base:g} 秒的片子和它的 {times} 倍长，每种步骤的峰值（MB，工作进程加子进程）")
    for kind, peak in short.items():
        say(f"  {kind}　{peak / 2**20:,.0f}　{long[kind] / 2**20:,.0f}")
    results.append(Result(LONG_GOAL, "long", max(long.values()) / max(short.values())))
    say(line_of(results[-1]))
    return {
        "bench": "media",
        "pairs": asked.pairs,
        "seconds": asked.seconds,
        "height": asked.height,
        "quick": asked.quick,
        "films": {report.film.name: as_json(report) for report in reports},
        "memory": {"short": short, "long": long, "long_seconds": base * times},
        "goals": {f"{result.film}.{result.goal.name}": result.as_json() for result in results},
        "ok": all(result.ok for result in results),
    }


def tell(report: Report) -> None:
    """Figures that no goal is about."""
    say("  每一步的 CPU 秒 / 用时秒 / 子进程内存峰值 MB：")
    for kind, cost in report.steps.items():
        say(f"    {kind}　{cost['cpu']:.1f}　{cost['wall']:.1f}　{cost['memory'] / 2**20:,.0f}")
    say("  声明与实测的码率（kbit/s，含声音）：")
    for line in report.lines:
        say(f"    {line.name}　{line.declared / 1000:,.0f}　{line.measured / 1000:,.0f}")
    for name, value in report.information.items():
        say(f"  （参考）{name}　{value:.3f}")


def as_json(report: Report) -> dict[str, Any]:
    return {
        **{name: round(value, 4) for name, value in report.values.items()},
        "information": {name: round(value, 4) for name, value in report.information.items()},
        "cpu_seconds": {way: [round(value, 2) for value in values] for way, values in report.cpu.items()},
        "wall_seconds": {way: [round(value, 2) for value in values] for way, values in report.wall.items()},
        "first_playable_seconds": {
            way: [round(value, 3) for value in values] for way, values in report.playable.items()
        },
        "bytes": report.sizes,
        "steps": report.steps,
        "variants": [
            {"name": line.name, "declared": line.declared, "measured": line.measured} for line in report.lines
        ],
    }


if __name__ == "__main__":
    main()
