"""Browser scripts from npm, served from `node_modules` without copies in the repository."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.contrib.staticfiles.storage import ManifestStaticFilesStorage
from django.core.files.storage import FileSystemStorage

PACKAGE_FILES = {
    "packages/hls.min.js": "hls.js/dist/hls.min.js",
    "packages/htmx.min.js": "htmx.org/dist/htmx.min.js",
    "packages/tus.min.js": "tus-js-client/dist/tus.min.js",
    # The scripts name their source maps, and a manifest storage refuses a name it can't find.
    "packages/hls.min.js.map": "hls.js/dist/hls.min.js.map",
    "packages/tus.min.js.map": "tus-js-client/dist/tus.min.js.map",
}


class _PackageStorage(FileSystemStorage):
    def path(self, name: str) -> str:
        return str(Path(settings.BASE_DIR) / "node_modules" / PACKAGE_FILES[name])


class PackageFinder(BaseFinder):
    """Finds exactly the files of PACKAGE_FILES, under the address on the left."""

    storage = _PackageStorage()

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        found = [self.storage.path(path)] if path in PACKAGE_FILES and self.storage.exists(path) else []
        return found if find_all else (found[0] if found else [])

    def list(self, ignore_patterns: Any) -> Iterator[tuple[str, FileSystemStorage]]:
        for name in PACKAGE_FILES:
            yield name, self.storage


class ModuleManifestStorage(ManifestStaticFilesStorage):
    """Also writes the digests into `import` lines of our own modules: a browser never mixes old and new ones."""

    support_js_module_import_aggregation = True
