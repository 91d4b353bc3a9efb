"""Steps that write segments: the copied picture, the opening, the ladder, the sound."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from media_pipeline import ffmpeg
from media_pipeline.enums import StepKind
from media_pipeline.errors import StepFailed
from media_pipeline.models import Part, Rendition
from media_pipeline.operations.publish import complete_part, publish_segments
from media_pipeline.plan import Rung
from media_pipeline.playlist import parse_durations
from media_pipeline.steps.attempt import Attempt

PUBLISH_EVERY = 1.0
"""Seconds between two looks at what a child finished. The first segment is looked for at every tick."""


@dataclass
class Target:
    """One rendition's part that this attempt writes, and the number of its first segment."""

    rendition: Rendition
    part: Part
    first: int


def encode(attempt: Attempt) -> None:
    """Encode one part of some rungs, from the first segment that isn't visible yet.

    The first segment of an opening is made by itself: a process that had more to do would look ahead, and decode nearly
    half as much again, before it gave that one away.
    """
    plan, step = attempt.plan, attempt.step
    first, last = plan.parts[step.part]
    rungs = [rung for rung in plan.encoded if rung.name in step.spec["rungs"]]
    targets = _targets(attempt, [rung.name for rung in rungs], number=step.part, first=first)
    alone = [1] if step.kind == StepKind.OPENING and first == 0 and last > 1 else []
    for end in (*alone, last):
        begin = first + min(len(target.part.segments) for target in targets)
        if begin >= end:
            continue
        argv = ffmpeg.encode_part(
            attempt.original, attempt.probe, plan, rungs=rungs, first=begin, last=end, folder=attempt.folder
        )
        _run_and_publish(attempt, argv, targets, sentence="画面没有做成。", expected=last - first)
    for target in targets:
        if len(target.part.segments) != last - first:
            raise StepFailed(
                "画面没有做全。", f"{target.rendition.name}: {len(target.part.segments)} of {last - first} segments"
            )
        complete_part(step=step, rendition=target.rendition, part=target.part)


def copy(attempt: Attempt) -> None:
    """Cut the source's own picture into segments, and check that they begin where the ladder expects."""
    plan = attempt.plan
    rung = plan.copied
    assert rung is not None
    targets = _targets(attempt, [rung.name], number=0, first=0)
    argv = ffmpeg.copy_picture(attempt.original, attempt.probe, rung, seconds=4, folder=attempt.folder)
    _run_and_publish(attempt, argv, targets, sentence="原画面没有整理好。", expected=len(plan.boundaries) - 1)
    _check_boundaries(rung, targets[0].part, plan.boundaries)
    complete_part(step=attempt.step, rendition=targets[0].rendition, part=targets[0].part)


def _check_boundaries(rung: Rung, part: Part, boundaries: Sequence[float]) -> None:
    at = 0.0
    begins = [at]
    for duration, _size in part.segments[:-1]:
        at += duration
        begins.append(at)
    late = [
        (mine, planned) for mine, planned in zip(begins, boundaries[:-1], strict=False) if abs(mine - planned) > 0.05
    ]
    if len(begins) != len(boundaries) - 1 or late:
        raise StepFailed("原画面的切点与计划不一致。", f"{rung.name}: {len(begins)} segments, first off {late[:1]}")


def sound(attempt: Attempt) -> None:
    """Encode or copy every sound rendition of the whole file."""
    plan = attempt.plan
    targets = _targets(attempt, [rendition.name for rendition in plan.sounds], number=0, first=0)
    argv = ffmpeg.encode_sounds(attempt.original, plan, folder=attempt.folder)
    _run_and_publish(attempt, argv, targets, sentence="声音没有做成。", expected=max(1, round(plan.duration / 4)))
    for target in targets:
        if not target.part.segments:
            raise StepFailed("声音没有做成。", f"{target.rendition.name}: no segment")
        complete_part(step=attempt.step, rendition=target.rendition, part=target.part)


def _targets(attempt: Attempt, names: Sequence[str], *, number: int, first: int) -> list[Target]:
    parts = {
        part.rendition.name: part
        for part in Part.objects.filter(
            rendition__source=attempt.source, rendition__name__in=names, number=number
        ).select_related("rendition__source")
    }
    for name in names:
        (attempt.folder / name).mkdir()
    return [Target(parts[name].rendition, parts[name], first) for name in names]


def _run_and_publish(
    attempt: Attempt, argv: Sequence[str], targets: Sequence[Target], *, sentence: str, expected: int
) -> None:
    looked = 0.0

    def publish() -> None:
        for target in targets:
            folder = attempt.folder / target.rendition.name
            try:
                listed = parse_durations((folder / "index.m3u8").read_text("utf-8"))
            except FileNotFoundError:
                continue
            publish_segments(
                step=attempt.step,
                rendition=target.rendition,
                part=target.part,
                first=target.first,
                folder=folder,
                found=listed,
            )

    def tick() -> None:
        nonlocal looked
        moment = time.monotonic()
        visible = min(len(target.part.segments) for target in targets)
        if visible and moment - looked < PUBLISH_EVERY:
            return
        looked = moment
        publish()
        attempt.keep_alive(progress=visible / expected)

    attempt.run(argv, sentence=sentence, on_tick=tick)
    publish()
