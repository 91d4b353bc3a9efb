"""Looking into an MP4's boxes for what ffprobe keeps to itself (ISO/IEC 14496-12)."""

from __future__ import annotations

import struct
from pathlib import Path

MAX_INDEX = 64 * 1024**2
"""Bytes of an index that are looked at; six hours of film have about twenty million."""


def is_protected(path: Path) -> bool:
    """Whether any track of an MP4 is encrypted: its sample entry then holds a `sinf` box with a scheme (8.12)."""
    index = _index(path)
    return b"sinf" in index and b"schm" in index


def _index(path: Path) -> bytes:
    """The content of the `moov` box; empty if there is none where a box should be."""
    size = path.stat().st_size
    at = 0
    with path.open("rb") as file:
        while at + 16 <= size:
            file.seek(at)
            length, name, large = struct.unpack(">I4sQ", file.read(16))
            if length == 1:
                length = large
            if name == b"moov":
                file.seek(at)
                return file.read(min(length or size, MAX_INDEX))
            if length < 8:
                break
            at += length
    return b""
