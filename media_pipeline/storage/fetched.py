"""Copies of large objects that this machine fetched from the store, shared by its worker processes.

A copy is its own lock (flock): whoever writes it holds it alone, whoever reads it holds it together with others, and a
process that dies lets go. A copy shorter than the object is an interrupted one, and is gone on with.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from django.conf import settings

from media_pipeline.storage.folders import free_bytes

IDLE_SECONDS = 24 * 3600
"""A copy that nobody read for so long makes way when another is fetched."""
WAIT = 0.2

Pieces = Callable[[int], Iterator[bytes]]
"""The object's bytes from an offset on."""


@contextmanager
def held_copy(path: Path, *, size: int, pieces: Pieces, on_tick: Callable[[], None]) -> Iterator[Path]:
    """`path` with `size` bytes in it, fetched unless it is there, and not removed by anybody while the block lasts."""
    path.parent.mkdir(parents=True, exist_ok=True)
    while True:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        try:
            if _take(descriptor, fcntl.LOCK_SH) and _is_whole(descriptor, size):
                os.utime(descriptor)
                yield path
                return
            if _take(descriptor, fcntl.LOCK_EX) and os.fstat(descriptor).st_nlink:
                _make_room(path.parent, size - os.fstat(descriptor).st_size)
                _fill(descriptor, size=size, pieces=pieces, on_tick=on_tick)
                continue
        finally:
            os.close(descriptor)
        on_tick()
        time.sleep(WAIT)


def _take(descriptor: int, how: int) -> bool:
    try:
        fcntl.flock(descriptor, how | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _is_whole(descriptor: int, size: int) -> bool:
    found = os.fstat(descriptor)
    return found.st_size == size and found.st_nlink > 0


def _fill(descriptor: int, *, size: int, pieces: Pieces, on_tick: Callable[[], None]) -> None:
    if os.fstat(descriptor).st_size > size:
        os.ftruncate(descriptor, 0)
    for piece in pieces(os.fstat(descriptor).st_size):
        view = memoryview(piece)
        while view:
            view = view[os.write(descriptor, view) :]
        on_tick()


def _make_room(folder: Path, wanted: int) -> None:
    """Remove copies nobody reads: those that are long idle, and as many more as `wanted` bytes need."""
    copies = sorted(folder.iterdir(), key=lambda path: path.stat().st_mtime)
    for path in copies:
        idle = time.time() - path.stat().st_mtime > IDLE_SECONDS
        if not idle and free_bytes() - wanted >= settings.MEDIA_MIN_FREE_BYTES:
            continue
        with suppress(FileNotFoundError):
            drop_copy(path)


def drop_copy(path: Path) -> None:
    """Remove a copy unless somebody reads or writes it. Raises FileNotFoundError."""
    descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    try:
        if _take(descriptor, fcntl.LOCK_EX):
            path.unlink()
    finally:
        os.close(descriptor)
