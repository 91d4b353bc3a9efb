"""Runs a set of processes: starts them again when they die, and ends them and all of theirs.

Our own instead of a Procfile runner, which stops the whole site when one process is killed: here a killed worker
comes back and its job goes on. No process is left behind: every child has its own process group and is told when this
process dies (PR_SET_PDEATHSIG), and the kernel hands us whatever a dead child leaves (PR_SET_CHILD_SUBREAPER); both
are described in prctl(2).
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36
LIBC = ctypes.CDLL(None, use_errno=True)

STOP_PATIENCE = 8.0  # seconds from SIGTERM to SIGKILL
LOG_LIMIT = 10 * 1024 * 1024  # bytes


def adopt_orphans() -> None:
    """From now on, a process whose parent died below us becomes our child."""
    LIBC.prctl(PR_SET_CHILD_SUBREAPER, 1)


def _in_child() -> None:
    """Between fork and exec: a child must not outlive a supervisor that was killed."""
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


@dataclass
class Child:
    """One process of the site. `restarts` is False for work that ends by itself."""

    name: str
    command: list[str]
    restarts: bool = True
    to_terminal: bool = False
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    failures: int = 0
    resume_at: float = 0.0

    @property
    def alive(self) -> bool:
        return self.process is not None and self.process.poll() is None


@dataclass
class Supervisor:
    """Starts children, starts them again when they die, and ends all of them and theirs."""

    logs: Path
    environment: dict[str, str]
    folder: Path
    say: Callable[[str], None]
    children: list[Child] = field(default_factory=list)
    stopping: bool = False

    def start(self, child: Child) -> None:
        with self._log(child) as log:
            child.process = subprocess.Popen(
                child.command,
                cwd=self.folder,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=None if child.to_terminal else log,
                stderr=log,
                start_new_session=True,
                preexec_fn=_in_child,  # noqa: PLW1509 no threads here
            )
        child.started = time.monotonic()
        if child not in self.children:
            self.children.append(child)

    def _log(self, child: Child) -> IO[bytes]:
        path = self.log_of(child)
        if path.exists() and path.stat().st_size > LOG_LIMIT:
            path.replace(path.with_suffix(".log.1"))
        return path.open("ab")

    def log_of(self, child: Child) -> Path:
        return self.logs / f"{child.name}.log"

    def tail(self, child: Child, lines: int = 15) -> str:
        text = self.log_of(child).read_text(encoding="utf-8", errors="replace")
        return "\n".join(text.splitlines()[-lines:])

    def look_after(self) -> None:
        """One round: note who died, start them again, a little later each time they die young."""
        now = time.monotonic()
        for child in list(self.children):
            if child.process is None:
                if now >= child.resume_at:
                    self.start(child)
            elif (code := child.process.poll()) is not None:
                self._end_group(child.process.pid)
                child.process = None
                if not child.restarts:
                    self.children.remove(child)
                    if code:
                        self.say(f"「{child.name}」没有做完（退出码 {code}），详情见 {self.log_of(child)}")
                    continue
                child.failures = child.failures + 1 if now - child.started < 60 else 1
                wait = min(30.0, 2.0 ** (child.failures - 1))
                child.resume_at = now + wait
                self.say(f"「{child.name}」停了（退出码 {code}），{wait:.0f} 秒后重新启动。详情见 {self.log_of(child)}")
        self._reap_orphans()

    def _reap_orphans(self) -> None:
        """Collect processes the kernel handed us, without touching those that Popen waits for."""
        ours = {child.process.pid for child in self.children if child.process}
        for pid in descendants(direct=True):
            if pid not in ours:
                try:
                    os.waitpid(pid, os.WNOHANG)
                except ChildProcessError:
                    continue

    @staticmethod
    def _end_group(pid: int) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)

    def stop(self) -> None:
        """End every child, first politely; then whatever is still below us."""
        self.stopping = True
        for child in reversed(self.children):
            if child.alive and child.process:
                child.process.send_signal(signal.SIGTERM)
        deadline = time.monotonic() + STOP_PATIENCE
        while time.monotonic() < deadline and any(child.alive for child in self.children):
            time.sleep(0.05)
        for child in self.children:
            if child.process:
                self._end_group(child.process.pid)
        end_descendants(patience=5.0)


def end_descendants(*, patience: float) -> None:
    """SIGKILL to everything below this process, until nothing is left or `patience` seconds are over."""
    deadline = time.monotonic() + patience
    while (left := descendants()) and time.monotonic() < deadline:
        for pid in left:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        with contextlib.suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        time.sleep(0.05)


def descendants(*, direct: bool = False) -> list[int]:
    """Process ids below this one (children only if `direct`), read from /proc/PID/stat as proc(5) describes it."""
    parents: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                # The command name is in brackets, and may itself hold spaces and brackets.
                parents[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except (FileNotFoundError, ProcessLookupError, PermissionError):
                continue
    found: list[int] = []
    front = {os.getpid()}
    while front:
        front = {pid for pid, parent in parents.items() if parent in front and pid not in found}
        found += sorted(front)
        if direct:
            break
    return found
