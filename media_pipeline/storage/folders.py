"""Folders of this machine: work in progress, and how much room is left."""

from __future__ import annotations

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
    """Remove a file or folder of this machine, whether or not it exists."""
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def free_bytes() -> int:
    """Room left for data, in bytes."""
    return shutil.disk_usage(settings.DATA_DIR).free
