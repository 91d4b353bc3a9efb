"""Our own way: a film through the project's own operations, in this process, step by step."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings
from structlog.testing import capture_logs

from media_pipeline.enums import Queue, SourceState, StepKind
from media_pipeline.models import Source
from media_pipeline.operations.assets import delete_asset
from media_pipeline.operations.receive import receive_file
from media_pipeline.operations.work import work_next
from media_pipeline.queries.verify import find_faults
from scripts.bench.measuring import Cost, on_disk, own_cost
from scripts.bench.rivals import size_of

ROOT = Path(__file__).resolve().parent.parent.parent
LADDER = frozenset({StepKind.COPY, StepKind.AUDIO, StepKind.OPENING, StepKind.ENCODE})
"""Steps that make what the rivals make too. Others (verdict, poster, preview, single files) are in `whole`."""
WORKER = ("-m", "scripts.bench.worker")
PATIENCE = 120.0


@dataclass
class Made:
    """One film's way through the house. `ladder` is the cost of what rivals make too, `whole` of everything."""

    source: Source
    ladder: Cost
    whole: Cost
    by_kind: dict[str, Cost] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """Bytes of every rung and sound; not of the poster, the preview and the single files."""
        return sum(size_of(on_disk(self.source.folder), f"{row.name}/*") for row in self.source.renditions.all())


def receive(path: Path) -> Source:
    """A copy of `path` taken into the house, as an upload would be."""
    taken = Path(settings.DATA_DIR) / "uploads" / path.name
    shutil.copyfile(path, taken)
    with taken.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    asset = receive_file(
        path=taken, sha256=sha256, size=taken.stat().st_size, title=path.stem, name=path.name, owner=None
    )
    return asset.source


def make(path: Path) -> Made:
    """Do every step of a film. The cost of a step is that of its children and of this process, database and all.

    Raises `RuntimeError` if the film isn't ready and faultless at the end.
    """
    source = receive(path)
    costs: dict[str, Cost] = defaultdict(Cost)
    while True:
        with capture_logs() as logs, own_cost() as cost:
            worked = work_next(queue=None, source=source)
        if not worked:
            break
        done = [entry for entry in logs if entry["event"] == "step done"]
        if not done:
            raise RuntimeError(f"a step of {path.name} did not end well: {logs}")
        cost.memory = int(done[0]["peak_memory"])
        costs[str(done[0]["step"])] += cost
    source.refresh_from_db()
    if source.state != SourceState.READY or (faults := find_faults(source)):
        raise RuntimeError(f"{path.name}: {source.get_state_display()} {source.reason} {faults}")
    whole = sum(costs.values(), start=Cost())
    ladder = sum((cost for kind, cost in costs.items() if kind in LADDER), start=Cost())
    return Made(source, ladder, whole, dict(costs))


def forget(source: Source) -> None:
    """Take the film out of the house, so that the next run begins from nothing."""
    for asset in source.assets.all():
        delete_asset(asset=asset)


@contextmanager
def workers() -> Iterator[None]:
    """Workers as `make up` runs them: two for `play`, a nicer one for `bulk`. They end with the block."""
    running = []
    try:
        for queue, nicer in ((Queue.PLAY, []), (Queue.PLAY, []), (Queue.BULK, ["/usr/bin/nice"])):
            running.append(
                subprocess.Popen(
                    ["/usr/bin/setpriv", "--pdeathsig", "KILL", *nicer, sys.executable, *WORKER, queue],
                    cwd=ROOT,
                    env={**os.environ, "YINLING_DATA": str(settings.DATA_DIR)},
                    stdout=subprocess.PIPE,
                    text=True,
                )
            )
        for worker in running:
            assert worker.stdout is not None
            if not worker.stdout.readline():
                raise RuntimeError("a worker did not come up")
        yield
        if any(worker.poll() is not None for worker in running):
            raise RuntimeError("a worker died, and what was measured after that says nothing")
    finally:
        for worker in running:
            worker.kill()
            worker.wait()


def first_playable(path: Path) -> float:
    """Seconds from the verdict to the first instant at which a viewer can press play. Call inside `workers`.

    As in production, the ladder is begun at the same time. What a message takes from one worker to the other (up to
    0.2 s with the embedded broker) is not in it.
    """
    source = receive(path)
    deadline = time.monotonic() + PATIENCE
    while source.playable_at is None:
        if time.monotonic() > deadline or source.state in {SourceState.FAILED, SourceState.REFUSED}:
            raise RuntimeError(f"{path.name} never became playable: {source.reason}")
        time.sleep(0.1)
        source.refresh_from_db()
    assert source.verdict_at is not None
    forget(source)
    # Workers in the middle of a step notice at their next heartbeat that it is nobody's.
    while any((Path(settings.DATA_DIR) / "work").glob("step-*")) and time.monotonic() < deadline:
        time.sleep(0.1)
    return (source.playable_at - source.verdict_at).total_seconds()
