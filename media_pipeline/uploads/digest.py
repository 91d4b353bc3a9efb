"""SHA-256 of an upload while it comes in.

The hash object of each upload under way is kept in this process. After a restart, or when another process took some
of the bytes, what is missing is read back from disk. Callers hold the upload's lock.
"""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from pathlib import Path
from uuid import UUID

PIECE = 1024 * 1024
KEPT = 64

_digests: OrderedDict[UUID, RunningDigest] = OrderedDict()
_guard = threading.Lock()


class RunningDigest:
    """SHA-256 over the first `position` bytes of a growing file."""

    def __init__(self) -> None:
        self.position = 0
        self._hash = hashlib.sha256()

    def add(self, data: bytes) -> None:
        """Go on over `data`, which follows `position`."""
        self._hash.update(data)
        self.position += len(data)

    def catch_up(self, path: Path, end: int) -> None:
        """Read from the file what is missing up to byte `end`."""
        if self.position >= end:
            return
        with path.open("rb") as file:
            file.seek(self.position)
            while self.position < end and (piece := file.read(min(PIECE, end - self.position))):
                self.add(piece)

    def hexdigest(self) -> str:
        return self._hash.hexdigest()


def running_digest(key: UUID, *, offset: int) -> RunningDigest:
    """The digest kept for this upload, or a new one if there is none or it went past `offset`."""
    with _guard:
        digest = _digests.pop(key, None)
        if digest is None or digest.position > offset:
            digest = RunningDigest()
        _digests[key] = digest
        while len(_digests) > KEPT:
            _digests.popitem(last=False)
        return digest


def forget_digest(key: UUID) -> None:
    """Drop what is kept for an upload that ended."""
    with _guard:
        _digests.pop(key, None)
