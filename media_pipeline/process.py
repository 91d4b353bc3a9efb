"""Running ffmpeg and ffprobe: hostile input gets a child process with limits, never a shell.

Each child is its own process group, dies with its parent (`setpriv --pdeathsig`), is nicer than the web process, and
may use only so much memory and write only so large a file (`prlimit`).
"""

from __future__ import annotations

import os
import selectors
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

MEMORY_LIMIT = 6 * 1024**3
"""Address space in bytes. Measured peaks are in docs/media.md; threads' stacks count here though never touched."""
FILE_LIMIT = 8 * 1024**3
"""Largest single file a child may write, in bytes: a six-hour single-file copy at 360p is below 3 GiB."""
OUTPUT_LIMIT = 64 * 1024**2
"""Most that is kept of what a child prints, in bytes."""
TICK = 0.2


class ProcessFailed(Exception):
    """The child ended with an error, was stopped by a limit, or printed too much."""

    def __init__(self, problem: str, stderr: str) -> None:
        super().__init__(problem)
        self.problem = problem
        self.stderr = stderr


class Stalled(ProcessFailed):
    """No sign of progress for the allowed time."""


@dataclass(frozen=True)
class Finished:
    """What a child left. `cpu_seconds` is user and system time; `peak_memory` is resident bytes."""

    stdout: bytes
    stderr: str
    cpu_seconds: float
    peak_memory: int


def limited(argv: Sequence[str]) -> list[str]:
    """`argv` behind the wrappers that set its limits. The first word must be an absolute path."""
    if not os.path.isabs(argv[0]):  # noqa: PTH117 a string from settings, compared as text
        message = f"not an absolute path: {argv[0]}"
        raise ValueError(message)
    return [
        "/usr/bin/setpriv",
        "--pdeathsig",
        "KILL",
        "/usr/bin/prlimit",
        f"--as={MEMORY_LIMIT}",
        f"--fsize={FILE_LIMIT}",
        "--core=0",
        "/usr/bin/nice",
        "-n",
        "10",
        *argv,
    ]


def run(
    argv: Sequence[str],
    *,
    time_limit: float | None = None,
    stall_limit: float = 120.0,
    on_tick: Callable[[], None] | None = None,
    on_output: Callable[[bytes], None] | None = None,
) -> Finished:
    """Run to the end and return what it printed.

    A child has stalled when it printed nothing for `stall_limit` seconds (ffmpeg with `-progress pipe:1` prints twice
    a second). `on_tick` is called about five times a second; what it raises stops the child and is passed on.
    `on_output` is given standard output piece by piece instead of it being kept, however long it gets.

    Raises `ProcessFailed`, `Stalled`.
    """
    child = subprocess.Popen(
        limited(argv),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"},
    )
    output = _Output(on_output)
    began = time.monotonic()
    peak = 0
    try:
        with selectors.DefaultSelector() as selector:
            output.watch(selector, child)
            while selector.get_map():
                output.read(selector)
                peak = max(peak, _peak_memory(child.pid))
                moment = time.monotonic()
                if time_limit is not None and moment - began > time_limit:
                    raise ProcessFailed("took too long", _text(output.err))
                if moment - output.heard > stall_limit:
                    raise Stalled("stalled", _text(output.err))
                if on_tick is not None:
                    on_tick()
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    finally:
        if child.returncode is None:
            _kill_group(child)
        for pipe in (child.stdout, child.stderr):
            if pipe is not None:
                pipe.close()
    if child.returncode != 0:
        raise ProcessFailed(f"ended with {child.returncode}", _text(output.err))
    seconds = usage.ru_utime + usage.ru_stime
    return Finished(bytes(output.out), _text(output.err), seconds, peak)


class _Output:
    """What a child printed: all of standard output up to OUTPUT_LIMIT, the end of standard error."""

    def __init__(self, on_output: Callable[[bytes], None] | None) -> None:
        self.on_output = on_output
        self.out = bytearray()
        self.err = bytearray()
        self.heard = time.monotonic()

    def watch(self, selector: selectors.BaseSelector, child: subprocess.Popen[bytes]) -> None:
        for pipe, store in ((child.stdout, self.out), (child.stderr, self.err)):
            assert pipe is not None
            os.set_blocking(pipe.fileno(), False)
            selector.register(pipe, selectors.EVENT_READ, store)

    def read(self, selector: selectors.BaseSelector) -> None:
        """Wait at most a tick for something to read, and keep it."""
        for key, _ in selector.select(TICK):
            piece = os.read(key.fd, 1 << 16)
            if not piece:
                selector.unregister(key.fileobj)
                continue
            self.heard = time.monotonic()
            if key.data is self.out and self.on_output is not None:
                self.on_output(piece)
            else:
                key.data.extend(piece)
        if len(self.err) > 65536:
            del self.err[:-32768]
        if len(self.out) > OUTPUT_LIMIT:
            raise ProcessFailed("printed too much", _text(self.err))


def _peak_memory(pid: int) -> int:
    """The most that a running process ever had resident, in bytes (VmHWM in proc(5)); 0 once it has ended.

    Not `ru_maxrss` of wait4(2): it never falls below what this process had at the fork.
    """
    try:
        with open(f"/proc/{pid}/status", "rb") as file:  # noqa: PTH123 five times a second
            told = file.read()
    except OSError:
        return 0
    _, found, rest = told.partition(b"VmHWM:")
    return int(rest.split(None, 1)[0]) * 1024 if found else 0


def _kill_group(child: subprocess.Popen[bytes]) -> None:
    """End the child and whatever it started; only its own group."""
    with suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()


def _text(raw: bytes | bytearray) -> str:
    return bytes(raw).decode("utf-8", "replace")[-8000:]
