"""Doors of the catalogue for readers: the current edition, every earlier one, files, and what changed."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import structlog
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from courses.exports.files import KINDS, edition_file, file_name
from courses.manifests.canonical import NotCanonical, digest
from courses.models import CatalogueEdition
from courses.queries.editions import reading
from courses.queries.editions.comparing import compare_editions

log = structlog.get_logger(__name__)

TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="[^"]*"')
FILE_AGE = 3600


@require_safe
def current(request: HttpRequest) -> HttpResponseBase:
    """The edition in force; `?on=2026-03-05` shows the one in force at the end of that day."""
    on = request.GET.get("on")
    if on is None:
        found = reading.current_edition()
        if found is None:
            return _sentence(request, "课程目录还没有发布", "老师们正在编，过些天再来看看。", status=200)
        return _edition_page(request, found)
    try:
        day = dt.date.fromisoformat(on)
    except ValueError:
        return _sentence(request, "日期没有看懂", "日期要写成 2026-03-05 这样。")
    found = reading.edition_on(day)
    if found is None:
        return _sentence(request, "那一天没有目录", "那一天还没有到，或者那时候还没有发布过课程目录。")
    return _edition_page(request, found, on=day)


@require_safe
def edition(request: HttpRequest, code: str) -> HttpResponseBase:
    """One edition for good: the same words, whatever becomes of its courses."""
    found = _find(code)
    if found.code != code:
        return HttpResponsePermanentRedirect(found.get_absolute_url())
    return _edition_page(request, found)


@require_safe
def editions(request: HttpRequest) -> HttpResponse:
    """All editions that were ever published."""
    return render(request, "courses/catalogue/editions.html", reading.editions_page())


@require_safe
def compare(request: HttpRequest, before: str, after: str) -> HttpResponse:
    """What changed between two published editions, down to a caption."""
    first, second = _find(before), _find(after)
    try:
        comparison = compare_editions(first, second)
    except NotCanonical:
        return _damaged(request, first)
    context = {"before": first, "after": second, "comparison": comparison, "courses": comparison.courses()}
    return render(request, "courses/catalogue/compare.html", context)


@require_safe
def download(request: HttpRequest, code: str, kind: str) -> HttpResponseBase:
    """A file of an edition. Its ETag is the edition's digest: what was sealed doesn't change."""
    found = _find(code)
    if kind not in KINDS:
        raise Http404
    etag = f'"{found.manifest_id}"'
    unchanged: HttpResponseBase | None = get_conditional_response(request, etag=etag)
    if unchanged is not None:
        return unchanged
    try:
        data = edition_file(found, kind)
    except NotCanonical:
        return _damaged(request, found)
    response = HttpResponse(data, content_type=KINDS[kind].content_type)
    response["ETag"] = etag
    response["Cache-Control"] = f"public, max-age={FILE_AGE}"
    response["Content-Disposition"] = f'attachment; filename="{file_name(found, kind)}"'
    response["X-Catalogue-SHA256"] = str(found.manifest_id)
    return response


def _edition_page(request: HttpRequest, found: CatalogueEdition, *, on: dt.date | None = None) -> HttpResponseBase:
    """The page, asked for anew every time: nobody is shown last half-year's from a cache. The ETag begins with the
    edition's digest and goes on with all else the page shows (letters, greeting, classes), so a 304 is never a lie.
    """
    try:
        shown = reading.edition_page(found)
    except NotCanonical:
        return _damaged(request, found)
    context: dict[str, Any] = {
        **shown,
        "on": on,
        "files": [(kind, KINDS[kind].label) for kind in ("pdf", "xlsx", "json")],
    }
    response = render(request, "courses/catalogue/edition.html", context)
    secret = str(request.META.get("CSRF_COOKIE", "")).encode()
    page = digest(TOKEN.sub(b"", response.content) + secret)
    response["ETag"] = f'W/"{found.manifest_id}-{page[:16]}"'
    response["Cache-Control"] = "private, no-cache"
    response["X-Catalogue-SHA256"] = str(found.manifest_id)
    return get_conditional_response(request, etag=response["ETag"], response=response) or response


def _find(code: str) -> CatalogueEdition:
    try:
        return reading.find_edition(code, public_only=True)
    except CatalogueEdition.DoesNotExist as error:
        raise Http404 from error


def _sentence(request: HttpRequest, title: str, words: str, *, status: int = 404) -> HttpResponse:
    return render(request, "courses/catalogue/sentence.html", {"title": title, "words": words}, status=status)


def _damaged(request: HttpRequest, found: CatalogueEdition) -> HttpResponse:
    """Nobody is shown a text that is not what was sealed. An operator hears of it, and has `catalogue verify`."""
    log.error("sealed text damaged", edition=found.code)
    words = f"{found.label}存的内容和封存时不一样，正在查。别的目录照常能看，请过些时候再来。"
    return _sentence(request, "这一版暂时不能看", words, status=503)
