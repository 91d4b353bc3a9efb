"""Pictures that editors upload, wherever they lie: a browser gets them from the site's own host."""

from __future__ import annotations

import mimetypes
from pathlib import PurePosixPath
from urllib.parse import urljoin

from django.conf import settings
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase, HttpResponseNotModified
from django.utils.encoding import filepath_to_uri
from django.utils.http import http_date, parse_http_date_safe
from storages.backends.s3 import S3Storage

OPEN_FOLDERS = frozenset({"images", "original_images", "avatar_images"})
"""Folders of Wagtail's that everybody may read. Documents have a door of their own, which checks rights."""
MAX_AGE = 24 * 3600


class BucketFileStorage(S3Storage):
    """Files in the bucket of MEDIA_STORAGE_URL, under addresses of our own host."""

    def url(
        self,
        name: str,
        parameters: dict[str, str] | None = None,
        expire: int | None = None,
        http_method: str | None = None,
    ) -> str:
        return urljoin(settings.MEDIA_URL, filepath_to_uri(name))


def send_picture(request: HttpRequest, path: str) -> HttpResponseBase:
    """Answer with an uploaded picture; 404 for anything that isn't one."""
    parts = PurePosixPath(path).parts
    if ".." in parts or not parts or parts[0] not in OPEN_FOLDERS or not default_storage.exists(path):
        raise Http404
    try:
        modified = int(default_storage.get_modified_time(path).timestamp())
        since = parse_http_date_safe(request.headers.get("If-Modified-Since", ""))
        if since is not None and modified <= since:
            return HttpResponseNotModified()
        kind = mimetypes.guess_type(path)[0] or "application/octet-stream"
        response = FileResponse(default_storage.open(path), content_type=kind)
    except (FileNotFoundError, IsADirectoryError) as error:
        raise Http404 from error
    response["Last-Modified"] = http_date(modified)
    response["Cache-Control"] = f"public, max-age={MAX_AGE}"
    return response
