"""Reading aids without JavaScript, and a health check."""

from __future__ import annotations

from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

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
        if (value := request.POST.get(name)) in allowed:
            response.set_cookie(name, value, max_age=YEAR, samesite="Lax")
    return response


def healthz(request: HttpRequest) -> JsonResponse:
    """200 when the database answers. Says nothing else about the machine."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"ok": True})
