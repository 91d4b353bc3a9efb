"""The plain form's way in: the same checks before the first byte, the file straight to disk, the same operation."""

from __future__ import annotations

import os
import uuid
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import TemporaryUploadedFile, UploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.http import HttpRequest, HttpResponse
from django.utils.decorators import method_decorator
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from media_pipeline.models import MediaAsset
from media_pipeline.policy import media_policy
from media_pipeline.uploads.operations import receive_form_file
from media_pipeline.uploads.protocol import ProtocolError
from media_pipeline.uploads.rules import check_room

FORM_OVERHEAD = 64 * 1024
"""Bytes a multipart form may hold beside its files."""


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
        except ProtocolError as error:
            return self.refuse(request, error)
        request.upload_handlers = [TemporaryFileUploadHandler(request)]

        def receive(request: HttpRequest) -> Any:
            return super(FormReceiver, self).dispatch(request, *args, **kwargs)  # type: ignore[misc]

        return csrf_protect(receive)(request)

    def refuse(self, request: HttpRequest, error: ProtocolError) -> HttpResponse:
        """Answer a form whose body was not read, and never will be."""
        raise NotImplementedError


def receive(file: UploadedFile, *, owner: Any, title: str = "") -> MediaAsset:
    """Hand a form's file to the domain under a name of its own, so that Django may clear away its own.

    Raises `ProtocolError`.
    """
    assert isinstance(file, TemporaryUploadedFile)  # FormReceiver allows no other handler
    path = Path(settings.DATA_DIR) / "work" / f"form-{uuid.uuid4().hex}"
    os.link(file.temporary_file_path(), path)
    return receive_form_file(owner=owner, path=path, size=file.size or 0, name=file.name or "", title=title)
