"""The first step: look at the file, refuse it or plan everything that follows."""

from __future__ import annotations

import re
from math import log10

from django.db import transaction

from core import clock
from media_pipeline.enums import MediaKind, NoticeKind, Queue, RenditionKind, SourceState, StepKind, StepState
from media_pipeline.errors import MediaRefused, StepFailed
from media_pipeline.estimate import weigh
from media_pipeline.ffmpeg import measure_loudness, try_decoding
from media_pipeline.ladder import plan_ladder
from media_pipeline.models import Part, Rendition, Source, Step
from media_pipeline.operations.jobs import HEAD_START, check_lease, nudge
from media_pipeline.operations.notices import tell_owners
from media_pipeline.plan import Plan
from media_pipeline.probe import SourceProbe, inspect
from media_pipeline.process import ProcessFailed
from media_pipeline.steps.attempt import Attempt
from media_pipeline.storage import drop_or_leave
from media_pipeline.verdict import NOTHING_KEPT, judge, refuse_unreadable

LOUDNESS_SAMPLES = 6
LOUDNESS_SAMPLE_SECONDS = 10.0
SILENCE_LUFS = -60.0
INTEGRATED = re.compile(r"I:\s+(-?[\d.]+) LUFS")


def run(attempt: Attempt) -> None:
    """Give the verdict. A refusal is a result, not a failure: the bytes go, the row stays and says why."""
    source = attempt.source
    try:
        probe, kind = _look(attempt)
    except MediaRefused as refused:
        _refuse(attempt.step, source, refused)
        return
    plan = plan_ladder(probe)
    with transaction.atomic():
        source = Source.objects.select_for_update().get(pk=source.pk)
        check_lease(attempt.step)
        source.kind = kind
        source.duration = plan.duration
        source.probe = probe.to_json()
        source.plan = plan.to_json()
        source.state = SourceState.PROCESSING
        source.verdict_at = clock.now()
        source.save()
        _write_renditions(source, plan)
        for step in _steps(source, probe, plan):
            step.save()
            if step.state == StepState.READY and step.not_before is None:
                nudge(step.queue)


def _look(attempt: Attempt) -> tuple[SourceProbe, MediaKind]:
    path = attempt.original
    try:
        probe = inspect(path, on_tick=attempt.keep_alive)
    except ProcessFailed as error:
        raise refuse_unreadable(error) from error
    attempt.keep_alive()
    kind = judge(probe)
    streams = ([probe.video.index] if probe.video else []) + [track.index for track in probe.audio]
    try:
        attempt.run(try_decoding(path, streams, seconds=1), sentence="", stall_limit=20)
    except StepFailed as error:
        raise MediaRefused(
            f"这个文件打得开，但里面的画面或声音解不出来，可能是少见的编码。请另存为 MP4（H.264）再传。{NOTHING_KEPT}"
        ) from error
    if probe.audio:
        probe = SourceProbe.from_json({**probe.to_json(), "loudness": _loudness(attempt, probe)})
    return probe, kind


def _loudness(attempt: Attempt, probe: SourceProbe) -> float | None:
    """Loudness in LUFS from samples spread over the first track: all of a short one, a minute of a long one.

    Samples are joined as power, like the blocks of EBU R 128; silent ones don't count (its gate).
    """
    track = probe.audio[0]
    total = track.duration
    if total <= LOUDNESS_SAMPLES * LOUDNESS_SAMPLE_SECONDS:
        stretches = [(track.start, total)]
    else:
        gap = total / LOUDNESS_SAMPLES
        stretches = [
            (track.start + gap * (number + 0.5) - LOUDNESS_SAMPLE_SECONDS / 2, LOUDNESS_SAMPLE_SECONDS)
            for number in range(LOUDNESS_SAMPLES)
        ]
    powers = []
    for start, length in stretches:
        argv = measure_loudness(attempt.original, track, start=max(0.0, start), length=length)
        said = attempt.run(argv, sentence="声音的大小量不出来。").stderr
        found = INTEGRATED.findall(said)
        if found and float(found[-1]) > SILENCE_LUFS:
            powers.append(10 ** (float(found[-1]) / 10))
    if not powers:
        return None
    loudest = max(powers)
    counted = [power for power in powers if power >= loudest / 10]
    return round(10 * log10(sum(counted) / len(counted)), 1)


def _refuse(step: Step, source: Source, refused: MediaRefused) -> None:
    with transaction.atomic():
        source = Source.objects.select_for_update().get(pk=source.pk)
        check_lease(step)
        source.state = SourceState.REFUSED
        source.reason = refused.sentence
        source.verdict_at = clock.now()
        useless, source.original = source.original, ""
        source.save()
        tell_owners(source=source, kind=NoticeKind.REFUSED)
    drop_or_leave(useless)


def _write_renditions(source: Source, plan: Plan) -> None:
    source.renditions.all().delete()
    for rung in plan.rungs:
        rendition = Rendition.objects.create(
            source=source,
            name=rung.name,
            kind=RenditionKind.VIDEO,
            is_copy=rung.copied,
            width=rung.width,
            height=rung.height,
            frame_rate=rung.frame_rate,
            bandwidth_cap=rung.cap,
        )
        numbers = [0] if rung.copied else range(len(plan.parts))
        Part.objects.bulk_create([Part(rendition=rendition, number=number) for number in numbers])
    for sound in plan.sounds:
        rendition = Rendition.objects.create(
            source=source,
            name=sound.name,
            kind=RenditionKind.AUDIO,
            is_copy=sound.copied,
            language=sound.language,
            bandwidth_cap=sound.cap,
        )
        Part.objects.create(rendition=rendition, number=0)


def _steps(source: Source, probe: SourceProbe, plan: Plan) -> list[Step]:
    """Every step still to do, in the order in which one worker would do them."""
    assert source.verdict_at is not None
    head_start_ends = source.verdict_at + HEAD_START
    steps: list[Step] = []

    def add(kind: StepKind, queue: Queue, *, part: int = 0, waits: bool = False, **spec: object) -> None:
        weight = weigh(kind, probe, plan, part=part, spec=spec)
        state = StepState.WAITING if waits else StepState.READY
        step = Step(source=source, kind=kind, part=part, queue=queue, state=state, spec=spec, weight=weight)
        if queue == Queue.BULK and not waits:
            step.not_before = head_start_ends
        steps.append(step)

    if plan.copied:
        add(StepKind.COPY, Queue.PLAY)
    if plan.sounds:
        add(StepKind.AUDIO, Queue.PLAY)
    for part in range(plan.opening_parts):
        add(StepKind.OPENING, Queue.PLAY, part=part, rungs=plan.opening)
    if plan.rungs:
        add(StepKind.POSTER, Queue.BULK)
    for part in _ladder_order(plan):
        rungs = [rung.name for rung in plan.encoded if part >= plan.opening_parts or rung.name not in plan.opening]
        if rungs:
            add(StepKind.ENCODE, Queue.BULK, part=part, rungs=rungs)
    if plan.rungs:
        add(StepKind.SPRITE, Queue.BULK, waits=True)
    else:
        add(StepKind.WAVEFORM, Queue.BULK)
    add(StepKind.DOWNLOAD, Queue.BULK, waits=True)
    add(StepKind.FINISH, Queue.BULK, waits=True)
    return steps


def _ladder_order(plan: Plan) -> list[int]:
    """Parts of the ladder: what an opening has begun comes last, since its viewer wants what follows it."""
    count = len(plan.parts)
    return [*range(plan.opening_parts, count), *range(plan.opening_parts)]
