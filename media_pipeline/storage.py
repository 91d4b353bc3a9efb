"""Where bytes lie under DATA_DIR, how they move, and how much room is left. Moves are renames: whole or not at all."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from django.conf import settings


def work_dir(name: str) -> Path:
    """A fresh folder for one attempt at one step; emptied first if a killed attempt left it."""
    folder = Path(settings.DATA_DIR) / "work" / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def drop(path: Path) -> None:
    """Remove a file or folder, whether or not it exists."""
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def place(path: Path, target: Path) -> None:
    """Move a finished file to where viewers read it, in one step."""
    target.parent.mkdir(parents=True, exist_ok=True)
    path.replace(target)


def place_once(path: Path, target: Path) -> bool:
    """Like `place`, but never replaces: False if `target` is there already and differs."""
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(path, target)
    except FileExistsError:
        return path.read_bytes() == target.read_bytes()
    return True


def free_bytes() -> int:
    """Room left for data, in bytes."""
    return shutil.disk_usage(settings.DATA_DIR).free
