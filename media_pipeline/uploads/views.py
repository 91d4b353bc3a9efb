"""The tus endpoint. Each method makes one call into the domain; `ProtocolError` becomes a status and a sentence."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.http import http_date
from django.views import View

from accounts.models import User
from media_pipeline.enums import UploadState
from media_pipeline.models import Upload
from media_pipeline.uploads import operations, protocol
from media_pipeline.uploads.protocol import ProtocolError

IDLE_SECONDS = 45.0


class TusView(View):
    """What every answer has in common: version, rights, and errors as text."""

    http_method_names = ["options", "head", "post", "patch", "delete"]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            # The protocol's way around networks that know no PATCH or DELETE.
            if request.method == "POST" and (method := request.headers.get("X-HTTP-Method-Override")):
                request.method = method.upper()
            if request.method != "OPTIONS":
                protocol.check_version(request.headers)
                _check_rights(request)
            response = super().dispatch(request, *args, **kwargs)
        except ProtocolError as error:
            response = HttpResponse(error.sentence, status=error.status, content_type="text/plain; charset=utf-8")
            if error.status == 412:
                response["Tus-Version"] = protocol.VERSION
        response["Tus-Resumable"] = protocol.VERSION
        response["Cache-Control"] = "no-store"
        return response

    def options(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return HttpResponse(
            status=204,
            headers={
                "Tus-Version": protocol.VERSION,
                "Tus-Extension": protocol.EXTENSIONS,
                "Tus-Max-Size": str(settings.MEDIA_MAX_UPLOAD_BYTES),
                "Tus-Checksum-Algorithm": ",".join(protocol.CHECKSUMS),
            },
        )


class UploadCollection(TusView):
    """POST announces an upload."""

    http_method_names = ["options", "post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        upload = operations.open_upload(
            owner=_user(request),
            length=protocol.read_length(request.headers),
            name=protocol.read_file_name(request.headers),
        )
        location = request.build_absolute_uri(reverse("media_pipeline:upload", args=[upload.key]))
        return HttpResponse(
            status=201,
            headers={"Location": location, "Upload-Offset": "0", "Upload-Expires": _expires(upload)},
        )


class UploadResource(TusView):
    """HEAD asks how far it is, PATCH goes on, DELETE gives it up."""

    http_method_names = ["options", "head", "patch", "delete"]

    def head(self, request: HttpRequest, key: uuid.UUID) -> HttpResponse:
        upload = operations.look_at_upload(owner=_user(request), key=key)
        response = _progress(upload, status=200)
        response["Upload-Length"] = str(upload.length)
        if upload.name:
            response["Upload-Metadata"] = protocol.render_metadata(upload.name)
        return response

    def patch(self, request: HttpRequest, key: uuid.UUID) -> HttpResponse:
        _limit_silence(request)
        upload = operations.append_bytes(
            owner=_user(request),
            key=key,
            size=protocol.read_size(request.headers),
            offset=protocol.read_offset(request.headers),
            checksum=protocol.read_checksum(request.headers),
            body=request,
        )
        return _progress(upload, status=204)

    def delete(self, request: HttpRequest, key: uuid.UUID) -> HttpResponse:
        operations.terminate_upload(owner=_user(request), key=key)
        return HttpResponse(status=204)


def _progress(upload: Upload, *, status: int) -> HttpResponse:
    response = HttpResponse(status=status, headers={"Upload-Offset": str(operations.received_bytes(upload))})
    if upload.state == UploadState.RECEIVING:
        response["Upload-Expires"] = _expires(upload)
    if upload.asset_id:
        response["Yinling-Asset"] = str(upload.asset_id)
    return response


def _expires(upload: Upload) -> str:
    return http_date(upload.expires_at.timestamp())


def _user(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise ProtocolError(401, "登录已经过期，请重新登录后再接着传，已经传上来的部分都还在。")
    return request.user


def _check_rights(request: HttpRequest) -> None:
    if not _user(request).has_perm("media_pipeline.add_mediaasset"):
        raise ProtocolError(403, "您的账号不能上传媒体。")


def _limit_silence(request: HttpRequest) -> None:
    """A peer that vanished without a word must not hold the upload's lock for ever (gunicorn sets no read limit)."""
    if (connection := request.META.get("gunicorn.socket")) is not None:
        connection.settimeout(IDLE_SECONDS)
