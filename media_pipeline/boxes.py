"""Looking into MP4 boxes (ISO/IEC 14496-12) and at Matroska's outermost element for what ffprobe keeps to itself."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

MAX_INDEX = 64 * 1024**2
"""Bytes of an index that are looked at; six hours of film have about twenty million."""


def is_protected(path: Path) -> bool:
    """Whether any track of an MP4 is encrypted: its sample entry then holds a `sinf` box with a scheme (8.12)."""
    index = _index(path)
    return b"sinf" in index and b"schm" in index


def is_cut(path: Path) -> bool:
    """Whether a finished MP4 ends before its last box does, as a copy that broke off. One in fragments, which is cut
    wherever its recorder stopped, doesn't count.
    """
    size = path.stat().st_size
    names = set()
    for name, at, length in _boxes(path):
        names.add(name)
        if name in {b"mdat", b"moov"} and at + length > size:  # what cameras append to a file is no box at all
            return not names & {b"moof", b"sidx"}
    return False


SEGMENT = b"\x18\x53\x80\x67"


def is_cut_matroska(path: Path) -> bool:
    """Whether a Matroska or WebM ends before its Segment does (RFC 9559, 5.1). A live recording gives no size."""
    with path.open("rb") as file:
        start = file.read(4096)
    at = start.find(SEGMENT)
    if at < 0 or at + 12 > len(start):
        return False
    first = start[at + 4]
    width = 9 - first.bit_length()
    if not 1 <= width <= 8:
        return False
    unknown = (1 << (7 * width)) - 1
    length = int.from_bytes(start[at + 4 : at + 4 + width]) & unknown
    return length != unknown and at + 4 + width + length > path.stat().st_size


def _index(path: Path) -> bytes:
    """The content of the `moov` box; empty if there is none where a box should be."""
    for name, at, length in _boxes(path):
        if name == b"moov":
            with path.open("rb") as file:
                file.seek(at)
                return file.read(min(length, MAX_INDEX))
    return b""


def _boxes(path: Path) -> Iterator[tuple[bytes, int, int]]:
    """Name, offset and length of the outermost boxes, as far as they are boxes; lengths are as declared."""
    size = path.stat().st_size
    at = 0
    with path.open("rb") as file:
        while at + 16 <= size:
            file.seek(at)
            length, name, large = struct.unpack(">I4sQ", file.read(16))
            if length == 1:
                length = large
            elif length == 0:
                length = size - at
            if length < 8:
                return
            yield name, at, length
            at += length
