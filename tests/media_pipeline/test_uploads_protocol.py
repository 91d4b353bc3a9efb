"""tus 1.0.0 as a client sees it, hostile input included."""

from __future__ import annotations

import base64
import contextlib
import fcntl
import hashlib
import io
import os
import uuid
from typing import Any

import pytest
import time_machine
from django.conf import settings as django_settings
from django.core.exceptions import RequestDataTooBig
from django.http import UnreadablePostError
from django.test import Client, RequestFactory
from django.urls import reverse

from accounts.enums import Role
from media_pipeline.enums import UploadState
from media_pipeline.models import MediaAsset, Source, Upload
from media_pipeline.uploads import rules
from media_pipeline.uploads.operations import append_bytes, expire_uploads
from media_pipeline.uploads.protocol import Checksum, ProtocolError
from tests.accounts.factories import UserFactory
from tests.media_pipeline.readback import on_disk
from tests.media_pipeline.tus import TYPE, TusClient, metadata

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def tus() -> TusClient:
    return TusClient.of(UserFactory(role=Role.EDITOR))


def test_options_tells_what_the_server_can_do(tus: TusClient, settings: Any) -> None:
    settings.MEDIA_MAX_UPLOAD_BYTES = 1234
    response = tus.client.options(reverse("media_pipeline:uploads"))
    assert response.status_code == 204
    assert response["Tus-Version"] == "1.0.0"
    assert response["Tus-Extension"].split(",") == ["creation", "expiration", "checksum", "termination"]
    assert response["Tus-Max-Size"] == "1234"
    assert response["Tus-Checksum-Algorithm"] == "sha1,sha256"


def test_a_file_in_three_pieces_becomes_one_asset(tus: TusClient, nudges: list[Any]) -> None:
    data = os.urandom(3000)
    url = tus.create(len(data), "第一讲_太极.mp4")
    for offset in (0, 1000, 2000):
        head = tus.head(url)
        assert (head["Upload-Offset"], head["Upload-Length"]) == (str(offset), "3000")
        assert head["Cache-Control"] == "no-store"
        response = tus.patch(url, data[offset : offset + 1000], offset)
        assert (response.status_code, response["Upload-Offset"]) == (204, str(offset + 1000))
    asset = MediaAsset.objects.get()
    assert response["Yinling-Asset"] == str(asset.pk)
    assert asset.title == "第一讲 太极"
    assert asset.original_name == "第一讲_太极.mp4"
    assert asset.owner == tus.user
    assert asset.source.sha256 == hashlib.sha256(data).hexdigest()
    assert on_disk(asset.source.original).read_bytes() == data
    assert [nudge.task for nudge in nudges] == ["media_pipeline.work"]
    assert not list((django_settings.DATA_DIR / "uploads").iterdir())
    assert not list((django_settings.DATA_DIR / "work").iterdir())


def test_the_last_piece_sent_again_makes_nothing_twice(tus: TusClient) -> None:
    url = tus.create(10)
    first = tus.patch(url, b"0123456789", 0)
    again = tus.patch(url, b"0123456789", 0)
    after = tus.patch(url, b"", 10)
    assert first.status_code == again.status_code == after.status_code == 204
    assert first["Yinling-Asset"] == again["Yinling-Asset"] == after["Yinling-Asset"]
    assert MediaAsset.objects.count() == 1
    head = tus.head(url)
    assert (head["Upload-Offset"], head["Yinling-Asset"]) == ("10", first["Yinling-Asset"])


def test_the_same_bytes_twice_are_kept_once(tus: TusClient) -> None:
    for name in ("a.mp4", "b.mp4"):
        tus.patch(tus.create(5, name), b"abcde", 0)
    assert MediaAsset.objects.count() == 2
    assert Source.objects.count() == 1


def test_a_crash_after_the_last_byte_is_made_good_by_the_next_look(tus: TusClient, monkeypatch: Any) -> None:
    url = tus.create(6)

    def crash(**_kwargs: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("media_pipeline.uploads.operations.add_asset", crash)
    with pytest.raises(KeyboardInterrupt):
        tus.patch(url, b"abcdef", 0)
    assert Upload.objects.get().state == UploadState.RECEIVING
    monkeypatch.undo()
    head = tus.head(url)
    assert head["Upload-Offset"] == "6"
    assert MediaAsset.objects.get().source.sha256 == hashlib.sha256(b"abcdef").hexdigest()
    assert head["Yinling-Asset"] == str(MediaAsset.objects.get().pk)


def test_the_sweeper_finishes_what_a_crash_left_whole(tus: TusClient, monkeypatch: Any) -> None:
    url = tus.create(6)
    upload = Upload.objects.get()
    upload.file.write_bytes(b"abcdef")
    assert expire_uploads() == 0
    assert on_disk(MediaAsset.objects.get().source.original).read_bytes() == b"abcdef"
    assert tus.head(url)["Upload-Offset"] == "6"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Tus-Resumable": "0.2.2"}, 412),
        ({"Tus-Resumable": None}, 412),
        ({"Upload-Length": None}, 400),
        ({"Upload-Length": "-1"}, 400),
        ({"Upload-Length": "12kB"}, 400),
        ({"Upload-Length": "٣"}, 400),
        ({"Upload-Length": "1e9"}, 400),
        ({"Upload-Length": "0"}, 400),
        ({"Upload-Length": "9" * 400}, 400),
        ({"Upload-Length": "9" * 20}, 413),
        ({"Upload-Length": None, "Upload-Defer-Length": "1"}, 400),
        ({"Upload-Metadata": "filename !!!"}, 400),
        ({"Upload-Metadata": "filename YQ==,filename Yg=="}, 400),
        ({"Upload-Metadata": "filename " + "A" * 40_000}, 400),
    ],
)
def test_a_bad_announcement_is_refused_before_the_first_byte(
    tus: TusClient, headers: dict[str, str | None], status: int
) -> None:
    response = tus.post(**headers)
    assert response.status_code == status
    assert len(response.content.decode()) > 4
    assert response["Tus-Resumable"] == "1.0.0"
    assert (response.get("Tus-Version") == "1.0.0") == (status == 412)
    assert not Upload.objects.exists()
    assert not list((django_settings.DATA_DIR / "uploads").iterdir())


@pytest.mark.parametrize(
    ("raw", "name", "title"),
    [
        (b"../../../etc/passwd", "passwd", "passwd"),
        (b"..\\..\\boot.ini", "boot.ini", "boot"),
        (b"a\x00b\x1b[31m.mp4", "ab[31m.mp4", "ab[31m"),
        ("\u202e4pm.exe".encode(), "4pm.exe", "4pm"),
        ("太极拳第一讲.mp4".encode("gb18030"), "太极拳第一讲.mp4", "太极拳第一讲"),
        (b"\xff\xfe\xfa.mp4", None, None),
        (b"x" * 4096 + b".mp4", "x" * 251 + ".mp4", "x" * 200),
        ("\ud83d\ude00".encode("utf-8", "surrogatepass"), None, None),
        (b"", "", "未命名的文件"),
        (b"...", "", "未命名的文件"),
    ],
)
def test_hostile_file_names_are_kept_harmless(tus: TusClient, raw: bytes, name: str | None, title: str | None) -> None:
    encoded = base64.b64encode(raw).decode()
    url = tus.post(**{"Upload-Length": "3", "Upload-Metadata": f"filename {encoded}".strip()})["Location"]
    assert tus.patch(url, b"abc", 0).status_code == 204
    asset = MediaAsset.objects.get()
    if name is None:
        assert 0 < len(asset.original_name) <= 255
    else:
        assert (asset.original_name, asset.title) == (name, title)
    assert on_disk(asset.source.original).read_bytes() == b"abc"
    base64.b64decode(tus.head(url).get("Upload-Metadata", "filename ").partition(" ")[2], validate=True).decode()


def test_a_piece_must_start_where_the_file_ends(tus: TusClient) -> None:
    url = tus.create(10)
    tus.patch(url, b"0123", 0)
    for offset in ("0", "3", "5", "99999999999999999999"):
        assert tus.patch(url, b"4567", offset).status_code == 409
    for offset in (None, "", "-1", "four"):
        assert tus.patch(url, b"4567", offset).status_code == 400
    assert tus.head(url)["Upload-Offset"] == "4"
    assert tus.patch(url, b"456789X", 4).status_code == 413
    assert tus.head(url)["Upload-Offset"] == "4"
    assert tus.patch(url, b"456789", 4).status_code == 204


def test_a_piece_of_the_wrong_type_or_unknown_size_is_refused(tus: TusClient) -> None:
    url = tus.create(4)
    assert tus.patch(url, b"abcd", 0, **{"Content-Type": "text/plain"}).status_code == 415
    request = RequestFactory().patch(url, b"", content_type=TYPE)
    assert request.headers.get("Content-Length") in (None, "", "0")
    assert tus.patch(url, b"abcd", 0, **{"Content-Length": ""}).status_code == 411
    assert tus.head(url)["Upload-Offset"] == "0"


@pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
def test_a_checksum_decides_over_the_whole_piece(tus: TusClient, algorithm: str) -> None:
    url = tus.create(8)
    good = base64.b64encode(hashlib.new(algorithm, b"abcd").digest()).decode()
    response = tus.patch(url, b"abcX", 0, **{"Upload-Checksum": f"{algorithm} {good}"})
    assert response.status_code == 460
    assert tus.head(url)["Upload-Offset"] == "0"
    assert tus.patch(url, b"abcd", 0, **{"Upload-Checksum": f"{algorithm} {good}"}).status_code == 204
    assert tus.patch(url, b"efgh", 4).status_code == 204
    assert MediaAsset.objects.get().source.sha256 == hashlib.sha256(b"abcdefgh").hexdigest()
    assert not list((django_settings.DATA_DIR / "uploads").iterdir())


@pytest.mark.parametrize("value", ["md5 YQ==", "sha1", "sha1 !!", "sha1 YQ==", ""])
def test_a_checksum_that_means_nothing_is_refused(tus: TusClient, value: str) -> None:
    url = tus.create(4)
    assert tus.patch(url, b"abcd", 0, **{"Upload-Checksum": value}).status_code == 400
    assert tus.head(url)["Upload-Offset"] == "0"


def test_terminating_removes_the_bytes(tus: TusClient) -> None:
    url = tus.create(10)
    tus.patch(url, b"0123", 0)
    assert tus.delete(url).status_code == 204
    assert not list((django_settings.DATA_DIR / "uploads").iterdir())
    assert tus.client.head(url, headers={"Tus-Resumable": "1.0.0"}).status_code == 410
    assert tus.patch(url, b"4567", 4).status_code == 410
    assert not list((django_settings.DATA_DIR / "uploads").iterdir())
    assert rules.used_bytes(tus.user) == 0


def test_a_finished_upload_is_not_terminated(tus: TusClient) -> None:
    url = tus.create(3)
    tus.patch(url, b"abc", 0)
    assert tus.delete(url).status_code == 410
    assert on_disk(MediaAsset.objects.get().source.original).exists()


def test_networks_without_patch_may_say_so_in_a_header(tus: TusClient) -> None:
    url = tus.create(4)
    response = tus.client.post(
        url,
        b"abcd",
        content_type=TYPE,
        headers={"Tus-Resumable": "1.0.0", "Upload-Offset": "0", "X-HTTP-Method-Override": "PATCH"},
    )
    assert (response.status_code, response["Upload-Offset"]) == (204, "4")


def test_an_upload_expires_a_week_after_its_last_piece(tus: TusClient, settings: Any) -> None:
    settings.MEDIA_UPLOAD_EXPIRES_AFTER = 7 * 24 * 3600
    with time_machine.travel("2026-03-01 08:00+08:00", tick=False) as clock:
        url = tus.create(10)
        assert tus.head(url)["Upload-Expires"] == "Sun, 08 Mar 2026 00:00:00 GMT"
        clock.shift(6 * 24 * 3600)
        assert tus.patch(url, b"01", 0)["Upload-Expires"] == "Sat, 14 Mar 2026 00:00:00 GMT"
        clock.shift(6 * 24 * 3600)
        assert expire_uploads() == 0
        clock.shift(2 * 24 * 3600)
        response = tus.client.head(url, headers={"Tus-Resumable": "1.0.0"})
        assert response.status_code == 410
        assert expire_uploads() == 1
        assert Upload.objects.get().state == UploadState.EXPIRED
        assert not Upload.objects.get().file.exists()
        assert expire_uploads() == 0


def test_files_without_a_row_go_after_an_hour(tus: TusClient) -> None:
    stray = django_settings.DATA_DIR / "uploads" / f"{uuid.uuid4().hex}.part"
    stray.write_bytes(b"x")
    expire_uploads()
    assert stray.exists()
    os.utime(stray, (0, 0))
    expire_uploads()
    assert not stray.exists()


def test_two_requests_cannot_write_the_same_upload(tus: TusClient) -> None:
    url = tus.create(10)
    with Upload.objects.get().file.open("ab") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        assert tus.patch(url, b"0123", 0).status_code == 423
        assert tus.delete(url).status_code == 423
        assert tus.head(url)["Upload-Offset"] == "0"
    assert tus.patch(url, b"0123", 0).status_code == 204


class DroppedBody(io.BytesIO):
    """A body whose connection breaks: by an early end, as a closed socket, or by an error, as a silent one."""

    def __init__(self, data: bytes, *, error: bool) -> None:
        super().__init__(data)
        self.error = error

    def read(self, size: int | None = -1, /) -> bytes:
        if not (data := super().read(size)) and self.error:
            raise UnreadablePostError
        return data


@pytest.mark.parametrize("error", [False, True])
def test_a_broken_connection_keeps_what_arrived(tus: TusClient, error: bool) -> None:
    url = tus.create(10)
    assert tus.user is not None
    with contextlib.suppress(ProtocolError):
        append_bytes(
            owner=tus.user,
            key=Upload.objects.get().key,
            offset=0,
            size=10,
            body=DroppedBody(b"0123", error=error),
            checksum=None,
        )
    assert tus.head(url)["Upload-Offset"] == "4"
    tus.patch(url, b"456789", 4)
    assert MediaAsset.objects.get().source.sha256 == hashlib.sha256(b"0123456789").hexdigest()


def test_a_checked_piece_that_broke_off_is_not_kept(tus: TusClient) -> None:
    url = tus.create(10)
    assert tus.user is not None
    with pytest.raises(ProtocolError, match="损坏"):
        append_bytes(
            owner=tus.user,
            key=Upload.objects.get().key,
            offset=0,
            size=10,
            body=DroppedBody(b"0123", error=False),
            checksum=Checksum("sha256", hashlib.sha256(b"0123456789").digest()),
        )
    assert tus.head(url)["Upload-Offset"] == "0"


def test_a_full_disk_keeps_what_arrived_and_says_so(tus: TusClient, monkeypatch: Any) -> None:
    url = tus.create(10)
    tus.patch(url, b"0123", 0)

    def full(descriptor: int, data: bytes) -> None:
        os.write(descriptor, data[:2])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("media_pipeline.uploads.partfile.append", full)
    response = tus.patch(url, b"456789", 4)
    assert response.status_code == 507
    assert "磁盘满了" in response.content.decode()
    monkeypatch.undo()
    assert tus.head(url)["Upload-Offset"] == "6"
    tus.patch(url, b"6789", 6)
    assert MediaAsset.objects.get().source.sha256 == hashlib.sha256(b"0123456789").hexdigest()


def test_quota_size_and_disk_are_asked_before_the_first_byte(tus: TusClient, settings: Any, monkeypatch: Any) -> None:
    settings.MEDIA_MAX_UPLOAD_BYTES = 1000
    settings.MEDIA_QUOTA_BYTES_PER_EDITOR = 1500
    too_large = tus.post(**{"Upload-Length": "1001"})
    assert (too_large.status_code, "文件太大" in too_large.content.decode()) == (413, True)
    tus.create(900)
    over = tus.post(**{"Upload-Length": "601"})
    assert (over.status_code, "空间还剩" in over.content.decode()) == (413, True)
    tus.create(600)
    other = TusClient.of(UserFactory(role=Role.EDITOR))
    settings.MEDIA_MIN_FREE_BYTES = 100
    monkeypatch.setattr(rules, "free_bytes", lambda: 1500 + 100 + 99)
    full = other.post(**{"Upload-Length": "100"})
    assert (full.status_code, "磁盘快满了" in full.content.decode()) == (507, True)
    assert other.post(**{"Upload-Length": "99"}).status_code == 201


def test_only_those_with_the_right_upload_and_only_their_own(tus: TusClient, client: Client) -> None:
    url = tus.create(10)
    stranger = TusClient.of(UserFactory(role=Role.EDITOR))
    assert stranger.client.head(url, headers={"Tus-Resumable": "1.0.0"}).status_code == 404
    assert stranger.patch(url, b"0123", 0).status_code == 404
    assert stranger.delete(url).status_code == 404
    assert TusClient.of(UserFactory(role=Role.TEACHER)).post().status_code == 403
    assert TusClient.of(UserFactory(role=Role.SENIOR)).post().status_code == 403
    assert TusClient(client, None).post().status_code == 401
    assert tus.head(url)["Upload-Offset"] == "0"


def test_a_foreign_page_cannot_upload_with_our_cookie() -> None:
    editor = UserFactory(role=Role.EDITOR)
    client = Client(enforce_csrf_checks=True)
    client.force_login(editor)
    headers = {"Tus-Resumable": "1.0.0", "Upload-Length": "3", "Upload-Metadata": metadata("a.mp4")}
    assert client.post(reverse("media_pipeline:uploads"), headers=headers).status_code == 403
    token = "a" * 32
    client.cookies["csrftoken"] = token
    allowed = client.post(reverse("media_pipeline:uploads"), headers={**headers, "X-CSRFToken": token})
    assert allowed.status_code == 201


def test_a_piece_larger_than_django_keeps_in_memory_is_taken(tus: TusClient, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    data = os.urandom(3 * 1024 * 1024 + 17)
    with pytest.raises(RequestDataTooBig):
        _ = RequestFactory().patch("/", data, content_type=TYPE).body
    url = tus.create(len(data))
    assert tus.patch(url, data, 0).status_code == 204
    assert MediaAsset.objects.get().source.sha256 == hashlib.sha256(data).hexdigest()


def test_nothing_else_is_answered(tus: TusClient) -> None:
    url = tus.create(3)
    headers = {"Tus-Resumable": "1.0.0"}
    assert tus.client.get(url, headers=headers).status_code == 405
    assert tus.client.put(url, b"abc", headers=headers).status_code == 405
    assert tus.patch(f"/media/uploads/{uuid.uuid4()}/", b"abc", 0).status_code == 404
