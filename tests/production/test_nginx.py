"""Production serving: nginx in front of gunicorn, bytes by X-Accel-Redirect, rights checked by Django."""

from __future__ import annotations

import http.client
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings

from core.object_storage import read_storage_url
from media_pipeline.enums import SourceState
from media_pipeline.links import access_for, address
from media_pipeline.models import MediaAsset, Source
from media_pipeline.operations.work import run_until_idle
from media_pipeline.queries.verify import find_faults
from media_pipeline.storage import store
from scripts.render_nginx import render
from tests.media_pipeline import clips
from tests.media_pipeline.factories import receive
from tests.production.signatures import gate
from tests.servers import free_port, nginx, object_storage, wait_for_port


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes


def ask(base: str, path: str, *, method: str = "GET", **headers: str) -> Answer:
    parts = urlsplit(base)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=90)
    connection.request(method, path, headers=headers)
    response = connection.getresponse()
    return Answer(response.status, {name.lower(): value for name, value in response.getheaders()}, response.read())


@contextmanager
def site(environment: dict[str, str], **values: str) -> Iterator[str]:
    """gunicorn behind nginx, both on free ports. Yields the address of the front."""
    upstream, front = free_port(), free_port()
    argv = [
        sys.executable, "-m", "gunicorn", "config.wsgi", "--bind", f"127.0.0.1:{upstream}", "--threads", "2",
        "--worker-class", "gthread", "--log-level", "error",
    ]  # fmt: skip
    rendered = render(
        {"UPSTREAM": f"127.0.0.1:{upstream}", "LISTEN": f"127.0.0.1:{front}", "SERVER_NAME": "localhost", **values}
    )
    child = {**environment, "MEDIA_SERVER": "nginx", "PYTHONPATH": str(settings.BASE_DIR)}
    gunicorn = subprocess.Popen(argv, env=child, cwd=settings.BASE_DIR)
    try:
        wait_for_port(upstream, child=gunicorn, seconds=60)
        with nginx(rendered, port=front) as base:
            yield base
    finally:
        gunicorn.terminate()
        gunicorn.wait(timeout=90)


def check_segments(base: str, asset: MediaAsset) -> None:
    """Playlists and segments as a player fetches them, whole and in part."""
    opened = f"/media/play/{asset.key}/open"
    master = ask(base, f"{opened}/master.m3u8")
    assert (master.status, master.headers["access-control-allow-origin"]) == (200, "*")
    assert b"#EXT-X-STREAM-INF" in master.body
    top = Source.objects.get(pk=asset.source_id).renditions.filter(kind="video").order_by("-height")[0]
    name = f"{top.name}/0.m4s"
    size = store().sizes(top.folder)["0.m4s"]
    body = b"".join(store().read(f"{top.folder}/0.m4s", 0, size - 1))
    whole = ask(base, f"{opened}/{name}", Cookie="sessionid=secret", Authorization="Basic eDp5")
    assert (whole.status, whole.body) == (200, body)
    assert whole.headers["content-type"] == "video/mp4"
    assert "immutable" in whole.headers["cache-control"]
    assert whole.headers["access-control-allow-origin"] == "*"
    assert not [header for header in whole.headers if header.startswith("x-amz")]
    part = ask(base, f"{opened}/{name}", Range="bytes=10-19")
    assert (part.status, part.body) == (206, body[10:20])
    assert part.headers["content-range"] == f"bytes 10-19/{len(body)}"
    head = ask(base, f"{opened}/{name}", method="HEAD")
    assert (head.status, head.headers["content-length"], head.body) == (200, str(len(body)), b"")
    missing = ask(base, f"{opened}/{top.name}/99.m4s")
    assert (missing.status, missing.headers["cache-control"]) == (404, "no-store")
    assert ask(base, f"/_streams/{asset.source.key}/{name}").status == 404


def make(path: Path) -> MediaAsset:
    asset = receive(path)
    assert run_until_idle(asset.source).state == SourceState.READY
    MediaAsset.objects.filter(pk=asset.pk).update(is_open=True)
    return asset


def test_nginx_sends_segments_and_nothing_else(child_environment: dict[str, str], data_dir: Path) -> None:
    asset = make(clips.copyable())
    closed = receive(clips.silent())
    run_until_idle(closed.source)
    with site(child_environment, YINLING_DATA=str(data_dir)) as base:
        check_segments(base, asset)
        opened = f"/media/play/{asset.key}/open"
        for trick in (f"{opened}/../../../../{asset.source.original}", f"{opened}/v1080/..%2f..%2fdb"):
            assert ask(base, trick).status in {400, 403, 404}
        assert ask(base, f"/media/play/{closed.key}/open/master.m3u8").status == 403
        signed = access_for(closed)
        assert ask(base, address(closed, signed, "master.m3u8")).status == 200
        assert ask(base, address(closed, signed[:-1] + "x", "master.m3u8")).status == 403


def test_nginx_sends_segments_from_a_bucket(child_environment: dict[str, str], data_dir: Path, settings) -> None:
    with object_storage() as behind, gate(behind) as url:
        settings.OBJECT_STORAGE = read_storage_url(url)
        asset = make(clips.copyable())
        assert find_faults(Source.objects.get(pk=asset.source_id)) == []
        assert list((data_dir / "streams").iterdir()) == []
        with site({**child_environment, "MEDIA_STORAGE_URL": url}, MEDIA_STORAGE_URL=url) as base:
            check_segments(base, asset)
