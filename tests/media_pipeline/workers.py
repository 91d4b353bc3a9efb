"""Real workers in processes of their own, on a test's database, data folder and embedded broker."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from django.conf import settings

CELERY = [
    sys.executable,
    "-m",
    "celery",
    "-A",
    "config",
    "worker",
    "--without-mingle",
    "--without-gossip",
    "-l",
    "ERROR",
]


@contextmanager
def worker(environment: dict[str, str], *, queues: str = "play,bulk,default") -> Iterator[subprocess.Popen[bytes]]:
    """A worker in its own process group, which is killed at the end with all it started."""
    argv = [*CELERY, "-Q", queues, "-c", "1", "-n", f"w{time.monotonic_ns()}@test"]
    child = subprocess.Popen(argv, env=environment, cwd=settings.BASE_DIR, start_new_session=True)
    try:
        yield child
    finally:
        kill(child)


def kill(child: subprocess.Popen[bytes]) -> None:
    """SIGKILL to a worker and its pool: nothing is cleaned up, as when a machine loses power."""
    with suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait(timeout=10)


def until(condition: Callable[[], object], *, seconds: float, what: str) -> None:
    """Wait for something another process does; fail with `what` when it doesn't happen."""
    pause = threading.Event()
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not within {seconds} s: {what}"
        pause.wait(0.1)
