"""The way into a session, through allauth: its stages ask for the second factor, whatever came before.

All that we take from allauth's inner modules stands here (ADR 0012).
"""

from __future__ import annotations

from allauth.account.internal.flows.login import get_authentication_records, record_authentication
from allauth.account.utils import perform_login
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.http import HttpRequest, HttpResponse

from accounts.models import User


def sign_in(request: HttpRequest, user: User, *, method: str, redirect_url: str) -> HttpResponse:
    """Go on with signing in: to the second factor if the person has one, else in. `redirect_url` is of this host.

    `method` (code, password) is kept in the session, with the time. A person whose account was switched off is led to
    the page that says so.
    """
    record_authentication(request, user, method)
    return perform_login(request, user, redirect_url=redirect_url)


def has_second_factor(user: User) -> bool:
    return bool(is_mfa_enabled(user, [Authenticator.Type.TOTP]))


def passed_second_factor(request: HttpRequest, user: User) -> bool:
    """Whether this session has seen the second factor."""
    return any(record.get("method") == "mfa" for record in get_authentication_records(request, user))


def note_second_factor(request: HttpRequest, user: User) -> None:
    """The person has just shown it by setting it up."""
    record_authentication(request, user, "mfa", type=Authenticator.Type.TOTP)
