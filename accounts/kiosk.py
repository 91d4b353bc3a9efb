"""The browser of a kiosk: its cookie, and how long somebody may stand away from it."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse

from accounts.models import Kiosk, User
from accounts.queries.kiosks import open_kiosk_by_key
from core import clock

COOKIE = "kiosk"
COOKIE_AGE = 5 * 365 * 24 * 3600
SALT = "accounts.kiosk"
SEEN = "kiosk_seen"
"""Session key: the instant of the last sign of life, in seconds since 1970."""
IDLE = 120
"""Seconds without a sign of life after which the person is signed out."""
WARN = 20
"""Seconds before that in which the page says so."""


def kiosk_of(request: HttpRequest) -> Kiosk | None:
    """The kiosk a request comes from, as the middleware found it."""
    return getattr(request, "kiosk", None)


def read_cookie(request: HttpRequest) -> Kiosk | None:
    """The open kiosk whose cookie the browser holds; None without one, or with one that was made up or closed."""
    key = request.get_signed_cookie(COOKIE, default="", salt=SALT)
    return open_kiosk_by_key(key) if key else None


def write_cookie(response: HttpResponse, kiosk: Kiosk) -> None:
    """Make the browser that gets `response` this kiosk."""
    response.set_signed_cookie(
        COOKIE,
        str(kiosk.key),
        salt=SALT,
        max_age=COOKIE_AGE,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )


def sign_in(request: HttpRequest, user: User) -> None:
    """A session that ends with the browser, and by itself after two idle minutes. Nothing of an earlier one stays."""
    request.session.flush()
    login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    note_life(request)


def note_life(request: HttpRequest) -> None:
    """A sign of life of whoever is signed in at a kiosk."""
    if SEEN not in request.session:
        request.session.set_expiry(0)
    request.session[SEEN] = clock.now().timestamp()


def is_idle(request: HttpRequest) -> bool:
    """Whether two minutes have passed without a sign of life."""
    seen = request.session.get(SEEN)
    return seen is not None and clock.now().timestamp() - float(seen) >= IDLE
