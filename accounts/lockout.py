"""What django-axes asks of us: who is trying, from where, and what a person reads who tried too often."""

from __future__ import annotations

import datetime as dt
import unicodedata
from typing import Any

from axes.helpers import get_cool_off
from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.network import client_address
from accounts.phones import mask_phone, normalise_phone
from core import clock


def attempted_name(request: HttpRequest, credentials: dict[str, Any] | None = None) -> str:
    """The name under which failures are counted. Case, spaces and width don't make another name of it.

    A phone number typed as a name is kept masked: failures are rows that staff can read.
    """
    typed = (credentials or {}).get("username")
    if typed is None:
        typed = request.POST.get("username", "")
    name = unicodedata.normalize("NFKC", str(typed)[:200]).replace("\0", "")
    name = "".join(name.split()).casefold()
    try:
        return mask_phone(normalise_phone(name))
    except ValueError:
        return name[:150]


def attempted_from(request: HttpRequest) -> str | None:
    return client_address(request) or None


def lock_ends_at(*, username: str, address: str | None) -> dt.datetime:
    """When the last failure that counts is old enough."""
    failures = AccessAttempt.objects.filter(username=username, ip_address=address)
    last = failures.aggregate(last=Max("attempt_time"))["last"] or clock.now()
    return last + (get_cool_off() or dt.timedelta())


def locked_out(
    request: HttpRequest, response: HttpResponse | None = None, credentials: dict[str, Any] | None = None
) -> HttpResponse:
    """The page instead of the sign-in page, the same whether or not the name exists."""
    name = attempted_name(request, credentials)
    context = {
        "ends_at": lock_ends_at(username=name, address=attempted_from(request)),
        "failures": settings.AXES_FAILURE_LIMIT,
        "minutes": int((get_cool_off() or dt.timedelta()).total_seconds() // 60),
    }
    return render(request, "accounts/locked_out.html", context, status=429)
