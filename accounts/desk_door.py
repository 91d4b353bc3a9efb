"""The desk's door: a second factor where the settings ask for one, and sessions of staff that end the same day."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from accounts.models import User
from accounts.pipeline import has_second_factor, passed_second_factor
from accounts.queries.roles import grants_from
from accounts.queries.staff import needs_second_factor

DESK = "/admin/"
ADMINISTRATORS_ONLY = ("/admin/reports/site-history/", "/admin/bulk/accounts/user/")
"""Pages of Wagtail's that know no scope: they name, or change, people and things of every banner."""
OPEN = ("/admin/login/", "/admin/logout/")


class DeskDoorMiddleware:
    """Whatever way a session came about (code, card, password), the desk asks the same of it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith(DESK) and not request.path.startswith(OPEN) and isinstance(request.user, User):
            # A session from before the person became staff.
            if request.session.get_expiry_age() > settings.STAFF_SESSION_AGE:
                request.session.set_expiry(settings.STAFF_SESSION_AGE)
            if request.path.startswith(ADMINISTRATORS_ONLY) and not grants_from(request.user).everything:
                raise PermissionDenied
            if needs_second_factor(request.user) and not passed_second_factor(request, request.user):
                page = "mfa_reauthenticate" if has_second_factor(request.user) else "mfa_activate_totp"
                return HttpResponseRedirect(f"{reverse(page)}?{urlencode({'next': request.get_full_path()})}")
        return self.get_response(request)
