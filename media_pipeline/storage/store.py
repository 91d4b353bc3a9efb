"""What every store can do, and which one the settings name."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import structlog
from django.conf import settings

log = structlog.get_logger(__name__)

CONTENT_TYPES = {
    ".m4s": "video/mp4",
    ".mp4": "video/mp4",
    ".m4a": "audio/mp4",
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".vtt": "text/vtt; charset=utf-8",
}
"""What viewers are told of everything made here, by suffix: the same by Django, nginx and a bucket."""


class StoreDown(OSError):
    """The store doesn't answer, or refuses us. What was there is still there; what was to be kept may not be."""


@dataclass(frozen=True)
class Found:
    """An object that is there. `version` differs whenever the content does."""

    size: int
    modified: dt.datetime
    version: str


class MediaStore(Protocol):
    """Objects by name. Every method may raise `StoreDown`; those of a folder on disk raise `OSError` itself."""

    def keep(self, files: Mapping[str, Path]) -> None:
        """Move finished files of this machine to the names they are given. Each appears whole or not at all."""

    def drop(self, name: str) -> None:
        """Remove an object, or everything under a name; nothing happens if there is none."""

    def find(self, name: str) -> Found | None:
        """What is under exactly this name."""

    def sizes(self, folder: str) -> dict[str, int]:
        """Bytes of every object under `folder`, by its name relative to `folder`."""

    def entries(self, folder: str) -> Iterator[tuple[str, dt.datetime]]:
        """What lies directly under `folder`, with the instant of the last change in it."""

    def read(self, name: str, start: int, end: int) -> Iterator[bytes]:
        """Bytes `start` to `end`, both included. Raises FileNotFoundError before the first piece."""

    def local(self, name: str, *, on_tick: Callable[[], None]) -> AbstractContextManager[Path]:
        """A file of this machine with the object's content, for reading only, while the block lasts.

        `on_tick` is called every second or so while bytes are fetched. Raises FileNotFoundError.
        """

    def local_folder(self, folder: str, *, into: Path, on_tick: Callable[[], None]) -> Path:
        """A folder of this machine with everything directly under `folder`: `into`, filled, or where it is already."""

    def access_query(self, name: str, *, method: str) -> str:
        """The query with which nginx may fetch the object from the store by `method`; empty where it reads files."""


def store() -> MediaStore:
    """The store the settings name: MEDIA_STORAGE_URL."""
    if settings.OBJECT_STORAGE is None:
        from media_pipeline.storage.disk import DiskStore

        return DiskStore(Path(settings.DATA_DIR))
    from media_pipeline.storage.bucket import bucket_store

    return bucket_store(settings.OBJECT_STORAGE, Path(settings.DATA_DIR) / "fetched")


def drop_or_leave(name: str) -> None:
    """Drop what no row names any more. If the store is down, `operations.sweep.tidy` drops it within hours."""
    try:
        store().drop(name)
    except StoreDown as error:
        log.warning("left in the store", name=name, detail=str(error))
