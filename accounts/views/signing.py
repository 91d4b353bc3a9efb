"""Doors of the accounts room."""

from __future__ import annotations

from typing import cast

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from accounts.access import masked_phone, member_name, salutation
from accounts.acting import acting_now
from accounts.enums import DelegatedScope
from accounts.models import User
from accounts.queries.delegations import held_lines
from accounts.sections import sections_of


@login_required
@never_cache
def me(request: HttpRequest) -> HttpResponse:
    """The person's own page: what rooms above registered, and the way out.

    While somebody acts for another, it is the other's page, with as much as the delegation covers.
    """
    user = cast("User", request.user)
    acting = acting_now(request)
    context = {
        "salutation": salutation(user) if acting.acted_by is None else f"替{member_name(acting.person)}办事",
        "sections": sections_of(acting.person) if DelegatedScope.LEARN in acting.scopes else [],
        "acts_for_another": acting.acted_by is not None,
        "may_change_contact": DelegatedScope.PROFILE in acting.scopes,
        "helped": held_lines(user) if acting.acted_by is None else [],
        "may_edit": user.has_perm("wagtailadmin.access_admin"),
        "phone": masked_phone(user.phone),
    }
    return render(request, "accounts/me.html", context)
