"""Production serving: nginx in front of gunicorn, files by X-Accel-Redirect, rights checked by Django."""

from __future__ import annotations

import http.client
import subprocess
import sys
from urllib.parse import urlsplit

from django.conf import settings

from media_pipeline.links import access_for, address
from media_pipeline.models import MediaAsset, Source
from media_pipeline.operations.work import run_until_idle
from scripts.render_nginx import render
from tests.media_pipeline import clips
from tests.media_pipeline.factories import receive
from tests.servers import free_port, nginx, wait_for_port


def get(base: str, path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    parts = urlsplit(base)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=90)
    connection.request("GET", path, headers=headers)
    response = connection.getresponse()
    return response.status, {name.lower(): value for name, value in response.getheaders()}, response.read()


def test_nginx_sends_segments_and_nothing_else(child_environment: dict[str, str], data_dir) -> None:
    asset = receive(clips.copyable())
    run_until_idle(asset.source)
    MediaAsset.objects.filter(pk=asset.pk).update(is_open=True)
    closed = receive(clips.silent())
    run_until_idle(closed.source)
    upstream, front = free_port(), free_port()
    environment = {**child_environment, "MEDIA_SERVER": "nginx", "PYTHONPATH": str(settings.BASE_DIR)}
    argv = [
        sys.executable, "-m", "gunicorn", "config.wsgi", "--bind", f"127.0.0.1:{upstream}", "--threads", "2",
        "--worker-class", "gthread", "--log-level", "error",
    ]  # fmt: skip
    site = render(
        {
            "UPSTREAM": f"127.0.0.1:{upstream}",
            "LISTEN": f"127.0.0.1:{front}",
            "SERVER_NAME": "localhost",
            "YINLING_DATA": str(data_dir),
        }
    )
    gunicorn = subprocess.Popen(argv, env=environment, cwd=settings.BASE_DIR)
    try:
        wait_for_port(upstream, child=gunicorn, seconds=60)
        with nginx(site, port=front) as base:
            opened = f"/media/play/{asset.key}/open"
            status, headers, text = get(base, f"{opened}/master.m3u8")
            assert status == 200
            assert b"#EXT-X-STREAM-INF" in text
            assert headers["access-control-allow-origin"] == "*"

            top = Source.objects.get(pk=asset.source_id).renditions.filter(kind="video").order_by("-height")[0]
            body = (top.folder / "0.m4s").read_bytes()
            status, headers, sent = get(base, f"{opened}/{top.name}/0.m4s")
            assert (status, sent) == (200, body)
            assert headers["content-type"] == "video/mp4"
            assert "immutable" in headers["cache-control"]
            assert headers["access-control-allow-origin"] == "*"
            status, headers, sent = get(base, f"{opened}/{top.name}/0.m4s", Range="bytes=10-19")
            assert (status, sent) == (206, body[10:20])
            assert headers["content-range"] == f"bytes 10-19/{len(body)}"

            assert get(base, f"/_streams/{asset.source.key}/{top.name}/0.m4s")[0] == 404
            for trick in (f"{opened}/../../../../sources/{asset.source.sha256}", f"{opened}/v1080/..%2f..%2fdb"):
                assert get(base, trick)[0] in {400, 403, 404}

            assert get(base, f"/media/play/{closed.key}/open/master.m3u8")[0] == 403
            signed = access_for(closed)
            assert get(base, address(closed, signed, "master.m3u8"))[0] == 200
            assert get(base, address(closed, signed[:-1] + "x", "master.m3u8"))[0] == 403
    finally:
        gunicorn.terminate()
        gunicorn.wait(timeout=90)
