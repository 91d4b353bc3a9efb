"""The growing file of one upload, under a lock that dies with the process that holds it."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PIECE = 1024 * 1024


class BusyError(Exception):
    """Another request holds the file."""


@contextmanager
def locked(path: Path) -> Iterator[int]:
    """Open `path` for appending, alone; makes it if need be. Yields the descriptor.

    Raises `BusyError` at once if another request, thread or process has it.
    """
    descriptor = _take(path)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _take(path: Path) -> int:
    while True:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            # Whoever had the lock before may have removed the file: then this one is nobody's any more.
            if path.exists() and path.stat().st_ino == os.fstat(descriptor).st_ino:
                return descriptor
        except BlockingIOError as error:
            os.close(descriptor)
            raise BusyError from error
        except BaseException:
            os.close(descriptor)
            raise
        os.close(descriptor)


def size(descriptor: int) -> int:
    """Bytes in the file."""
    return os.fstat(descriptor).st_size


def append(descriptor: int, data: bytes) -> None:
    """Write all of `data` at the end. Raises `OSError`; what was written before it stays, in order."""
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


def append_file(descriptor: int, path: Path) -> None:
    """Write all of another file at the end, in pieces."""
    with path.open("rb") as staged, os.fdopen(os.dup(descriptor), "ab", buffering=0) as target:
        shutil.copyfileobj(staged, target, PIECE)


def staging_path(path: Path) -> Path:
    """Where bytes wait that must match a checksum before they count."""
    return path.with_suffix(".chunk")


def remove(path: Path) -> None:
    """Remove the file and whatever waits beside it."""
    staging_path(path).unlink(missing_ok=True)
    path.unlink(missing_ok=True)
