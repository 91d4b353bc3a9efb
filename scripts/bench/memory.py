"""Peak memory of each kind of step, and whether a long film costs more of it than a short one."""

from __future__ import annotations

import re
from pathlib import Path

from structlog.testing import capture_logs

from media_pipeline.enums import StepKind, StepState
from media_pipeline.models import Source, Step
from media_pipeline.operations.jobs import claim_step, worker_name
from media_pipeline.operations.work import attempt_step
from scripts.bench.ours import forget, receive

MEASURED = (StepKind.PROBE, StepKind.AUDIO, StepKind.OPENING, StepKind.ENCODE)
WATERMARK = "5"
"""Written to /proc/self/clear_refs, it makes the highest resident size begin anew (proc(5))."""


def measure(path: Path) -> dict[str, int]:
    """Peak bytes of the first step of each kind: this process, as the worker, and its largest child together."""
    source = receive(path)
    peaks = {}
    for kind in MEASURED:
        if (step := source.steps.filter(kind=kind).order_by("part").first()) is not None:
            peaks[str(kind)] = _do(source, step)
    forget(source)
    return peaks


def _do(source: Source, wanted: Step) -> int:
    """Do this step whatever its turn."""
    others = source.steps.exclude(pk=wanted.pk).filter(state=StepState.READY)
    held = list(others.values_list("pk", flat=True))
    others.update(state=StepState.WAITING)
    source.steps.filter(pk=wanted.pk).update(not_before=None)  # no head start for what waits here anyway
    step = claim_step(queue=None, worker=worker_name(), source=source)
    assert step is not None
    assert step.pk == wanted.pk
    Path("/proc/self/clear_refs").write_text(WATERMARK, "ascii")
    with capture_logs() as logs:
        attempt_step(step)
    own = re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text("ascii"))
    assert own
    done = [entry for entry in logs if entry["event"] == "step done"]
    if not done:
        raise RuntimeError(f"a step did not end well: {logs}")
    source.steps.filter(pk__in=held).update(state=StepState.READY)
    return int(own[1]) * 1024 + int(done[0]["peak_memory"])
