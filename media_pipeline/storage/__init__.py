"""Where media lie. Originals and everything made of them are named objects in a store: a folder of this machine, or a
bucket that many machines share (MEDIA_STORAGE_URL). Work in progress is always on this machine's disk.

Names are relative and composed by this house: `sources/<key>`, `streams/<key>/v720/0.m4s`.
"""

from media_pipeline.storage.folders import drop, free_bytes, work_dir
from media_pipeline.storage.store import CONTENT_TYPES, Found, MediaStore, StoreDown, drop_or_leave, store

__all__ = [
    "CONTENT_TYPES",
    "Found",
    "MediaStore",
    "StoreDown",
    "drop",
    "drop_or_leave",
    "free_bytes",
    "store",
    "work_dir",
]
