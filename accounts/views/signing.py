"""Doors of the accounts room."""

from __future__ import annotations

from typing import cast

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from accounts.access import masked_phone, salutation
from accounts.models import User
from accounts.sections import sections_of


@login_required
@never_cache
def me(request: HttpRequest) -> HttpResponse:
    """The person's own page: what rooms above registered, and the way out."""
    user = cast("User", request.user)
    context = {
        "salutation": salutation(user),
        "sections": sections_of(user),
        "may_edit": user.has_perm("wagtailadmin.access_admin"),
        "phone": masked_phone(user.phone),
    }
    return render(request, "accounts/me.html", context)
