"""The supervisor behind `make up`, with real processes."""

from __future__ import annotations

import fcntl
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings

from scripts import supervisor, up

# Starts a child with a grandchild in a session of its own, as the pipeline starts ffmpeg, and a worker that restarts.
PROGRAM = """
import sys, time
from pathlib import Path
from scripts.supervisor import Child, Supervisor, adopt_orphans
adopt_orphans()
folder = Path(sys.argv[1])
boss = Supervisor(logs=folder, environment={}, folder=folder, say=lambda line: print(line, flush=True))
nest = "import subprocess, os; child = subprocess.Popen(['/bin/sleep', '600'], start_new_session=True); " \
       "print(os.getpid(), child.pid, flush=True); child.wait()"
boss.start(Child("nest", [sys.executable, "-c", nest]))
print("started", flush=True)
try:
    while True:
        boss.look_after()
        time.sleep(0.05)
except KeyboardInterrupt:
    boss.stop()
    print("stopped", flush=True)
"""


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def eventually(condition: Callable[[], bool], seconds: float = 15.0) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.05)
    return condition()


@pytest.fixture
def boss(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(tmp_path)],
        cwd=settings.BASE_DIR,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    yield process
    if process.poll() is None:
        process.kill()
    process.wait()


def nest_of(tmp_path: Path, number: int = -1) -> tuple[int, int]:
    """Process ids of the child and the grandchild of the newest start."""
    log = tmp_path / "nest.log"
    assert eventually(lambda: log.exists() and len(log.read_text().splitlines()) > max(number, 0))
    child, grandchild = log.read_text().splitlines()[number].split()
    return int(child), int(grandchild)


def test_ctrl_c_leaves_no_process(boss: subprocess.Popen[str], tmp_path: Path) -> None:
    child, grandchild = nest_of(tmp_path)
    assert alive(grandchild)
    boss.send_signal(signal.SIGINT)
    assert boss.wait(timeout=20) == 0
    assert eventually(lambda: not alive(child) and not alive(grandchild))


def test_a_killed_child_comes_back_and_leaves_nothing(boss: subprocess.Popen[str], tmp_path: Path) -> None:
    child, _ = nest_of(tmp_path)
    os.kill(child, signal.SIGKILL)
    again, grandchild = nest_of(tmp_path, 1)
    assert again != child
    assert alive(again)
    assert alive(grandchild)


def test_children_go_when_the_supervisor_is_killed(boss: subprocess.Popen[str], tmp_path: Path) -> None:
    child, _ = nest_of(tmp_path)
    boss.kill()
    assert eventually(lambda: not alive(child))


def test_work_that_ends_is_not_started_again(tmp_path: Path) -> None:
    said: list[str] = []
    boss = supervisor.Supervisor(logs=tmp_path, environment={}, folder=tmp_path, say=said.append)
    boss.start(supervisor.Child("once", [sys.executable, "-c", "raise SystemExit(3)"], restarts=False))
    assert eventually(lambda: boss.look_after() is None and not boss.children)
    assert len(said) == 1
    assert "退出码 3" in said[0]


def test_a_second_site_on_the_same_data_is_told_where_the_first_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with (tmp_path / "up.lock").open("w") as first:
        fcntl.flock(first, fcntl.LOCK_EX)
        first.write("http://127.0.0.1:8123/")
        first.flush()
        with pytest.raises(SystemExit) as left:
            up.hold_lock(tmp_path)
    assert left.value.code == 1
    assert "已经在运行：http://127.0.0.1:8123/" in capsys.readouterr().out


@pytest.mark.parametrize("text", ["abc", "0", "65536", "99999999999", "-1", "８０００", ""])
def test_a_port_that_is_none_is_said(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        up.read_port(text)
    assert left.value.code == 1
    assert "1 到 65535" in capsys.readouterr().out
    assert up.read_port("8123") == 8123


def test_a_port_in_use_is_said_with_another_to_try(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(SystemExit):
            up.check_port("127.0.0.1", port)
    assert f"make up PORT={port + 1}" in capsys.readouterr().out
    up.check_port("127.0.0.1", port)
