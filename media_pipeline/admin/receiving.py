"""The plain form's way in: the same checks before the first byte, the file straight to disk, the same operation."""

from __future__ import annotations

import errno
import os
import uuid
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import BadRequest, PermissionDenied, SuspiciousOperation, TooManyFilesSent
from django.core.files.uploadedfile import TemporaryUploadedFile, UploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.utils.decorators import method_decorator
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from media_pipeline.models import MediaAsset
from media_pipeline.policy import media_policy
from media_pipeline.uploads.operations import receive_form_file
from media_pipeline.uploads.protocol import ProtocolError
from media_pipeline.uploads.rules import check_room

FORM_OVERHEAD = 64 * 1024
"""Bytes a multipart form may hold beside its files."""
PART_OVERHEAD = 1024
"""Most bytes that Django reads of a part's header."""
NAME_UNREADABLE = "有文件的名字读不出来，没有收下。请把文件名改成简单的，例如 1.mp4，再传一次。"


@method_decorator(csrf_exempt, name="dispatch")
class FormReceiver:
    """Mixin for a view that takes media from a form.

    The token is checked by `csrf_protect` below and not by the middleware: the middleware would read the whole body
    to find it, before anyone asked whether there is room.
    """

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if request.method != "POST":
            return super().dispatch(request, *args, **kwargs)  # type: ignore[misc]
        if not media_policy.user_has_permission(request.user, "add"):
            raise PermissionDenied
        try:
            length = int(request.META.get("CONTENT_LENGTH") or 0)
            check_room(owner=request.user, length=max(1, length - FORM_OVERHEAD))  # type: ignore[arg-type]
            _read_body(request)
        except ProtocolError as error:
            return self.refuse(request, error)

        def receive(request: HttpRequest) -> Any:
            return super(FormReceiver, self).dispatch(request, *args, **kwargs)  # type: ignore[misc]

        return csrf_protect(receive)(request)

    def refuse(self, request: HttpRequest, error: ProtocolError) -> HttpResponse:
        """Answer a form whose body was not read, or not to its end, and never will be."""
        raise NotImplementedError


def _read_body(request: HttpRequest) -> None:
    """Take the form apart, its files to disk. Raises `ProtocolError` where Django would show an error page."""
    handler = TemporaryFileUploadHandler(request)
    request.upload_handlers = [handler]
    try:
        _parse(request)
    except ProtocolError:
        handler.upload_interrupted()  # or its half a file would stay as long as the request does
        raise


def _parse(request: HttpRequest) -> None:
    try:
        request.FILES  # noqa: B018 asking for them reads the body
    except TooManyFilesSent as error:
        most = settings.DATA_UPLOAD_MAX_NUMBER_FILES
        raise ProtocolError(400, f"一次最多传 {most} 个文件，这次一个也没有收下。请分几次传。") from error
    except (MultiPartParserError, SuspiciousOperation, BadRequest) as error:
        raise ProtocolError(400, f"浏览器传来的内容读不出来。{NAME_UNREADABLE}") from error
    except UnreadablePostError as error:
        raise ProtocolError(408, "网络断了，文件没有收下。请再传一次。") from error
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        raise ProtocolError(507, "服务器的磁盘满了，文件没有收下。请联系管理员腾出空间。") from error


def has_lost_files(request: HttpRequest) -> bool:
    """Whether the form held more than came out of it.

    Django leaves out a part whose header it can't read, a name that isn't UTF-8 for one, and says nothing.
    """
    sizes = [file.size or 0 for _, files in request.FILES.lists() for file in files]
    sizes += [len(value.encode()) for _, values in request.POST.lists() for value in values]
    explained = sum(sizes) + PART_OVERHEAD * (len(sizes) + 1)
    return int(request.META.get("CONTENT_LENGTH") or 0) > explained


def receive(file: UploadedFile, *, owner: Any, title: str = "") -> MediaAsset:
    """Hand a form's file to the domain under a name of its own, so that Django may clear away its own.

    Raises `ProtocolError`.
    """
    assert isinstance(file, TemporaryUploadedFile)  # FormReceiver allows no other handler
    path = Path(settings.DATA_DIR) / "work" / f"form-{uuid.uuid4().hex}"
    os.link(file.temporary_file_path(), path)
    return receive_form_file(owner=owner, path=path, size=file.size or 0, name=file.name or "", title=title)
