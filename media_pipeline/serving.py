"""Handing files to viewers: Django answers Range requests itself, or asks nginx to (X-Accel-Redirect).

One interface, two servers, chosen by the MEDIA_SERVER setting. Both are given a path inside `streams/` that this house
composed; nothing a viewer sends becomes a path.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.utils import formatdate
from pathlib import Path
from typing import Protocol
from urllib.parse import quote

from django.conf import settings
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse

ONE_RANGE = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})")
PIECE = 1 << 18


class MediaServer(Protocol):
    """Answers a request with a file. `name` is relative to `streams/`."""

    def answer(self, request: HttpRequest, name: str, *, content_type: str) -> HttpResponseBase: ...


class NginxServer:
    """nginx sends the bytes; Django has only checked the right to them (deploy/nginx.conf, `internal`)."""

    def answer(self, request: HttpRequest, name: str, *, content_type: str) -> HttpResponseBase:
        if not _path(name).is_file():
            return HttpResponse(status=404)
        response = HttpResponse(content_type=content_type)
        response["X-Accel-Redirect"] = settings.MEDIA_INTERNAL_PREFIX + quote(name)
        del response["Content-Length"]
        return response


class DjangoServer:
    """The embedded profile: whole files, single ranges (RFC 9110, 14), 304 and 416."""

    def answer(self, request: HttpRequest, name: str, *, content_type: str) -> HttpResponseBase:
        path = _path(name)
        try:
            found = path.stat()
        except FileNotFoundError:
            return HttpResponse(status=404)
        etag = f'"{found.st_mtime_ns:x}-{found.st_size:x}"'
        response: HttpResponseBase
        if request.headers.get("If-None-Match") == etag:
            response = HttpResponse(status=304)
        else:
            response = self._body(request, path, found.st_size, etag, content_type)
        response["ETag"] = etag
        response["Last-Modified"] = formatdate(found.st_mtime, usegmt=True)
        response["Accept-Ranges"] = "bytes"
        return response

    def _body(self, request: HttpRequest, path: Path, size: int, etag: str, content_type: str) -> HttpResponseBase:
        wanted = ONE_RANGE.fullmatch(request.headers.get("Range", ""))
        if wanted is None or wanted.group(0) == "bytes=-" or request.headers.get("If-Range", etag) != etag:
            # No range, several ranges, or a range of another version: the whole file is a correct answer.
            return FileResponse(path.open("rb"), content_type=content_type)
        first, last = wanted.groups()
        if first:
            start, end = int(first), min(int(last) if last else size - 1, size - 1)
        else:
            start, end = max(0, size - int(last)), size - 1
        if start >= size or start > end:
            response = HttpResponse(status=416)
            response["Content-Range"] = f"bytes */{size}"
            return response
        answer = StreamingHttpResponse(_read(path, start, end), status=206, content_type=content_type)
        answer["Content-Range"] = f"bytes {start}-{end}/{size}"
        answer["Content-Length"] = str(end - start + 1)
        return answer


def _read(path: Path, start: int, end: int) -> Iterator[bytes]:
    with path.open("rb") as file:
        file.seek(start)
        left = end - start + 1
        while left > 0 and (piece := file.read(min(PIECE, left))):
            left -= len(piece)
            yield piece


def _path(name: str) -> Path:
    return Path(settings.DATA_DIR) / "streams" / name


def media_server() -> MediaServer:
    """The server the settings name."""
    servers: dict[str, type[MediaServer]] = {"django": DjangoServer, "nginx": NginxServer}
    return servers[settings.MEDIA_SERVER]()
