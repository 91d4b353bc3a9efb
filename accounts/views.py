"""Doors of the accounts room."""

from __future__ import annotations

from typing import Any, cast

from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from accounts.access import salutation
from accounts.forms import SignInForm
from accounts.models import User
from accounts.sections import sections_of


class SignInView(LoginView):
    """Name and password. A wrong pair gives one sentence, and keeps the name that was typed."""

    template_name = "accounts/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def form_invalid(self, form: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)


@login_required
@never_cache
def me(request: HttpRequest) -> HttpResponse:
    """The person's own page: what rooms above registered, and the way out."""
    user = cast("User", request.user)
    context = {
        "salutation": salutation(user),
        "sections": sections_of(user),
        "may_edit": user.has_perm("wagtailadmin.access_admin"),
    }
    return render(request, "accounts/me.html", context)
