"""The plain form with bodies that no honest browser makes: each ends in a sentence, and keeps nothing it shouldn't."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.enums import Role
from media_pipeline.models import MediaAsset
from tests.accounts.factories import UserFactory

pytestmark = pytest.mark.django_db(transaction=True)
FILE = os.urandom(6000)


@pytest.fixture
def desk() -> Client:
    client = Client()
    client.force_login(UserFactory(role=Role.EDITOR))
    return client


def part(disposition: bytes, body: bytes = FILE, *, more: bytes = b"") -> bytes:
    return b"--B\r\nContent-Disposition: form-data; " + disposition + b"\r\n" + more + b"\r\n" + body + b"\r\n"


def named(name: bytes) -> bytes:
    return part(b'name="files"; filename="' + name + b'"')


def send(client: Client, *parts: bytes, kind: str = "multipart/form-data; boundary=B") -> tuple[int, list[str]]:
    """The status, and what the editor reads: messages on the next page, or the refusal on this one."""
    response: Any = client.generic(
        "POST", reverse("media_library:add"), b"".join(parts) + b"--B--\r\n", content_type=kind, follow=True
    )
    if response.status_code in {301, 302}:
        response = client.get(response["Location"])
    said = [str(message) for message in response.context["messages"]]
    return response.status_code, said or [response.context["refusal"]]


def test_a_name_that_is_no_utf8_is_told_from_no_file(desk: Client, data_dir: Path) -> None:
    for name in (b"Caf\xe9.mp4", "太极.mp4".encode("gb18030"), b"\xed\xa0\x80.mp4"):
        status, said = send(desk, named(name))
        assert status == 200
        assert ["名字读不出来" in sentence for sentence in said] == [True]
    assert not MediaAsset.objects.exists()
    assert list((data_dir / "work").iterdir()) == []
    assert "还没有选文件" in send(desk, part(b'name="files"; filename=""', b""))[1][0]


def test_the_file_beside_one_with_an_unreadable_name_is_kept(desk: Client) -> None:
    _, said = send(desk, named(b"Caf\xe9.mp4"), named("太极 第一讲.mp4".encode()))
    assert said[0] == "《太极 第一讲》已经收到，正在检查。"
    assert "名字读不出来" in said[1]
    assert MediaAsset.objects.count() == 1


@pytest.mark.parametrize(
    ("name", "title"),
    [
        (b"../../etc/x.mp4", "x"),
        (b"C:\\films\\x.mp4", "x"),
        ("\u202egpj.x.mp4".encode(), "gpj.x"),
        (b"a\x00b.mp4", "ab"),
        (b"   ", "未命名的文件"),
        (b"&#0;&sol;x.mp4", "x"),
        (b"a" * 900 + b".mp4", "a" * 200),
    ],
)
def test_a_strange_name_becomes_a_harmless_title(desk: Client, name: bytes, title: str) -> None:
    assert send(desk, named(name)) == (200, [f"《{title}》已经收到，正在检查。"])
    assert MediaAsset.objects.get().title == title


@pytest.mark.parametrize(
    ("parts", "kind"),
    [
        ([named(b"a" * 5000 + b".mp4")], "multipart/form-data; boundary=B"),
        ([named(b"a.mp4")], "multipart/form-data"),
        ([named(b"a.mp4")], "multipart/form-data; boundary=太"),
        (
            [part(b'name="files"; filename="a.mp4"', b"abc", more=b"Content-Transfer-Encoding: base64\r\n")],
            "multipart/form-data; boundary=B",
        ),
        ([part(b'name="x"', b"x" * 6_000_000)], "multipart/form-data; boundary=B"),
    ],
)
def test_a_body_that_can_not_be_read_is_refused_in_words(
    desk: Client, data_dir: Path, parts: list[bytes], kind: str
) -> None:
    status, said = send(desk, *parts, kind=kind)
    assert status == 400
    assert "读不出来" in said[0]
    assert not MediaAsset.objects.exists()
    assert list((data_dir / "work").iterdir()) == []


def test_too_many_files_at_once_are_refused_in_words(desk: Client, data_dir: Path) -> None:
    status, said = send(desk, *(part(b'name="files"; filename="a.mp4"', b"%d" % number) for number in range(101)))
    assert (status, said) == (400, ["一次最多传 100 个文件，这次一个也没有收下。请分几次传。"])
    assert list((data_dir / "work").iterdir()) == []


def test_a_disk_that_fills_up_on_the_way_is_told_in_words(desk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(self: TemporaryUploadedFile, *given: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("django.core.files.uploadhandler.TemporaryFileUploadHandler.receive_data_chunk", full)
    status, said = send(desk, named(b"a.mp4"))
    assert status == 507
    assert "磁盘满了" in said[0]


def test_the_form_in_the_chooser_says_it_too(desk: Client) -> None:
    def answer(body: bytes) -> str:
        response = desk.generic(
            "POST",
            reverse("media_chooser:create"),
            body + b"--B--\r\n",
            content_type="multipart/form-data; boundary=B",
        )
        assert response.status_code == 200
        html: str = response.json()["htmlFragment"]
        return html

    shown = answer(part(b'name="file"; filename="Caf\xe9.mp4"'))
    assert "名字读不出来" in shown
    assert "读不出来" in answer(part(b'name="file"; filename="' + b"a" * 5000 + b'"'))
    assert not MediaAsset.objects.exists()


def test_other_forms_answer_in_words_too(desk: Client) -> None:
    response = desk.generic("POST", "/admin/login/", named(b"a" * 5000), content_type="multipart/form-data; boundary=B")
    assert (response.status_code, "没有看懂" in response.content.decode()) == (400, True)
