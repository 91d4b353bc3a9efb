"""What may come in at all: asked before the first byte is taken."""

from __future__ import annotations

from django.conf import settings
from django.db.models import Sum

from accounts.models import User
from media_pipeline.enums import UploadState
from media_pipeline.models import Source, Upload
from media_pipeline.storage import free_bytes
from media_pipeline.uploads.protocol import ProtocolError

GIB = 1024**3
MIB = 1024**2


def show_size(size: float) -> str:
    """A size as people say it: 1.5 GB, 200 MB, 12 KB."""
    for limit, unit in ((GIB, "GB"), (MIB, "MB")):
        if size >= limit:
            return f"{size / limit:.1f}".removesuffix(".0") + f" {unit}"
    return f"{max(0, size) / 1024:.0f} KB"


def check_room(*, owner: User, length: int) -> None:
    """Raises `ProtocolError` unless a file of `length` bytes is welcome: 400 empty, 413 too large, 507 no room."""
    if length == 0:
        raise ProtocolError(400, "这个文件是空的（0 字节），没有上传。请检查原文件。")
    if length > settings.MEDIA_MAX_UPLOAD_BYTES:
        raise ProtocolError(413, f"文件太大，没有上传。一个文件最大 {show_size(settings.MEDIA_MAX_UPLOAD_BYTES)}。")
    used = used_bytes(owner)
    if used + length > settings.MEDIA_QUOTA_BYTES_PER_EDITOR:
        left = max(0, settings.MEDIA_QUOTA_BYTES_PER_EDITOR - used)
        raise ProtocolError(
            413, f"您的空间还剩 {show_size(left)}，放不下这个 {show_size(length)} 的文件。请先删除不用的媒体。"
        )
    promised = sum(upload.length - upload.offset for upload in Upload.objects.filter(state=UploadState.RECEIVING))
    if free_bytes() - promised - length < settings.MEDIA_MIN_FREE_BYTES:
        raise ProtocolError(507, "服务器的磁盘快满了，没有上传。请联系管理员腾出空间。")


def used_bytes(owner: User) -> int:
    """Bytes counted against an editor: each source once, and what is announced and not yet received."""
    kept = Source.objects.filter(pk__in=owner.media_assets.values("source")).aggregate(total=Sum("size"))["total"]
    coming = owner.media_uploads.filter(state=UploadState.RECEIVING).aggregate(total=Sum("length"))["total"]
    return (kept or 0) + (coming or 0)
