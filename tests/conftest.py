"""What every test may use. Rooms have their own conftest where they need more."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def _clean_cache() -> Iterator[None]:
    """No test sees another's cache."""
    cache.clear()
    yield


@pytest.fixture(autouse=True)
def data_dir(tmp_path, settings):
    """A private data folder for each test."""
    settings.DATA_DIR = tmp_path
    for folder in ("uploads", "sources", "streams", "work", "images", "broker", "run"):
        (tmp_path / folder).mkdir()
    settings.MEDIA_ROOT = tmp_path / "images"
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path / "work"
    return tmp_path
