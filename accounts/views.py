"""Doors of the accounts room."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.access import salutation


class SignInView(LoginView):
    """Name and password. A wrong pair gives one sentence, and keeps the name that was typed."""

    template_name = "accounts/sign_in.html"
    redirect_authenticated_user = True


@login_required
def me(request: HttpRequest) -> HttpResponse:
    """The person's own page."""
    return render(request, "accounts/me.html", {"salutation": salutation(request.user)})
