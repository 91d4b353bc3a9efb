"""What requests from a kiosk pass through, and how a page says that somebody may not act for another."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render, resolve_url
from django.urls import reverse

from accounts import kiosk
from accounts.errors import ActingRefused

Handler = Callable[[HttpRequest], HttpResponse]
MEDIA = "/media/"
DESK = "/admin/"
LEFT_OVER = ("text_size", "contrast", "messages")
"""Cookies in which something of a person could stay: reading aids, and sentences not shown yet."""


class KioskMiddleware:
    """In a browser that is a kiosk: nothing is kept, two idle minutes sign out, the desk stays shut.

    `request.kiosk` is the kiosk or None. A session begun at a kiosk is worth nothing once the kiosk is closed.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        found = kiosk.read_cookie(request) if kiosk.COOKIE in request.COOKIES else None
        request.kiosk = found  # type: ignore[attr-defined]
        if found is None:
            return self._elsewhere(request)
        was_in = request.user.is_authenticated
        if was_in and kiosk.is_idle(request):
            logout(request)
            return _left()
        if request.path.startswith(DESK):
            logout(request)
            return _left()
        if was_in and _is_life(request):
            kiosk.note_life(request)
        response = self.get_response(request)
        is_in = request.user.is_authenticated
        if was_in and not is_in:
            return _left()
        if is_in and kiosk.SEEN not in request.session:
            kiosk.note_life(request)
        if not is_in and _asks_to_sign_in(response):
            return _left()
        if not request.path.startswith(MEDIA):
            response["Cache-Control"] = "no-store"
        return response

    def _elsewhere(self, request: HttpRequest) -> HttpResponse:
        """A browser that is no kiosk, or no longer one."""
        ended = kiosk.COOKIE in request.COOKIES
        has_session = settings.SESSION_COOKIE_NAME in request.COOKIES and not request.path.startswith(MEDIA)
        if has_session and kiosk.SEEN in request.session:
            logout(request)
        response = self.get_response(request)
        if ended and kiosk.COOKIE not in response.cookies:
            response.delete_cookie(kiosk.COOKIE, samesite="Lax")
        return response


def _left() -> HttpResponse:
    """To the start page, with everything cleared that a page could have left in the browser."""
    response = HttpResponseRedirect(reverse("accounts:kiosk"))
    response["Clear-Site-Data"] = '"cache", "storage"'
    response["Cache-Control"] = "no-store"
    for name in LEFT_OVER:
        response.delete_cookie(name, samesite="Lax")
    return response


def _is_life(request: HttpRequest) -> bool:
    """Opening a page, sending a form, a video that plays; not what a page asks for by itself."""
    if request.method not in ("GET", "HEAD") or request.path.startswith(MEDIA):
        return True
    mode = request.headers.get("Sec-Fetch-Mode")
    return mode == "navigate" if mode else "text/html" in request.headers.get("Accept", "")


def _asks_to_sign_in(response: HttpResponse) -> bool:
    """The last person's page, asked for again with the back button, must not say even its address to the next."""
    return response.status_code == 302 and response["Location"].startswith(f"{resolve_url(settings.LOGIN_URL)}?")


class ActingMiddleware:
    """Shows the sentence of `ActingRefused`, wherever a view met it: nothing was done for anybody."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, ActingRefused):
            return None
        if "text/html" not in request.headers.get("Accept", "text/html"):
            return JsonResponse({"error": exception.sentence}, status=403)
        return render(request, "accounts/acting_refused.html", {"sentence": exception.sentence}, status=403)
