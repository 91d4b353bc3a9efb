"""The embedded profile: objects are files below one folder. Moves are renames, whole or not at all."""

from __future__ import annotations

import datetime as dt
import stat
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from media_pipeline.storage.folders import drop
from media_pipeline.storage.store import Found

PIECE = 1 << 18


class DiskStore:
    """See `MediaStore`. `root` is DATA_DIR."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def keep(self, files: Mapping[str, Path]) -> None:
        for name, path in files.items():
            target = self.root / name
            target.parent.mkdir(parents=True, exist_ok=True)
            path.replace(target)

    def drop(self, name: str) -> None:
        drop(self.root / name)

    def find(self, name: str) -> Found | None:
        try:
            found = (self.root / name).stat()
        except (FileNotFoundError, NotADirectoryError):
            return None
        if not stat.S_ISREG(found.st_mode):
            return None
        return Found(found.st_size, _instant(found.st_mtime), f"{found.st_mtime_ns:x}-{found.st_size:x}")

    def sizes(self, folder: str) -> dict[str, int]:
        root = self.root / folder
        return {str(path.relative_to(root)): path.stat().st_size for path in root.rglob("*") if path.is_file()}

    def entries(self, folder: str) -> Iterator[tuple[str, dt.datetime]]:
        for path in (self.root / folder).iterdir():
            try:
                yield path.name, _instant(path.stat().st_mtime)
            except FileNotFoundError:
                continue

    def read(self, name: str, start: int, end: int) -> Iterator[bytes]:
        return _pieces((self.root / name).open("rb"), start, end)

    @contextmanager
    def local(self, name: str, *, on_tick: Callable[[], None]) -> Iterator[Path]:
        path = self.root / name
        if not path.is_file():
            raise FileNotFoundError(name)
        yield path

    def local_folder(self, folder: str, *, into: Path, on_tick: Callable[[], None]) -> Path:
        return self.root / folder

    def access_query(self, name: str, *, method: str) -> str:
        return ""


def _pieces(file: BinaryIO, start: int, end: int) -> Iterator[bytes]:
    with file:
        file.seek(start)
        left = end - start + 1
        while left > 0 and (piece := file.read(min(PIECE, left))):
            left -= len(piece)
            yield piece


def _instant(seconds: float) -> dt.datetime:
    return dt.datetime.fromtimestamp(seconds, tz=dt.UTC)
