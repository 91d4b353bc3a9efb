"""Which files there are of an edition, and making them once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

from django.core.cache import cache

from courses.exports.envelope import envelope
from courses.exports.pages import printed
from courses.exports.workbook import workbook
from courses.models import CatalogueEdition

LAYOUT = 1
"""Raise it when a file of the same edition looks different."""
KEPT = 24 * 3600
_one_at_a_time = threading.Lock()


@dataclass(frozen=True)
class FileKind:
    content_type: str
    label: str
    make: Callable[[CatalogueEdition], bytes]


KINDS = {
    "json": FileKind("application/json", "JSON（数据）", envelope),
    "xlsx": FileKind("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "XLSX（表格）", workbook),
    "pdf": FileKind("application/pdf", "PDF（打印）", printed),
}


def edition_file(edition: CatalogueEdition, kind: str) -> bytes:
    """The bytes of a sealed edition's file. Kept for a day, and made by one thread at a time: a PDF takes seconds.

    Raises `KeyError` for an unknown kind, `NotCanonical` if the stored text is damaged.
    """
    found = KINDS[kind]
    key = f"catalogue:{kind}:{LAYOUT}:{edition.code}:{edition.manifest_id}"
    data: bytes | None = cache.get(key)
    if data is not None:
        return data
    with _one_at_a_time:
        data = cache.get(key)
        if data is None:
            data = found.make(edition)
            cache.set(key, data, KEPT)
    return data


def file_name(edition: CatalogueEdition, kind: str) -> str:
    return f"yinling-catalogue-{edition.code}.{kind}"
