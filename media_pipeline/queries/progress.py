"""How far the work on a source is, in words for an editor."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from media_pipeline.enums import RenditionKind, SourceState, StepKind, StepState
from media_pipeline.models import Source, Step
from media_pipeline.plan import Plan

LINES = [
    StepKind.PROBE,
    StepKind.COPY,
    StepKind.AUDIO,
    StepKind.OPENING,
    StepKind.ENCODE,
    StepKind.POSTER,
    StepKind.SPRITE,
    StepKind.WAVEFORM,
    StepKind.DOWNLOAD,
    StepKind.FINISH,
]
"""The order in which an editor reads the steps; parts of one kind are one line."""
TERMINAL = frozenset({SourceState.READY, SourceState.REFUSED, SourceState.FAILED})


@dataclass(frozen=True)
class StepProgress:
    """One line: all parts of one kind of step."""

    label: str
    state: str
    state_label: str
    percent: int
    reason: str


@dataclass(frozen=True)
class SourceProgress:
    """Where a source stands. `percent` is of the expected work; `seconds_left` is a guess, None when there is none."""

    state: str
    state_label: str
    sentence: str
    percent: int
    seconds_left: int | None
    reason: str
    plan_sentence: str
    can_retry: bool
    plays: bool
    terminal: bool
    steps: list[StepProgress] = field(default_factory=list)


def describe(source: Source) -> SourceProgress:
    """Where `source` stands now. One query for its steps, none if they are prefetched."""
    steps = list(source.steps.all())
    percent = _percent(source, steps)
    left = _seconds_left(steps) if source.state not in TERMINAL else None
    return SourceProgress(
        state=source.state,
        state_label=source.get_state_display(),
        sentence=_sentence(source, percent, left, steps),
        percent=percent,
        seconds_left=left,
        reason=source.reason,
        plan_sentence=_plan_sentence(source, steps),
        can_retry=source.state == SourceState.FAILED,
        plays=source.plays,
        terminal=source.state in TERMINAL,
        steps=[_line(kind, group) for kind in LINES if (group := [step for step in steps if step.kind == kind])],
    )


def _percent(source: Source, steps: Iterable[Step]) -> int:
    if source.state == SourceState.READY:
        return 100
    counted = [step for step in steps if step.kind != StepKind.PROBE]
    total = sum(step.weight for step in counted)
    done = sum(step.weight * (1.0 if step.state == StepState.DONE else step.progress) for step in counted)
    return min(99, int(100 * done / total)) if total else 0


def _seconds_left(steps: list[Step]) -> int | None:
    """What is left by weight, at the speed seen so far on this source (expected speed until a step is done)."""
    if not any(step.kind != StepKind.PROBE for step in steps):
        return None
    finished = [step for step in steps if step.state == StepState.DONE and step.kind != StepKind.PROBE]
    took = sum(
        (step.finished_at - step.started_at).total_seconds()
        for step in finished
        if step.started_at and step.finished_at
    )
    expected = sum(step.weight for step in finished)
    speed = max(0.2, min(5.0, took / expected)) if expected > 1.0 else 1.0
    return round(speed * sum(step.weight * (1.0 - step.progress) for step in steps if step.state != StepState.DONE))


def _sentence(source: Source, percent: int, left: int | None, steps: list[Step]) -> str:
    if source.state == SourceState.REFUSED:
        return f"不能使用：{source.reason}"
    if source.state == SourceState.FAILED:
        return f"{'可以观看，但没有做全' if source.plays else '制作失败'}：{source.reason}"
    if source.state == SourceState.READY:
        return "已完成，可以使用。"
    troubled = next((step.reason for step in steps if step.state == StepState.READY and step.reason), "")
    again = f"上一次没有成功（{troubled}），会自动再试。" if troubled else ""
    if source.state == SourceState.RECEIVED:
        return again or "已收到，正在检查文件。"
    about = f"，{_about(left)}" if left is not None else ""
    verb = "已经可以观看，清晰版本正在制作" if source.plays else "正在制作"
    return f"{verb} {percent}%{about}。{again}"


def _about(seconds: int) -> str:
    if seconds < 60:
        return "大约还要不到 1 分钟"
    if seconds < 3600:
        return f"大约还要 {round(seconds / 60)} 分钟"
    return f"大约还要 {seconds // 3600} 小时 {round(seconds % 3600 / 60)} 分钟"


def _plan_sentence(source: Source, steps: list[Step]) -> str:
    if not source.plan:
        return ""
    plan = Plan.from_json(source.plan)
    needed = sum(step.weight for step in steps if step.kind != StepKind.PROBE)
    time = f"约需 {max(1, round(needed / 60))} 分钟"
    if not plan.rungs:
        return f"将制作适合收听的两种音质，{time}。"
    sizes = "、".join(f"{rung.short}p" for rung in plan.rungs)
    kept = "，其中最清晰的一种直接采用原画面" if plan.copied else ""
    sound = "，另有只听声音的版本" if plan.sounds else "（原片没有声音）"
    return f"将制作 {len(plan.rungs)} 种清晰度：{sizes}{kept}{sound}，{time}。"


def _line(kind: StepKind, group: list[Step]) -> StepProgress:
    """Parts of one kind as one line, in the state that matters most to whoever waits."""
    order = [StepState.FAILED, StepState.RUNNING, StepState.READY, StepState.WAITING, StepState.DONE]
    state = min((StepState(step.state) for step in group), key=order.index)
    if state == StepState.READY and any(step.state == StepState.DONE for step in group):
        state = StepState.RUNNING
    total = sum(step.weight for step in group)
    done = sum(step.weight * (1.0 if step.state == StepState.DONE else step.progress) for step in group)
    return StepProgress(
        label=kind.label,
        state=state,
        state_label=state.label,
        percent=100 if state == StepState.DONE else min(99, int(100 * done / total)),
        reason=next((step.reason for step in group if step.reason), ""),
    )


def published_renditions(source: Source) -> list[dict[str, object]]:
    """Renditions for a table or a command: name, kind, size in pixels, codecs, bit rates, bytes, number of segments."""
    return [
        {
            "name": row.name,
            "kind": row.kind,
            "width": row.width,
            "height": row.height,
            "frame_rate": row.frame_rate,
            "codecs": row.codecs,
            "copied": row.is_copy,
            "bandwidth": row.peak_bandwidth or row.bandwidth_cap or row.average_bandwidth,
            "average_bandwidth": row.average_bandwidth,
            "bytes": row.size,
            "segments": sum(len(part.segments) for part in row.parts.all()) if row.kind != RenditionKind.FILE else 0,
            "complete": row.complete,
        }
        for row in source.renditions.prefetch_related("parts")
    ]
