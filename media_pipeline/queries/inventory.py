"""What should be in the store, what isn't, and how a child process of this machine gets to read it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from media_pipeline.enums import RenditionKind
from media_pipeline.models import Rendition, Source
from media_pipeline.playlist import render_local
from media_pipeline.storage import store


def missing_files(source: Source) -> list[str]:
    """Names of promised files that are absent or of another size, relative to the source's folder."""
    there = store().sizes(source.folder)
    promised = list(source.extras.items())
    for rendition in source.renditions.prefetch_related("parts"):
        promised += promised_files(rendition)
    return [name for name, size in promised if there.get(name) != size]


def promised_files(rendition: Rendition) -> list[tuple[str, int]]:
    """Names and sizes of what viewers can fetch of a rendition."""
    if rendition.kind == RenditionKind.FILE:
        return [(rendition.name, rendition.size)]
    promised = [(f"{rendition.name}/init.mp4", rendition.init_size)]
    sizes = [size for part in rendition.parts.all() for _, size in part.segments]
    return promised + [(f"{rendition.name}/{number}.m4s", size) for number, size in enumerate(sizes)]


def local_playlist(rendition: Rendition, target: Path, *, on_tick: Callable[[], None] = lambda: None) -> Path:
    """Write a playlist of all segments that ffmpeg can read, fetching them beside it if they aren't on this machine.

    `on_tick` is called while they are fetched. Raises `StoreDown`.
    """
    durations = [duration for part in rendition.parts.all() for duration, _ in part.segments]
    folder = store().local_folder(rendition.folder, into=target.with_suffix(""), on_tick=on_tick)
    target.write_text(render_local(folder, range(len(durations)), durations), "utf-8")
    return target
