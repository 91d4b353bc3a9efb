"""Peak memory of each kind of step, and whether a long film costs more of it than a short one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from django.conf import settings

from media_pipeline.enums import StepKind
from media_pipeline.models import Source
from scripts.bench.ours import ROOT, WORKER, forget, receive

MEASURED = (StepKind.PROBE, StepKind.AUDIO, StepKind.OPENING, StepKind.ENCODE)


def measure(path: Path) -> dict[str, int]:
    """Peak bytes of the first step of each kind: the worker's own process and its largest child together.

    Each step runs in a worker of its own, since the kernel only ever tells a process's highest peak.
    """
    source = receive(path)
    peaks = {}
    for kind in MEASURED:
        source.refresh_from_db()
        if (step := source.steps.filter(kind=kind).order_by("part").first()) is not None:
            peaks[str(kind)] = _in_a_worker(source, step.pk)
    forget(source)
    return peaks


def _in_a_worker(source: Source, step: int) -> int:
    done = subprocess.run(
        [sys.executable, *WORKER, "--step", str(step)],
        cwd=ROOT,
        env={**os.environ, "YINLING_DATA": str(settings.DATA_DIR)},
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    )
    told = json.loads(done.stdout.strip().splitlines()[-1])
    if not told["done"]:
        raise RuntimeError(f"step {step} of {source} did not end well")
    return int(told["own"]) + int(told["children"])
