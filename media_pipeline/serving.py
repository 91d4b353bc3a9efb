"""Handing files to viewers: Django answers Range requests itself, or asks nginx to (X-Accel-Redirect).

One interface, two servers, chosen by the MEDIA_SERVER setting. Both are given a name below `streams/` that this house
composed; nothing a viewer sends becomes a name.
"""

from __future__ import annotations

import re
from typing import Protocol
from urllib.parse import quote

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.http import http_date

from media_pipeline.storage import store

ONE_RANGE = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})")
FOLDER = "streams/"


class MediaServer(Protocol):
    """Answers a request with an object. `name` is relative to `streams/`. Raises `StoreDown`."""

    def answer(self, request: HttpRequest, name: str, *, content_type: str) -> HttpResponseBase: ...


class NginxServer:
    """nginx sends the bytes, from its disk or from the bucket; Django has only checked the right to them.

    See deploy/nginx.conf.template, `internal`.
    """

    def answer(self, request: HttpRequest, name: str, *, content_type: str) -> HttpResponseBase:
        shelf = store()
        if shelf.find(FOLDER + name) is None:
            return HttpResponse(status=404)
        query = shelf.access_query(FOLDER + name, method=request.method or "GET")
        response = HttpResponse(content_type=content_type)
        response["X-Accel-Redirect"] = settings.MEDIA_INTERNAL_PREFIX + quote(name) + (f"?{query}" if query else "")
        del response["Content-Length"]
        return response


class DjangoServer:
    """The embedded profile: whole objects, single ranges (RFC 9110, 14), 304 and 416."""

    def answer(self, request: HttpRequest, name: str, *, content_type: str) -> HttpResponseBase:
        found = store().find(FOLDER + name)
        if found is None:
            return HttpResponse(status=404)
        etag = f'"{found.version}"'
        response: HttpResponseBase
        if request.headers.get("If-None-Match") == etag:
            response = HttpResponse(status=304)
        else:
            response = self._body(request, FOLDER + name, found.size, etag, content_type)
        response["ETag"] = etag
        response["Last-Modified"] = http_date(found.modified.timestamp())
        response["Accept-Ranges"] = "bytes"
        return response

    def _body(self, request: HttpRequest, name: str, size: int, etag: str, content_type: str) -> HttpResponseBase:
        wanted = ONE_RANGE.fullmatch(request.headers.get("Range", ""))
        # No range, several ranges, or a range of another version: the whole object is a correct answer.
        status, start, end = 200, 0, size - 1
        if wanted is not None and wanted.group(0) != "bytes=-" and request.headers.get("If-Range", etag) == etag:
            status = 206
            first, last = wanted.groups()
            if first:
                start, end = int(first), min(int(last) if last else size - 1, size - 1)
            else:
                start = max(0, size - int(last))
            if start >= size or start > end:
                response = HttpResponse(status=416)
                response["Content-Range"] = f"bytes */{size}"
                return response
        pieces = store().read(name, start, end) if size and request.method != "HEAD" else iter(())
        answer = StreamingHttpResponse(pieces, status=status, content_type=content_type)
        if status == 206:
            answer["Content-Range"] = f"bytes {start}-{end}/{size}"
        answer["Content-Length"] = str(end - start + 1)
        return answer


def media_server() -> MediaServer:
    """The server the settings name."""
    servers: dict[str, type[MediaServer]] = {"django": DjangoServer, "nginx": NginxServer}
    return servers[settings.MEDIA_SERVER]()
