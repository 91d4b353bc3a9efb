"""scripts/setup.sh on machines that lack something. Only apt-get, id and sudo are stood in for."""

from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path

import pytest
from django.conf import settings

SCRIPT = Path(settings.BASE_DIR) / "scripts" / "setup.sh"


def program(folder: Path, name: str, text: str) -> None:
    path = folder / name
    path.unlink(missing_ok=True)
    path.write_text(f"#!/bin/bash\n{text}\n")
    path.chmod(0o755)


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """A PATH on which everything of this machine is found, except espeak-ng and sudo."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for place in reversed(os.environ["PATH"].split(":")):
        for path in Path(place).glob("*") if Path(place).is_dir() else ():
            link = folder / path.name
            link.unlink(missing_ok=True)
            link.symlink_to(path)
    for name in ("espeak-ng", "sudo", "apt-get", "id"):
        (folder / name).unlink(missing_ok=True)
    return folder


def run(machine: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["/bin/bash", str(SCRIPT), "run"],
        env={**os.environ, "PATH": str(machine)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_without_rights_it_prints_the_one_command_to_run(machine: Path) -> None:
    program(machine, "id", "echo 1000")
    program(machine, "apt-get", "echo it must not be called >&2; exit 9")
    done = run(machine)
    assert done.returncode == 1
    assert "sudo apt-get update && sudo apt-get install -y --no-install-recommends espeak-ng\n" in done.stderr
    assert "must not be called" not in done.stderr


def test_as_root_it_updates_stale_lists_and_installs(machine: Path) -> None:
    program(machine, "id", "echo 0")
    program(
        machine,
        "apt-get",
        f"""echo "$RUNLEVEL $@" >> {machine}/calls
        [ "$1" = update ] && touch {machine}/updated
        [ "$1" = install ] && [ ! -e {machine}/updated ] && exit 100
        exit 0""",
    )
    done = run(machine)
    assert done.returncode == 0, done.stderr
    install = "1 install -y --no-install-recommends espeak-ng"
    assert (machine / "calls").read_text().splitlines() == [install, "1 update -q", install]


def test_what_cannot_be_installed_is_said_with_the_words_of_apt(machine: Path) -> None:
    program(machine, "id", "echo 0")
    program(machine, "apt-get", "echo 'E: no space left'; exit 100")
    done = run(machine)
    assert done.returncode == 1
    assert "E: no space left" in done.stderr
    assert "apt-get update && apt-get install" in done.stderr


def test_nothing_to_do_takes_no_time_and_says_nothing() -> None:
    subprocess.run([SCRIPT, "test"], check=True, capture_output=True)
    begin = time.process_time()
    before = os.times().children_user + os.times().children_system
    done = subprocess.run([SCRIPT, "test"], check=True, capture_output=True, text=True)
    spent = os.times().children_user + os.times().children_system - before + time.process_time() - begin
    assert (done.stdout, done.stderr) == ("", "")
    assert spent < 1.0
