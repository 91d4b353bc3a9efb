"""Running a command and knowing what it cost."""

from __future__ import annotations

import os
import resource
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings


def on_disk(name: str) -> Path:
    """Where the bench's own house keeps an object of its store."""
    return Path(settings.DATA_DIR) / name


@dataclass
class Cost:
    """Processor time (user and system) and time on the wall, in seconds; `memory` is the peak of any one process in
    bytes, 0 where it wasn't measured.
    """

    cpu: float = 0.0
    wall: float = 0.0
    memory: int = 0

    def __add__(self, other: Cost) -> Cost:
        return Cost(self.cpu + other.cpu, self.wall + other.wall, max(self.memory, other.memory))


def run(argv: Sequence[str]) -> Cost:
    """Run to the end, as nice as the project runs its own children. Raises `RuntimeError` with what it printed."""
    began = time.monotonic()
    child = subprocess.Popen(
        ["/usr/bin/nice", "-n", "10", *argv],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    assert child.stderr is not None
    said = child.stderr.read()
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        message = f"{argv[0]} ended with {child.returncode}: {said[-2000:].decode('utf-8', 'replace')}"
        raise RuntimeError(message)
    return Cost(usage.ru_utime + usage.ru_stime, time.monotonic() - began, usage.ru_maxrss * 1024)


@contextmanager
def own_cost() -> Iterator[Cost]:
    """What this process and the children it waited for cost inside the block; filled in at its end."""
    cost = Cost()
    began, before = time.monotonic(), _used()
    yield cost
    cost.cpu, cost.wall = _used() - before, time.monotonic() - began


def _used() -> float:
    usages = (resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)
