"""Uploads from the first announcement to the asset. The offset is the length of the file: right after any crash."""

from __future__ import annotations

import datetime as dt
import errno
import hashlib
import os
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import structlog
from django.conf import settings
from django.db import transaction
from django.http import UnreadablePostError

from accounts.models import User
from core import clock
from media_pipeline.enums import UploadState
from media_pipeline.models import MediaAsset, Upload
from media_pipeline.operations.receive import BytesGone, add_asset, keep_bytes, receive_file
from media_pipeline.storage import StoreDown
from media_pipeline.uploads import partfile
from media_pipeline.uploads.digest import RunningDigest, forget_digest, running_digest
from media_pipeline.uploads.names import clean_name, title_from
from media_pipeline.uploads.protocol import Checksum, ProtocolError
from media_pipeline.uploads.rules import check_room

log = structlog.get_logger(__name__)
READ = 64 * 1024
"""Bytes asked of the connection at once: a server that dies loses what it was still waiting for."""


class ByteStream(Protocol):
    """A request's body, read in pieces."""

    def read(self, size: int, /) -> bytes: ...


def open_upload(*, owner: User, length: int, name: str) -> Upload:
    """Announce an upload of `length` bytes. `name` is cleaned.

    Raises `ProtocolError` (400, 413, 507) if it is not welcome.
    """
    with transaction.atomic():
        # One announcement of an editor at a time, or two could share the last free bytes.
        User.objects.select_for_update().get(pk=owner.pk)
        check_room(owner=owner, length=length)
        upload = Upload.objects.create(
            owner=owner, length=length, name=clean_name(name), expires_at=clock.now() + _lifetime()
        )
    upload.file.touch(mode=0o600)
    return upload


def find_upload(*, owner: User, key: uuid.UUID) -> Upload:
    """The owner's upload. Raises `ProtocolError` 404 for anybody else's or none, 410 for one that is over."""
    upload = Upload.objects.select_related("asset").filter(owner=owner, key=key).first()
    if upload is None:
        raise ProtocolError(404, "没有找到这次上传。请重新选择文件再传。")
    _check_alive(upload)
    return upload


def look_at_upload(*, owner: User, key: uuid.UUID) -> Upload:
    """Like `find_upload`; and if the last byte came before a crash could be answered, the asset is made now."""
    upload = find_upload(owner=owner, key=key)
    if upload.state == UploadState.RECEIVING and upload.offset >= upload.length:
        _finish_if_whole(upload)
    return upload


def append_bytes(
    *, owner: User, key: uuid.UUID, offset: int, size: int, body: ByteStream, checksum: Checksum | None
) -> Upload:
    """Take `size` bytes from `body` at `offset`; with the last one, make the asset. Fewer than `size` may arrive.

    Raises `ProtocolError`: 404, 410, 409 (another offset), 413 (past the announced length), 423 (another request is
    writing), 460 (checksum), 507 (disk full). What had arrived before a lost connection or a full disk is kept.
    """
    upload = find_upload(owner=owner, key=key)
    if upload.state == UploadState.FINISHED:
        return _answer_again(upload, offset, size)
    with _held(upload) as descriptor:
        have = partfile.size(descriptor)
        if have != offset:
            raise ProtocolError(409, f"服务器已经收到 {have} 字节，请从那里接着传。")
        if have + size > upload.length:
            raise ProtocolError(413, "传来的内容比文件本身还长，没有收下。")
        digest = running_digest(upload.key, offset=have)
        digest.catch_up(upload.file, have)
        try:
            _take_body(upload=upload, descriptor=descriptor, body=body, size=size, digest=digest, checksum=checksum)
        except UnreadablePostError as error:
            raise ProtocolError(408, "网络断了。已收到的部分都还在，可以接着传。") from error
        except OSError as error:
            if error.errno not in (errno.ENOSPC, errno.EDQUOT):
                raise
            raise ProtocolError(507, "服务器的磁盘满了。已收到的部分都还在，腾出空间后可以接着传。") from error
        finally:
            Upload.objects.filter(pk=upload.pk, state=UploadState.RECEIVING).update(
                expires_at=clock.now() + _lifetime(), updated_at=clock.now()
            )
        if partfile.size(descriptor) == upload.length:
            _finish(upload, digest)
    upload.refresh_from_db()
    return upload


def received_bytes(upload: Upload) -> int:
    """Bytes the server has; all of them once the asset is made."""
    return upload.length if upload.state == UploadState.FINISHED else upload.offset


def terminate_upload(*, owner: User, key: uuid.UUID) -> None:
    """Give up an upload and remove its bytes. The asset of a finished one stays.

    Raises `ProtocolError` 404, 410, 423.
    """
    upload = find_upload(owner=owner, key=key)
    if upload.state == UploadState.FINISHED:
        raise ProtocolError(410, "这个文件已经传完了，要删除请到媒体库里删除。")
    with _held(upload):
        _end(upload, UploadState.TERMINATED)


def expire_uploads() -> int:
    """Remove what nobody went on with in time, and files that a crash left behind. Returns how many expired.

    Called by the sweeper. An upload whose last byte came just before a crash is finished instead.
    """
    expired = 0
    for upload in Upload.objects.filter(state=UploadState.RECEIVING):
        if upload.offset >= upload.length:
            _finish_if_whole(upload)
        elif upload.expires_at <= clock.now():
            try:
                with _held(upload):
                    _end(upload, UploadState.EXPIRED)
                expired += 1
            except ProtocolError:
                continue
    _remove_leftovers()
    return expired


def receive_form_file(*, owner: User, path: Path, size: int, name: str, title: str = "") -> MediaAsset:
    """Take a file that a plain form has sent, `path` lying under DATA_DIR. The file is gone afterwards.

    Raises `ProtocolError` as `open_upload` does.
    """
    try:
        check_room(owner=owner, length=size)
        digest = RunningDigest()
        digest.catch_up(path, size)
        name = clean_name(name)
        return receive_file(
            path=path, sha256=digest.hexdigest(), size=size, title=title or title_from(name), name=name, owner=owner
        )
    except StoreDown as error:
        raise ProtocolError(503, "存放媒体的存储暂时连不上，文件没有收下。请过几分钟再传一次。") from error
    finally:
        path.unlink(missing_ok=True)


def _take_body(
    *,
    upload: Upload,
    descriptor: int,
    body: ByteStream,
    size: int,
    digest: RunningDigest,
    checksum: Checksum | None,
) -> None:
    if checksum is None:

        def keep(piece: bytes) -> None:
            partfile.append(descriptor, piece)
            digest.add(piece)

        _read(body, size, keep)
        return
    # Bytes under a checksum count only when all of them are there and right, also after a kill in the middle.
    staged = partfile.staging_path(upload.file)
    found = hashlib.new(checksum.algorithm, usedforsecurity=False)
    try:
        with staged.open("wb") as file:

            def stage(piece: bytes) -> None:
                file.write(piece)
                found.update(piece)

            _read(body, size, stage)
        if found.digest() != checksum.digest:
            raise ProtocolError(460, "这一段在路上损坏了，没有收下，请再传一次。")
        partfile.append_file(descriptor, staged)
    finally:
        staged.unlink(missing_ok=True)
    digest.catch_up(upload.file, partfile.size(descriptor))


def _read(body: ByteStream, size: int, take: Callable[[bytes], None]) -> None:
    left = size
    while left and (piece := body.read(min(READ, left))):
        take(piece)
        left -= len(piece)


def _finish_if_whole(upload: Upload) -> None:
    try:
        with _held(upload) as descriptor:
            if partfile.size(descriptor) == upload.length:
                digest = running_digest(upload.key, offset=upload.length)
                digest.catch_up(upload.file, upload.length)
                _finish(upload, digest)
        upload.refresh_from_db()
    except ProtocolError:
        upload.refresh_from_db()


def _finish(upload: Upload, digest: RunningDigest) -> None:
    """Make the asset, once. Under the upload's lock.

    The pipeline gets a second name of the same bytes, and the first goes only after the commit: a crash in between
    leaves the upload whole, and the next look at it makes the asset.
    """
    whole = Path(settings.DATA_DIR) / "work" / f"upload-{upload.key.hex}"
    whole.unlink(missing_ok=True)
    os.link(upload.file, whole)
    try:
        kept = keep_bytes(path=whole, sha256=digest.hexdigest(), size=upload.length)
        with transaction.atomic():
            upload.asset = add_asset(kept=kept, title=title_from(upload.name), name=upload.name, owner=upload.owner)
            upload.state = UploadState.FINISHED
            upload.save(update_fields=["asset", "state", "updated_at"])
            transaction.on_commit(lambda: partfile.remove(upload.file))
    except (StoreDown, BytesGone) as error:
        log.warning("upload could not be kept", upload=upload.key.hex, detail=str(error))
        raise ProtocolError(503, "文件传完了，可是存放媒体的存储暂时连不上。传来的内容都还在，会自动再试。") from error
    finally:
        whole.unlink(missing_ok=True)
    forget_digest(upload.key)
    log.info("upload finished", upload=upload.key.hex, size=upload.length)


def _answer_again(upload: Upload, offset: int, size: int) -> Upload:
    """The last PATCH repeated, because its answer was lost: the same answer, and nothing is made twice."""
    if offset + size != upload.length:
        raise ProtocolError(409, f"服务器已经收到 {upload.length} 字节，这个文件已经传完了。")
    return upload


def _end(upload: Upload, state: UploadState) -> None:
    with transaction.atomic():
        upload.state = state
        upload.save(update_fields=["state", "updated_at"])
        transaction.on_commit(lambda: partfile.remove(upload.file))
    forget_digest(upload.key)


@contextmanager
def _held(upload: Upload) -> Iterator[int]:
    """The upload's file, locked, with the row read again under the lock. Raises `ProtocolError` 423 or 410."""
    try:
        with partfile.locked(upload.file) as descriptor:
            upload.refresh_from_db()
            _check_receiving(upload)
            yield descriptor
    except partfile.BusyError as error:
        raise ProtocolError(423, "这个文件正在另一个窗口里上传，请稍等。") from error


def _check_receiving(upload: Upload) -> None:
    """Under the lock: an upload that ended while we waited has no file, so the one just opened goes again."""
    if upload.state == UploadState.RECEIVING:
        return
    partfile.remove(upload.file)
    if upload.state == UploadState.FINISHED:
        raise ProtocolError(423, "这个文件刚刚传完。")
    _check_alive(upload)


def _check_alive(upload: Upload) -> None:
    if upload.state == UploadState.TERMINATED:
        raise ProtocolError(410, "这次上传已经取消了。请重新选择文件再传。")
    late = upload.state == UploadState.RECEIVING and upload.expires_at <= clock.now()
    if upload.state == UploadState.EXPIRED or late:
        raise ProtocolError(410, "这次上传放得太久，已经过期。请重新选择文件再传。")


def _lifetime() -> dt.timedelta:
    return dt.timedelta(seconds=settings.MEDIA_UPLOAD_EXPIRES_AFTER)


def _remove_leftovers() -> None:
    """Files of uploads that ended or never were. Fresh ones are left alone: their row may not be committed yet."""
    grace = clock.now().timestamp() - 3600
    for path in (Path(settings.DATA_DIR) / "uploads").iterdir():
        try:
            key = uuid.UUID(hex=path.stem)
        except ValueError:
            continue
        if path.stat().st_mtime < grace and not Upload.objects.filter(key=key, state=UploadState.RECEIVING).exists():
            path.unlink(missing_ok=True)
