"""换手机号: the new number is proven by a code before it counts; staff show their password first."""

from __future__ import annotations

import uuid

from allauth.account.decorators import reauthentication_required
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.access import masked_phone
from accounts.acting import acting_of
from accounts.asked import forget_codes, known_codes, own_code, remember, said, say_next, waiting_code
from accounts.forms.entrance import CodeForm, PhoneForm
from accounts.network import network_of
from accounts.operations.codes import TooSoon, change_phone, request_code
from core.errors import Refusal

# Whoever has a password types it again, unless they just did; seniors have none, and their phone is the proof.
shows_password = reauthentication_required(app="allauth.mfa")


@login_required
@shows_password
@sensitive_post_parameters("phone")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def change_phone_number(request: HttpRequest) -> HttpResponse:
    """The new number. Whether somebody else has it is told after the code alone."""
    person = acting_of(request).person
    form = PhoneForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        phone = form.cleaned_data["phone"]
        try:
            if phone == person.phone:
                raise Refusal("这就是您现在用的手机号，不用换。")  # noqa: TRY301 shown like the others
            code_id = request_code(phone=phone, network=network_of(request)).pk
            remember(request, code_id, "")
        except Refusal as refusal:
            waiting = waiting_code(request, phone) if isinstance(refusal, TooSoon) else None
            if waiting is None:
                form.refuse("phone", refusal)
                return _page(request, form, person.phone)
            say_next(request, refusal.sentence)
            code_id = waiting
        return HttpResponseRedirect(reverse("accounts:phone-code", args=[code_id]))
    return _page(request, form, person.phone)


def _page(request: HttpRequest, form: PhoneForm, now: str | None) -> HttpResponse:
    context = {"form": form, "now": masked_phone(now)}
    return render(request, "accounts/phone.html", context, status=422 if form.is_bound else 200)


@login_required
@shows_password
@sensitive_post_parameters("code")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def prove_phone_number(request: HttpRequest, code_id: uuid.UUID) -> HttpResponse:
    """The code that went to the new number."""
    view = own_code(request, code_id)
    if view is None:
        return HttpResponseRedirect(reverse("accounts:phone"))
    form = CodeForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            change_phone(
                user=acting_of(request).person,
                code_id=code_id,
                known=known_codes(request),
                digits=form.cleaned_data["code"],
            )
        except Refusal as refusal:
            form.refuse("code", refusal)
        else:
            forget_codes(request)
            return HttpResponseRedirect(reverse("accounts:me"))
    context = {"form": form, "code": view, "note": said(request), "changing": True}
    return render(request, "accounts/code.html", context, status=422 if form.is_bound else 200)
