"""Playback doors: playlists, segments, pictures, captions. Nothing of the original can be reached from here."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from uuid import UUID

import structlog
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.http import require_http_methods

from media_pipeline.enums import RenditionKind
from media_pipeline.links import OPEN, seconds_left
from media_pipeline.models import MediaAsset, Source
from media_pipeline.queries.captions import current_caption
from media_pipeline.queries.playlists import master_playlist, media_playlist
from media_pipeline.serving import media_server
from media_pipeline.storage import CONTENT_TYPES, StoreDown

log = structlog.get_logger(__name__)
PLAYLIST_TYPE = "application/vnd.apple.mpegurl"
FILE = re.compile(
    r"(?:v|a)[A-Za-z0-9-]{1,18}/(?:init\.mp4|[0-9]{1,7}\.m4s)"
    r"|360p\.mp4|audio\.m4a|poster\.jpg|sprite-[0-9]{1,4}\.jpg|waveform\.png|sprite\.vtt"
)
"""Everything a viewer can fetch from the store. Names that don't match have no answer."""
MEDIA_LIST = re.compile(r"(?P<rendition>(?:v|a)[A-Za-z0-9-]{1,18})/index\.m3u8")
CAPTIONS = re.compile(r"captions/(?P<language>[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*)\.vtt")
YEAR = 365 * 24 * 3600
GROWING_SECONDS = 2


@require_http_methods(["GET", "HEAD", "OPTIONS"])
def play(request: HttpRequest, key: UUID, access: str, name: str) -> HttpResponseBase:
    """Answer one media address, if its access part is good: 403 for a wrong one, 410 for an expired one."""
    asset = MediaAsset.objects.select_related("source").filter(key=key).first()
    if asset is None:
        return _sentence(404, "没有这段媒体。")
    left: int | None = None
    if access == OPEN:
        if not asset.is_open:
            return _sentence(403, "这段媒体没有公开。")
    else:
        left = seconds_left(key, access)
        if left is None:
            return _sentence(403, "这个播放地址不对，请从课程页面重新打开。")
        if left <= 0:
            return _sentence(410, "这个播放地址已经过期，请刷新课程页面。")
    try:
        response = HttpResponse(status=204) if request.method == "OPTIONS" else _answer(request, asset, name)
    except StoreDown:
        log.warning("media store down", name=name)
        response = _sentence(503, "存放视频的存储暂时连不上，请过几分钟再试。")
    _set_sharing(response, is_open=left is None)
    if response.status_code >= 400:
        response["Cache-Control"] = "no-store"
    elif left is not None and "public" in response.get("Cache-Control", ""):
        response["Cache-Control"] = f"private, max-age={left}"
    return response


def _answer(request: HttpRequest, asset: MediaAsset, name: str) -> HttpResponseBase:
    """The first kind of address that `name` is decides the answer."""
    if name == "master.m3u8":
        return _master(asset.source)
    if found := MEDIA_LIST.fullmatch(name):
        return _media_list(asset.source, found["rendition"])
    if found := CAPTIONS.fullmatch(name):
        return _captions(asset, found["language"])
    if FILE.fullmatch(name):
        content_type = CONTENT_TYPES[PurePosixPath(name).suffix]
        answer = media_server().answer(request, f"{asset.source.key}/{name}", content_type=content_type)
        answer["Cache-Control"] = f"public, max-age={YEAR}, immutable"
        return answer
    return _sentence(404, "没有这个文件。")


def _master(source: Source) -> HttpResponse:
    if not source.plays:
        return _sentence(404, "还没有做好，请稍后再看。")
    return _playlist(master_playlist(source), complete=source.ready_at is not None)


def _media_list(source: Source, name: str) -> HttpResponse:
    rows = source.renditions.exclude(kind=RenditionKind.FILE).select_related("source").prefetch_related("parts")
    rendition = rows.filter(name=name).first()
    if rendition is None:
        return _sentence(404, "没有这个规格。")
    text, complete = media_playlist(rendition)
    return _playlist(text, complete=complete)


def _captions(asset: MediaAsset, language: str) -> HttpResponse:
    version = current_caption(asset, language=language)
    if version is None:
        return _sentence(404, "没有这种语言的字幕。")
    response = HttpResponse(version.text, content_type="text/vtt; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    return response


def _playlist(text: str, *, complete: bool) -> HttpResponse:
    response = HttpResponse(text, content_type=PLAYLIST_TYPE)
    response["Cache-Control"] = "public, max-age=300" if complete else f"no-cache, max-age={GROWING_SECONDS}"
    return response


def _set_sharing(response: HttpResponseBase, *, is_open: bool) -> None:
    """Open media may be played from other sites (a bureau's own page); signed media only from ours."""
    if is_open:
        response["Access-Control-Allow-Origin"] = "*"
        response["Access-Control-Allow-Methods"] = "GET, HEAD, OPTIONS"
        response["Access-Control-Allow-Headers"] = "Range"
        response["Access-Control-Expose-Headers"] = "Content-Length, Content-Range, Accept-Ranges"
        response["Cross-Origin-Resource-Policy"] = "cross-origin"
    else:
        response["Cross-Origin-Resource-Policy"] = "same-origin"


def _sentence(status: int, sentence: str) -> HttpResponse:
    """A refusal in words; kept by nobody, since what is closed or missing now may be open in a minute."""
    response = HttpResponse(sentence, status=status, content_type="text/plain; charset=utf-8")
    response["Cache-Control"] = "no-store"
    return response
