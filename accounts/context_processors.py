"""What every public page says of the person at the screen: that it is a kiosk, or that they act for somebody."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from accounts.access import member_name
from accounts.acting import banner_of
from accounts.kiosk import IDLE, WARN, kiosk_of
from accounts.models import User


def presence(request: HttpRequest) -> dict[str, Any]:
    """`kiosk`: None, or its name, who is signed in and times in seconds. `acting`: None or `accounts.acting.Banner`.

    No query for people who do neither. The start page of a kiosk has neither strip nor warning: nobody is there yet.
    """
    found = kiosk_of(request)
    kiosk = None
    if found is not None and request.path != reverse("accounts:kiosk"):
        user = request.user
        who = member_name(user) if isinstance(user, User) else ""
        kiosk = {"name": found.name, "who": who, "idle": IDLE, "warn": WARN}
    return {"kiosk": kiosk, "acting": banner_of(request)}
