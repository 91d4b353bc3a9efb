"""Addresses for tests of the player alone: one bare page with the component, and the files of a `Stream`."""

from __future__ import annotations

import json
import re
from types import SimpleNamespace
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse, JsonResponse
from django.template import RequestContext, Template
from django.urls import path, re_path

from tests.browser.player_media import CUES, Stream

STREAMS: dict[str, Stream] = {}

PAGE = Template(
    """{% load static %}<!doctype html><html lang="zh-Hans" data-size="{{ text_size }}" data-contrast="{{ contrast }}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>播放器</title>
<link rel="stylesheet" href="{% static 'css/tokens.css' %}">
<link rel="stylesheet" href="{% static 'css/components.css' %}">
</head><body><main class="wrap" id="main"><h1>第三讲 调理脾胃须单举</h1>
{% include "components/player.html" %}<p>后面的文字。</p></main></body></html>"""
)


def page(request: HttpRequest, key: str) -> HttpResponse:
    """`?words=transcript|captions`, `draft`, `position`, `signed`: what the context holds beside the playback."""
    stream = STREAMS[key]
    base = f"/stream/{key}"
    words = request.GET.get("words", "")
    is_audio = stream.kind == "audio"
    captions = [SimpleNamespace(language="zh-Hans", label="中文", url=f"{base}/captions.vtt", is_draft=False)]
    playback = SimpleNamespace(
        kind=stream.kind,
        width=None if is_audio else 1280,
        height=None if is_audio else 720,
        master=f"{base}/master.m3u8",
        audio=f"{base}/lo/index.m3u8",
        mp4="" if is_audio else f"{base}/360p.mp4",
        m4a=f"{base}/sound.m4a",
        poster="" if is_audio else f"{base}/poster.jpg",
        sprite_vtt="" if is_audio else f"{base}/sprite.vtt",
        waveform=f"{base}/w.png" if is_audio else "",
        captions=captions if words == "captions" else [],
        duration=stream.duration,
        plays=True,
        complete=stream.made is None and len(stream.rungs) == 3,
    )
    context: dict[str, Any] = {
        "playback": playback,
        "title": "调理脾胃须单举",
        "position": float(request.GET.get("position", "0")),
        "reports_url": f"{base}/played/" if "signed" in request.GET else "",
        "ticket": "a-ticket",
        "cues": [SimpleNamespace(start=s, end=e, text=t) for s, e, t in CUES] if words == "transcript" else [],
        "caption_is_draft": "draft" in request.GET,
    }
    return HttpResponse(PAGE.render(RequestContext(request, context)))


def played(request: HttpRequest, key: str) -> JsonResponse:
    STREAMS[key].reports.append(json.loads(request.body))
    return JsonResponse({"elapsed": 0})


def media(request: HttpRequest, key: str, name: str) -> HttpResponse:
    """A file of the stream; one range is answered, as a browser asks for in a single file."""
    stream = STREAMS[key]
    if stream.broken:
        return HttpResponse(status=410, headers={"Cache-Control": "no-store"})
    if name.endswith(".m3u8"):
        return HttpResponse(stream.text(name), content_type="application/vnd.apple.mpegurl")
    file = stream.folder / name
    size = file.stat().st_size
    wanted = re.fullmatch(r"bytes=(\d+)-(\d*)", request.headers.get("Range", ""))
    if not wanted:
        return FileResponse(file.open("rb"))
    first, last = int(wanted[1]), min(int(wanted[2] or size - 1), size - 1)
    with file.open("rb") as opened:
        opened.seek(first)
        answer = HttpResponse(opened.read(last - first + 1), status=206, content_type="video/mp4")
    answer["Content-Range"] = f"bytes {first}-{last}/{size}"
    answer["Accept-Ranges"] = "bytes"
    return answer


urlpatterns = [
    path("player/<str:key>/", page),
    path("stream/<str:key>/played/", played),
    re_path(r"^stream/(?P<key>[^/]+)/(?P<name>.+)$", media),
]
