"""The way in with a phone: number → code → in. A number nobody has leads to one more question, the name.

A session remembers the codes it asked for, and where each should lead; addresses name a code's row, never a number.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render, resolve_url
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.asked import (
    asked_codes,
    forget_codes,
    known_codes,
    own_code,
    own_phone,
    remember,
    said,
    say_next,
    target_of,
    waiting_code,
)
from accounts.forms.entrance import CodeForm, NameForm, NewPasswordForm, PhoneForm, SaidAloud
from accounts.models import User
from accounts.network import network_of
from accounts.operations.codes import (
    Next,
    TooSoon,
    answer_code,
    enter_with_name,
    enter_with_password,
    request_code,
)
from accounts.pipeline import sign_in
from core.errors import Refusal


def safe_target(request: HttpRequest, target: str) -> str:
    """`target` if it is an address of this site, else ""."""
    own = url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return target if own else ""


def _start(request: HttpRequest) -> HttpResponse:
    return HttpResponseRedirect(reverse("accounts:sign-in"))


@sensitive_post_parameters("phone")
@csrf_protect
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in_by_phone(request: HttpRequest) -> HttpResponse:
    """The first page: a phone number. The answer is the same for known and unknown numbers."""
    target = safe_target(request, request.POST.get("next", request.GET.get("next", "")))
    if request.user.is_authenticated:
        return HttpResponseRedirect(target or resolve_url("/"))
    form = PhoneForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        phone = form.cleaned_data["phone"]
        try:
            code = request_code(phone=phone, network=network_of(request))
        except TooSoon as refusal:
            if (waiting := waiting_code(request, phone)) is not None:
                say_next(request, refusal.sentence)
                return HttpResponseRedirect(reverse("accounts:code", args=[waiting]))
            form.refuse("phone", refusal)
        except Refusal as refusal:
            form.refuse("phone", refusal)
        else:
            remember(request, code.pk, target)
            return HttpResponseRedirect(reverse("accounts:code", args=[code.pk]))
    return render(
        request, "accounts/sign_in.html", {"form": form, "next": target}, status=422 if form.is_bound else 200
    )


@sensitive_post_parameters("code")
@csrf_protect
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def enter_code(request: HttpRequest, code_id: uuid.UUID) -> HttpResponse:
    """The second page. It may be left for the messages of the phone, and come back to."""
    if request.user.is_authenticated:
        return HttpResponseRedirect(target_of(request, code_id))
    if (view := own_code(request, code_id)) is None:
        return _start(request)
    if view.step:
        return HttpResponseRedirect(reverse(f"accounts:{view.step}", args=[code_id]))
    form = CodeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            answer = answer_code(code_id=code_id, known=known_codes(request), digits=form.cleaned_data["code"])
        except Refusal as refusal:
            form.refuse("code", refusal)
        else:
            if answer.next is Next.SIGN_IN and answer.user is not None:
                return _let_in(request, code_id, answer.user, method="code")
            remember(request, answer.code.pk, target_of(request, code_id))
            return HttpResponseRedirect(reverse(f"accounts:{answer.next.value}", args=[answer.code.pk]))
    context = {"form": form, "code": view, "note": said(request), "next": target_of(request, code_id)}
    return render(request, "accounts/code.html", context, status=422 if form.is_bound else 200)


@csrf_protect
@require_POST
def send_again(request: HttpRequest, code_id: uuid.UUID) -> HttpResponse:
    """Another code for the same number; the earlier ones of this session stay good."""
    if (phone := own_phone(request, code_id)) is None:
        return _start(request)
    try:
        code = request_code(phone=phone, network=network_of(request))
    except Refusal as refusal:
        say_next(request, refusal.sentence)
    else:
        remember(request, code.pk, asked_codes(request).get(str(code_id), ""))
        say_next(request, "又发了一次，请看最新的一条短信。")
        code_id = code.pk
    page = "accounts:phone-code" if request.user.is_authenticated else "accounts:code"
    return HttpResponseRedirect(reverse(page, args=[code_id]))


@never_cache
@require_GET
def code_state(request: HttpRequest, code_id: uuid.UUID) -> JsonResponse:
    """What became of the message, for a page that stays open."""
    view = own_code(request, code_id)
    if view is None:
        return JsonResponse({"sentence": "", "settled": True, "trouble": False}, status=404)
    return JsonResponse({"sentence": view.sentence, "settled": view.settled, "trouble": view.trouble})


@csrf_protect
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def give_name(request: HttpRequest, code_id: uuid.UUID) -> HttpResponse:
    """For a number nobody has yet: how the person wants to be called. Then the account is made."""
    form = NameForm(request.POST if request.method == "POST" else None)
    return _last_step(request, code_id, form, step=Next.NAME, enter=enter_with_name, field="display_name")


@sensitive_post_parameters("password", "again")
@csrf_protect
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def choose_password(request: HttpRequest, code_id: uuid.UUID) -> HttpResponse:
    """For staff, whom a code alone doesn't let in: choose a password, or go and use the one there is."""
    form = NewPasswordForm(request.POST if request.method == "POST" else None)
    return _last_step(request, code_id, form, step=Next.PASSWORD, enter=enter_with_password, field="password")


TEMPLATES = {Next.NAME: "accounts/name.html", Next.PASSWORD: "accounts/new_password.html"}
METHODS = {Next.NAME: "code", Next.PASSWORD: "password"}


def _last_step(
    request: HttpRequest,
    code_id: uuid.UUID,
    form: SaidAloud,
    *,
    step: Next,
    enter: Callable[..., User],
    field: str,
) -> HttpResponse:
    """What is asked after the right code: `enter` takes it as `field`, and gives the person to let in."""
    view = own_code(request, code_id)
    if request.user.is_authenticated or view is None or view.step != step.value:
        return _start(request)
    if form.is_bound and form.is_valid():
        try:
            user = enter(code_id=code_id, **{field: form.cleaned_data[field]})
        except Refusal as refusal:
            form.refuse(field, refusal)
        else:
            return _let_in(request, code_id, user, method=METHODS[step])
    context = {"form": form, "code": view, "next": target_of(request, code_id)}
    return render(request, TEMPLATES[step], context, status=422 if form.is_bound else 200)


def _let_in(request: HttpRequest, code_id: uuid.UUID, user: User, *, method: str) -> HttpResponse:
    target = target_of(request, code_id)
    forget_codes(request)
    return sign_in(request, user, method=method, redirect_url=target)
