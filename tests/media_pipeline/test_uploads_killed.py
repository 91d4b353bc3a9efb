"""The upload endpoint under a real gunicorn that is killed, and over connections that break."""

from __future__ import annotations

import hashlib
import http.client
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.test import Client

from accounts.enums import Role
from accounts.models import User
from media_pipeline.enums import UploadState
from media_pipeline.models import MediaAsset, Upload
from tests.accounts.factories import UserFactory
from tests.media_pipeline.readback import on_disk
from tests.media_pipeline.tus import TYPE, metadata

MIB = 1024 * 1024
TOKEN = "a" * 32


class Server:
    """gunicorn on a port of its own, as a process group that can be killed without warning."""

    def __init__(self, environment: dict[str, str], port: int) -> None:
        self.port = port
        root = Path(__file__).resolve().parents[2]
        self.process = subprocess.Popen(
            [
                sys.executable, "-m", "gunicorn", "config.wsgi", "--bind", f"127.0.0.1:{port}",
                "--worker-class", "gthread", "--threads", "4", "--log-level", "error",
            ],
            cwd=root,
            env={**environment, "SECRET_KEY": django_settings.SECRET_KEY},
            start_new_session=True,
        )  # fmt: skip
        wait_for(self._answers, seconds=120)

    def _answers(self) -> bool:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
            connection.request("GET", "/healthz/")
            return connection.getresponse().status == 200
        except OSError:
            return False

    def kill(self) -> None:
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def wait_for(condition: Callable[[], bool], *, seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.02)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Session:
    """Requests as one signed-in editor, one connection each, as bare as they come."""

    def __init__(self, user: User, port: int) -> None:
        client = Client()
        client.force_login(user)
        cookie = client.cookies[django_settings.SESSION_COOKIE_NAME].value
        self.port = port
        self.headers = {
            "Cookie": f"{django_settings.SESSION_COOKIE_NAME}={cookie}; csrftoken={TOKEN}",
            "X-CSRFToken": TOKEN,
            "Tus-Resumable": "1.0.0",
        }

    def ask(self, method: str, path: str, body: bytes = b"", **headers: str) -> http.client.HTTPResponse:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        sent = {**self.headers, **{name.replace("_", "-"): value for name, value in headers.items()}}
        connection.request(method, path, body, sent)
        response = connection.getresponse()
        response.read()
        connection.close()
        return response

    def create(self, length: int) -> str:
        response = self.ask("POST", "/media/uploads/", Upload_Length=str(length), Upload_Metadata=metadata("讲.mp4"))
        assert response.status == 201
        return response.headers["Location"].removeprefix(f"http://127.0.0.1:{self.port}")

    def offset(self, path: str) -> int:
        response = self.ask("HEAD", path)
        assert response.status == 200
        return int(response.headers["Upload-Offset"])

    def patch(self, path: str, data: bytes, offset: int) -> http.client.HTTPResponse:
        return self.ask("PATCH", path, data, Content_Type=TYPE, Upload_Offset=str(offset))

    @contextmanager
    def half_patch(self, path: str, data: bytes, offset: int, *, length: int) -> Iterator[socket.socket]:
        """A PATCH that promises `length` bytes and has sent only `data`; the connection is still open."""
        lines = [f"PATCH {path} HTTP/1.1", f"Host: 127.0.0.1:{self.port}"]
        promised = {"Content-Type": TYPE, "Upload-Offset": str(offset), "Content-Length": str(length)}
        lines += [f"{name}: {value}" for name, value in {**self.headers, **promised}.items()]
        with socket.create_connection(("127.0.0.1", self.port), timeout=30) as connection:
            connection.sendall("\r\n".join([*lines, "", ""]).encode("latin-1"))
            connection.sendall(data)
            yield connection


@pytest.fixture
def start(child_environment: dict[str, str]) -> Iterator[Callable[[], Server]]:
    port = free_port()
    servers: list[Server] = []

    def start_() -> Server:
        servers.append(Server(child_environment, port))
        return servers[-1]

    yield start_
    for server in servers:
        if server.process.poll() is None:
            server.kill()


def test_an_upload_survives_kill_9_of_the_server_at_any_byte(start: Callable[[], Server]) -> None:
    rng = random.Random(20261122)
    data = rng.randbytes(9 * MIB + 12_345)
    server = start()
    session = Session(UserFactory(role=Role.EDITOR), server.port)
    path = session.create(len(data))
    upload = Upload.objects.get()
    for _ in range(3):
        offset = session.offset(path)
        assert offset == upload.offset
        sent = rng.randrange(MIB, 3 * MIB)
        with session.half_patch(path, data[offset : offset + sent], offset, length=len(data) - offset):
            wait_for(lambda before=offset: upload.offset > before)  # type: ignore[misc]
            server.kill()
        # Whatever was written is a prefix of the file, and nothing else.
        assert upload.file.read_bytes() == data[: upload.offset]
        server = start()
    offset = session.offset(path)
    assert 0 < offset < len(data)
    response = session.patch(path, data[offset:], offset)
    assert (response.status, int(response.headers["Upload-Offset"])) == (204, len(data))
    asset = MediaAsset.objects.get()
    assert asset.source.sha256 == hashlib.sha256(data).hexdigest()
    assert on_disk(asset.source.original).stat().st_size == len(data)
    assert not list((django_settings.DATA_DIR / "uploads").iterdir())


def test_a_dropped_link_and_a_second_writer(start: Callable[[], Server]) -> None:
    data = random.Random(7).randbytes(4 * MIB)
    server = start()
    session = Session(UserFactory(role=Role.EDITOR), server.port)
    path = session.create(len(data))
    upload = Upload.objects.get()
    with session.half_patch(path, data[:MIB], 0, length=len(data)):
        wait_for(lambda: upload.offset > 0)
        # Another request meanwhile can't interleave, wherever it says it wants to go on.
        assert session.patch(path, b"x" * 10, upload.offset).status == 423
        assert session.ask("DELETE", path).status == 423
    wait_for(lambda: session.patch(path, b"", upload.offset).status != 423)
    assert upload.file.read_bytes() == data[: upload.offset]
    offset = session.offset(path)
    assert session.patch(path, data[offset:], offset).status == 204
    assert MediaAsset.objects.get().source.sha256 == hashlib.sha256(data).hexdigest()


def test_many_writers_at_once_never_mix(start: Callable[[], Server]) -> None:
    data = random.Random(8).randbytes(2 * MIB)
    server = start()
    session = Session(UserFactory(role=Role.EDITOR), server.port)
    path = session.create(len(data))
    statuses: list[int] = []

    def write() -> None:
        statuses.append(session.patch(path, data, 0).status)

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert 204 in statuses
    assert set(statuses) <= {204, 409, 423}
    upload = Upload.objects.get()
    assert upload.state == UploadState.FINISHED
    assert on_disk(MediaAsset.objects.get().source.original).read_bytes() == data


def test_a_large_body_is_never_held_in_memory(start: Callable[[], Server]) -> None:
    server = start()
    session = Session(UserFactory(role=Role.EDITOR), server.port)
    piece = random.Random(9).randbytes(MIB)
    length = 192 * MIB
    path = session.create(length)
    before = peak_memory(server.process.pid)
    with session.half_patch(path, b"", 0, length=length) as connection:
        for _ in range(192):
            connection.sendall(piece)
        assert b"204" in connection.recv(64)
    assert peak_memory(server.process.pid) - before < 40 * MIB
    assert MediaAsset.objects.get().source.size == length


def peak_memory(pid: int) -> int:
    """The largest resident size so far of the server's worker process, in bytes."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    peaks = []
    for child in children:
        status = Path(f"/proc/{child}/status").read_text()
        peaks.append(int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1]) * 1024)
    return max(peaks)
