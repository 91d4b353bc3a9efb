"""Reading aids without JavaScript, the accessibility statement, robots and a health check."""

from __future__ import annotations

from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET, require_POST

from core.context_processors import CONTRASTS, SIZES

YEAR = 365 * 24 * 3600


@require_POST
def choose_reading_aids(request: HttpRequest) -> HttpResponse:
    """Keep the chosen text size and contrast in cookies, then return to the page the person was on."""
    target = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}):
        target = "/"
    response = HttpResponseRedirect(target)
    for name, allowed in (("text_size", SIZES), ("contrast", CONTRASTS)):
        if (value := request.POST.get(name, "")) in allowed:
            response.set_cookie(name, value, max_age=YEAR, samesite="Lax")
    return response


@require_GET
def accessibility(request: HttpRequest) -> HttpResponse:
    """What the site does for people who see, hear or move less well, and whom to tell when it fails."""
    return render(request, "core/accessibility.html")


@require_GET
@cache_control(max_age=24 * 3600)
def robots(request: HttpRequest) -> HttpResponse:
    """Search engines may read everything but the editors' desk, people's own pages and media files."""
    lines = [
        "User-agent: *",
        "Disallow: /admin/",
        "Disallow: /account/",
        "Disallow: /media/",
        "Disallow: /study/",
        "Disallow: /verify/",
        f"Sitemap: {request.build_absolute_uri('/sitemap.xml')}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@require_GET
@cache_control(max_age=24 * 3600)
def favicon(request: HttpRequest) -> HttpResponse:
    """Browsers that ask for /favicon.ico without reading the page get the brand mark."""
    return HttpResponseRedirect(static("images/brand.svg"))


def healthz(request: HttpRequest) -> JsonResponse:
    """200 when the database answers. Says nothing else about the machine."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"ok": True})
