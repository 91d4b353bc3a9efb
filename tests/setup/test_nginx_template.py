"""deploy/nginx.conf.template under a real nginx: files only where Django sends a viewer, headers kept."""

from __future__ import annotations

import http.client
import http.server
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.render_nginx import render

NGINX = "/usr/sbin/nginx"


class Upstream(http.server.BaseHTTPRequestHandler):
    """Stands for Django: /play/… may be fetched, everything else is said back."""

    def do_GET(self) -> None:
        self.send_response(200)
        if self.path.startswith("/play/"):
            self.send_header("X-Accel-Redirect", "/_streams/" + self.path.removeprefix("/play/"))
            self.send_header("Content-Type", "video/mp4")
            self.send_header("Cache-Control", "private, max-age=60")
            self.send_header("Access-Control-Allow-Origin", "*")
        body = f"{self.path} {self.headers['Host']}".encode()
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: object) -> None:
        """Nothing: the test's output is its own."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def nginx(tmp_path: Path) -> Iterator[int]:
    """The port of an nginx with our site, in front of Upstream."""
    upstream = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Upstream)
    threading.Thread(target=upstream.serve_forever, daemon=True).start()
    port = free_port()
    site = render(
        {
            "UPSTREAM": f"127.0.0.1:{upstream.server_port}",
            "LISTEN": f"127.0.0.1:{port}",
            "YINLING_DATA": str(tmp_path),
        }
    )
    places = "\n".join(
        f"{kind}_temp_path {tmp_path}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    configuration = tmp_path / "nginx.conf"
    configuration.write_text(
        f"daemon off;\npid {tmp_path}/nginx.pid;\nerror_log {tmp_path}/error.log;\nevents {{}}\n"
        f"http {{\naccess_log off;\n{places}\n{site}\n}}\n"
    )
    for folder in ("streams", "static"):
        (tmp_path / folder).mkdir(exist_ok=True)
    # nginx started by root reads files as another user.
    for folder in (tmp_path, *list(tmp_path.parents)[:-2]):
        folder.chmod(folder.stat().st_mode | 0o011)
    process = subprocess.Popen([NGINX, "-c", str(configuration), "-e", str(tmp_path / "error.log")])
    try:
        deadline = time.monotonic() + 10
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                assert time.monotonic() < deadline, (tmp_path / "error.log").read_text()
                time.sleep(0.05)
        yield port
    finally:
        process.terminate()
        process.wait(timeout=10)
        upstream.shutdown()
        upstream.server_close()


def get(port: int, path: str, **headers: str) -> tuple[http.client.HTTPResponse, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", path, headers=headers)
    response = connection.getresponse()
    body = response.read()
    connection.close()
    return response, body


def test_files_are_sent_by_nginx_with_the_headers_django_set(nginx: int, tmp_path: Path) -> None:
    (tmp_path / "streams" / "one.m4s").write_bytes(bytes(range(200)))
    response, body = get(nginx, "/play/one.m4s")
    assert (response.status, body) == (200, bytes(range(200)))
    assert response.headers["Content-Type"] == "video/mp4"
    assert response.headers["Cache-Control"] == "private, max-age=60"
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert response.headers["X-Content-Type-Options"] == "nosniff"


def test_ranges_are_answered(nginx: int, tmp_path: Path) -> None:
    (tmp_path / "streams" / "one.m4s").write_bytes(bytes(range(200)))
    response, body = get(nginx, "/play/one.m4s", Range="bytes=10-19")
    assert (response.status, body) == (206, bytes(range(10, 20)))
    assert response.headers["Content-Range"] == "bytes 10-19/200"


def test_nothing_below_data_is_reachable_without_django(nginx: int, tmp_path: Path) -> None:
    (tmp_path / "streams" / "one.m4s").write_bytes(b"x")
    (tmp_path / "db.sqlite3").write_bytes(b"secret")
    assert get(nginx, "/_streams/one.m4s")[0].status == 404
    for path in ("/_streams/../db.sqlite3", "/static../db.sqlite3", "/static/..%2fdb.sqlite3", "/play/../db.sqlite3"):
        assert b"secret" not in get(nginx, path)[1], path


def test_pages_are_passed_on_with_their_host(nginx: int) -> None:
    response, body = get(nginx, "/courses/?category=health", Host="xuetang.example.cn")
    assert response.status == 200
    assert body == b"/courses/?category=health xuetang.example.cn"


def test_static_files_may_be_kept_for_ever(nginx: int, tmp_path: Path) -> None:
    (tmp_path / "static" / "a.123.css").write_text("p {}")
    response, body = get(nginx, "/static/a.123.css")
    assert body == b"p {}"
    assert "immutable" in response.headers["Cache-Control"]


@pytest.mark.parametrize("value", ["80; return 200", "a{b}", "a\nb"])
def test_a_value_cannot_add_directives(value: str) -> None:
    with pytest.raises(ValueError, match="LISTEN"):
        render({"LISTEN": value})
    with pytest.raises(KeyError):
        render({"PORT": "80"})
