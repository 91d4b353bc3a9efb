"""What should be on disk, and what isn't."""

from __future__ import annotations

from media_pipeline.enums import RenditionKind
from media_pipeline.models import Rendition, Source


def missing_files(source: Source) -> list[str]:
    """Names of promised files that are absent or of another size, relative to the source's folder."""
    missing: list[str] = []
    for rendition in source.renditions.prefetch_related("parts"):
        missing += [name for name, size in promised_files(rendition) if not _is_there(source, name, size)]
    return missing


def promised_files(rendition: Rendition) -> list[tuple[str, int | None]]:
    """Names and sizes (None: any) of what viewers can fetch of a rendition."""
    if rendition.kind == RenditionKind.FILE:
        return [(rendition.name, rendition.size)]
    promised: list[tuple[str, int | None]] = [(f"{rendition.name}/init.mp4", None)]
    sizes = [size for part in rendition.parts.all() for _, size in part.segments]
    return promised + [(f"{rendition.name}/{number}.m4s", size) for number, size in enumerate(sizes)]


def _is_there(source: Source, name: str, size: int | None) -> bool:
    try:
        found = (source.stream_dir / name).stat().st_size
    except FileNotFoundError:
        return False
    return found > 0 if size is None else found == size
