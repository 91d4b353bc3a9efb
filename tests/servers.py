"""Real servers for tests: each on a free port of loopback, in a private folder, stopped at the end."""

from __future__ import annotations

import getpass
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

POSTGRESQL_BIN = max(Path("/usr/lib/postgresql").glob("*/bin"), default=Path("/usr/lib/postgresql/bin"))
NOBODY = "nobody"


def free_port() -> int:
    """A port nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for_port(port: int, *, child: subprocess.Popen[bytes], seconds: float = 30) -> None:
    """Return once something accepts connections; fail if the server ended or never does."""
    deadline = time.monotonic() + seconds
    while True:
        assert child.poll() is None, f"server ended with {child.returncode}"
        with socket.socket() as probe:
            probe.settimeout(0.2)
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        assert time.monotonic() < deadline, f"nothing on port {port}"


@contextmanager
def running(argv: Sequence[str], *, port: int, env: dict[str, str] | None = None) -> Iterator[subprocess.Popen[bytes]]:
    """A server process until the end of the block."""
    # Not a pipe: one that nobody empties stops a server that complains a lot.
    child = subprocess.Popen(argv, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for_port(port, child=child)
        yield child
    finally:
        child.terminate()
        try:
            child.wait(timeout=10)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


@contextmanager
def redis() -> Iterator[str]:
    """A Redis that keeps nothing. Yields its URL."""
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="yinling-redis-") as folder:
        argv = ["/usr/bin/redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", folder]
        with running(argv, port=port):
            yield f"redis://127.0.0.1:{port}/0"


@contextmanager
def postgresql(*, durable: bool = False) -> Iterator[str]:
    """A PostgreSQL cluster of its own. Yields its URL. PostgreSQL refuses root, so root lends it to nobody.

    With `durable` a commit waits for the disk, as in earnest; tests needn't.
    """
    port = free_port()
    folder = Path(tempfile.mkdtemp(prefix="yinling-postgresql-"))
    as_other: list[str] = []
    if os.geteuid() == 0:
        other = pwd.getpwnam(NOBODY)
        os.chown(folder, other.pw_uid, other.pw_gid)
        as_other = ["/usr/bin/setpriv", f"--reuid={other.pw_uid}", f"--regid={other.pw_gid}", "--clear-groups"]
    owner = NOBODY if as_other else getpass.getuser()
    env = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "HOME": str(folder)}
    data = folder / "data"
    try:
        subprocess.run(
            [*as_other, str(POSTGRESQL_BIN / "initdb"), "-D", str(data), "-A", "trust", "-E", "UTF8", "--no-sync"],
            check=True,
            capture_output=True,
            env=env,
        )
        argv = [
            *as_other, str(POSTGRESQL_BIN / "postgres"), "-D", str(data), "-p", str(port), "-k", str(folder),
            "-c", "listen_addresses=127.0.0.1",
        ]  # fmt: skip
        if not durable:
            argv += ["-c", "fsync=off", "-c", "full_page_writes=off"]
        with running(argv, port=port, env=env):
            yield f"postgres://{owner}@127.0.0.1:{port}/postgres"
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def nginx(site: str, *, port: int) -> Iterator[str]:
    """nginx with one site (a `server` block and its upstream). Yields its base URL."""
    with tempfile.TemporaryDirectory(prefix="yinling-nginx-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        user = "user root;" if os.geteuid() == 0 else ""
        (folder / "site.conf").write_text(site, "utf-8")
        (folder / "nginx.conf").write_text(
            f"{user} worker_processes 1; daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log;\n"
            "events { worker_connections 256; }\n"
            "http { include /etc/nginx/mime.types; access_log off;\n"
            f"client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/f;\n"
            f"uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;\n"
            f"include {folder}/site.conf; }}\n",
            "utf-8",
        )
        with running(["/usr/sbin/nginx", "-c", str(folder / "nginx.conf"), "-p", name], port=port):
            yield f"http://127.0.0.1:{port}"


@contextmanager
def object_storage() -> Iterator[str]:
    """An S3 server with one empty bucket; it asks for no signature. Yields a MEDIA_STORAGE_URL."""
    port = free_port()
    server = Path(settings.BASE_DIR) / "node_modules" / "s3rver" / "bin" / "s3rver.js"
    with tempfile.TemporaryDirectory(prefix="yinling-s3-") as folder:
        argv = ["node", str(server), "-d", folder, "-a", "127.0.0.1", "-p", str(port), "--no-vhost-buckets", "--silent",
                "--configure-bucket", "films"]  # fmt: skip
        with running(argv, port=port, env={**os.environ, "NODE_ENV": "production"}):
            yield f"s3://S3RVER:S3RVER@127.0.0.1:{port}/films/house?tls=0"
