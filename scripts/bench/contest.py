"""One film against its rivals, in rounds: every way once a round, so that a machine that is busy for a while disturbs
all alike. What is reported is the median of the ratios within rounds.
"""

from __future__ import annotations

import shutil
import statistics
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from media_pipeline.plan import Plan
from scripts.bench import rivals
from scripts.bench.measuring import Cost
from scripts.bench.ours import Made, first_playable, forget, make, workers
from scripts.bench.quality import JUDGED_HEIGHT, Line, lines, vmaf
from scripts.bench.sources import Film

Say = Callable[[str], None]


@dataclass
class Report:
    """Everything measured on one film. `cpu` and `wall` hold a number a round, in seconds."""

    film: Film
    cpu: dict[str, list[float]] = field(default_factory=dict)
    wall: dict[str, list[float]] = field(default_factory=dict)
    sizes: dict[str, int] = field(default_factory=dict)
    memory: dict[str, int] = field(default_factory=dict)
    steps: dict[str, dict[str, float]] = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)
    playable: dict[str, list[float]] = field(default_factory=dict)
    score: tuple[float, float] | None = None

    def add(self, way: str, cost: Cost) -> None:
        self.cpu.setdefault(way, []).append(cost.cpu)
        self.wall.setdefault(way, []).append(cost.wall)

    def ratio(self, way: str, rival: str, *, of: dict[str, list[float]] | None = None) -> float:
        """Median over rounds of what `way` took for what `rival` took."""
        table = self.cpu if of is None else of
        return statistics.median(ours / theirs for ours, theirs in zip(table[way], table[rival], strict=True))

    @property
    def values(self) -> dict[str, float]:
        """By the names of `goals.goals`."""
        with_picture = [line for line in self.lines if line.has_picture]
        without = [line for line in self.lines if not line.has_picture]
        assert self.score is not None
        return {
            "cpu_ours_to_limit": self.ratio("ours", "limit"),
            "cpu_ours_to_naive": self.ratio("ours", "naive"),
            "cpu_ours_to_mediacms": self.ratio("ours", "mediacms"),
            "cpu_copied_to_mediacms": self.ratio("copied", "mediacms"),
            "bytes_ours_to_naive": self.sizes["ours"] / self.sizes["naive"],
            "first_playable_copied": statistics.median(self.playable["copied"]),
            "first_playable_encoded": statistics.median(self.playable["encoded"]),
            "vmaf_720p": self.score[0],
            "measured_peak_to_declared": max(line.measured / line.declared for line in self.lines),
            "lowest_rung_bits": max(with_picture[0].declared, with_picture[0].measured),
            "audio_only_bits": max(without[0].declared, without[0].measured),
        }

    @property
    def information(self) -> dict[str, float]:
        """What nobody is held to: walls, and our whole work with verdict, poster, preview and single files."""
        assert self.score is not None
        told = {
            f"wall_{way}_to_{rival}": self.ratio(way, rival, of=self.wall)
            for way, rival in (("ours", "limit"), ("ours", "naive"), ("ours", "mediacms"), ("copied", "mediacms"))
        }
        return told | {
            "cpu_whole_to_limit": self.ratio("whole", "limit"),
            "cpu_whole_to_naive": self.ratio("whole", "naive"),
            "cpu_whole_to_mediacms": self.ratio("whole", "mediacms"),
            "cpu_copied_whole_to_mediacms": self.ratio("copied_whole", "mediacms"),
            "cpu_ours_to_naive_fast_sound": self.cpu["ours"][-1] / self.cpu["naive_fast_sound"][0],
            "cpu_ours_to_mediacms_faster": self.cpu["ours"][-1] / self.cpu["mediacms_faster"][0],
            "vmaf_720p_lowest": self.score[1],
        }


def hold(film: Film, *, rounds: int, folder: Path, say: Say) -> Report:
    """Measure one film. `folder` is emptied of what is large before this returns."""
    report = Report(film)
    frames, work = folder / "frames", folder / "work"
    say(f"{film.name}：{film.seconds:g} 秒，{film.height}p，{rounds} 轮")
    try:
        # Seconds, unlike ratios, feel what the rounds leave behind (a warm processor, writes to the disk).
        with workers():
            for _ in range(rounds):
                report.playable.setdefault("copied", []).append(first_playable(film.copyable))
                report.playable.setdefault("encoded", []).append(first_playable(film.encodable))
        took = {way: statistics.median(seconds) for way, seconds in report.playable.items()}
        say("  首播（秒）：" + "，".join(f"{way} {median:.2f}" for way, median in took.items()))
        for number in range(rounds):
            made = make(film.encodable)
            plan = Plan.from_json(made.source.plan or {})
            report.add("ours", made.ladder)
            report.add("whole", made.whole)
            if number == 0:
                _look_closely(report, made, folder=folder)
                rivals.make_frames(film.encodable, plan, folder=frames)
            forget(made.source)
            cost, _ = rivals.limit(film.encodable, plan, frames=frames, folder=work)
            report.add("limit", cost)
            cost, report.sizes["naive"] = rivals.naive(film.encodable, plan, folder=work)
            report.add("naive", cost)
            cost, report.sizes["mediacms"] = rivals.mediacms(film.encodable, height=film.height, folder=work)
            report.add("mediacms", cost)
            report.memory["mediacms"] = cost.memory
            copied = make(film.copyable)
            if not any(row.is_copy for row in copied.source.renditions.all()):
                raise RuntimeError(f"{film.copyable.name} was not copied")
            report.add("copied", copied.ladder)
            report.add("copied_whole", copied.whole)
            report.sizes["copied"] = copied.size
            forget(copied.source)
            say(f"  第 {number + 1} 轮 CPU 秒：" + "，".join(f"{way} {cpu[-1]:.1f}" for way, cpu in report.cpu.items()))
        cost, _ = rivals.mediacms(film.encodable, height=film.height, folder=work, large_preset="faster")
        report.add("mediacms_faster", cost)
        cost, _ = rivals.naive(film.encodable, plan, folder=work, fast_sound=True)
        report.add("naive_fast_sound", cost)
    finally:
        shutil.rmtree(frames, ignore_errors=True)
        shutil.rmtree(work, ignore_errors=True)
    return report


def _look_closely(report: Report, made: Made, *, folder: Path) -> None:
    """What the first round is enough for."""
    report.sizes["ours"] = made.size
    report.lines = lines(made.source)
    report.steps = {
        kind: {"cpu": round(cost.cpu, 2), "wall": round(cost.wall, 2), "memory": cost.memory}
        for kind, cost in made.by_kind.items()
    }
    if report.film.height >= JUDGED_HEIGHT:
        report.score = vmaf(made.source, report.film.encodable, folder=folder)
