"""What must come out, and the verdict on what did."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Goal:
    """A bound on one measured value. `floor` is what is still tolerated, where the goal itself is ambitious."""

    name: str
    words: str
    bound: float
    at_most: bool = True
    floor: float | None = None

    def met(self, value: float) -> bool:
        return value <= self.bound if self.at_most else value >= self.bound

    def tolerated(self, value: float) -> bool:
        if self.floor is None:
            return self.met(value)
        return value <= self.floor if self.at_most else value >= self.floor


def goals(seconds: float) -> list[Goal]:
    """Goals for films of `seconds`. Names are keys of the JSON line."""
    return [
        Goal("cpu_ours_to_limit", "CPU 对极限", 1.15, floor=1.25),
        Goal("cpu_ours_to_naive", "CPU 对逐档转码", 0.60),
        Goal("cpu_ours_to_mediacms", "CPU 对 MediaCMS", 0.40),
        Goal("cpu_copied_to_mediacms", "原画直通 CPU 对 MediaCMS", 0.18),
        Goal("bytes_ours_to_naive", "字节 对逐档转码", 1.0),
        Goal("first_playable_copied", "直通片首播（秒）", 1.0),
        Goal("first_playable_encoded", "重编片首播（秒）", min(3.0, 0.03 * seconds)),
        Goal("vmaf_720p", "720p VMAF", 94.0, at_most=False),
        Goal("measured_peak_to_declared", "实测峰值 对 BANDWIDTH", 1.0),
        Goal("lowest_rung_bits", "最低档（bit/s，含声音）", 150_000),
        Goal("audio_only_bits", "只听声音（bit/s）", 48_000),
    ]


LONG_GOAL = Goal("long_to_short_memory", "内存峰值 长片对短片", 1.10)


@dataclass(frozen=True)
class Result:
    goal: Goal
    film: str
    value: float

    @property
    def ok(self) -> bool:
        return self.goal.met(self.value)

    def as_json(self) -> dict[str, object]:
        told: dict[str, object] = {
            "film": self.film,
            "value": round(self.value, 4),
            "goal": self.goal.bound,
            "at_most": self.goal.at_most,
            "ok": self.ok,
        }
        if self.goal.floor is not None:
            told |= {"floor": self.goal.floor, "floor_ok": self.goal.tolerated(self.value)}
        return told


def judge(film: str, seconds: float, values: Mapping[str, float], say: Callable[[str], None]) -> list[Result]:
    """Compare and print one line a goal. Raises `KeyError` if a value was not measured."""
    results = [Result(goal, film, values[goal.name]) for goal in goals(seconds)]
    for result in results:
        say(line_of(result))
    return results


def line_of(result: Result) -> str:
    """One line of the table."""
    goal = result.goal
    sign = "≤" if goal.at_most else "≥"
    word = "达到" if result.ok else ("及格" if goal.tolerated(result.value) else "未达到")
    return f"  {word}　{goal.words}　{result.value:,.3f}（目标 {sign} {goal.bound:g}）"
