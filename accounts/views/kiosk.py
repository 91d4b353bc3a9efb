"""共用屏: its start page, signing in and out, the sign of life, and turning it back into an ordinary browser."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts import kiosk as screen
from accounts import numbers
from accounts.forms.kiosk import NumberForm
from accounts.forms.members import mark_errors
from accounts.forms.password import SignInForm
from accounts.operations.kiosks import close_kiosk, sign_in_by_card, sign_in_by_number
from core.errors import Refusal


@never_cache
@sensitive_post_parameters("card")
@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest) -> HttpResponse:
    """请扫会员卡. A scanner types the code and Enter; a member number typed here leads on to the digits."""
    found = screen.kiosk_of(request)
    if found is None:
        return render(request, "accounts/kiosk_none.html", status=403)
    if request.user.is_authenticated:
        return redirect("accounts:me")
    sentence = ""
    if request.method == "POST":
        text = request.POST.get("card", "")[:200]
        if numbers.parse(text):
            return render(request, "accounts/kiosk_number.html", {"form": NumberForm(initial={"number": text})})
        try:
            user = sign_in_by_card(kiosk=found, text=text)
        except Refusal as refusal:
            sentence = refusal.sentence
        else:
            screen.sign_in(request, user)
            return redirect("accounts:me")
    context = {"site": found.site, "sentence": sentence}
    return render(request, "accounts/kiosk_start.html", context, status=422 if sentence else 200)


@never_cache
@sensitive_post_parameters("pin")
@require_http_methods(["GET", "HEAD", "POST"])
def number(request: HttpRequest) -> HttpResponse:
    """Without a card: member number and four digits."""
    found = screen.kiosk_of(request)
    if found is None or request.user.is_authenticated:
        return redirect("accounts:kiosk")
    form = NumberForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            user = sign_in_by_number(kiosk=found, **form.cleaned_data)
        except Refusal as refusal:
            form.add_error(None, refusal.sentence)
        else:
            screen.sign_in(request, user)
            return redirect("accounts:me")
    mark_errors(form)
    return render(request, "accounts/kiosk_number.html", {"form": form}, status=422 if form.errors else 200)


@require_POST
def out(request: HttpRequest) -> HttpResponse:
    """Signs out; the middleware clears the browser and leads to the start page."""
    logout(request)
    return redirect("accounts:kiosk")


@never_cache
@require_POST
def keep(request: HttpRequest) -> HttpResponse:
    """Somebody is there: 204. Nobody is signed in any more: 403. The middleware noted the sign of life already."""
    return HttpResponse(status=204 if request.user.is_authenticated else 403)


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def close(request: HttpRequest) -> HttpResponse:
    """Staff of the site turn the screen back, with name and password; they aren't signed in by it."""
    found = screen.kiosk_of(request)
    if found is None:
        return redirect("accounts:kiosk")
    form = SignInForm(request, data=request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            close_kiosk(kiosk=found, by=form.get_user())
        except Refusal as refusal:
            form.add_error(None, refusal.sentence)
        else:
            logout(request)
            messages.success(request, "这台屏不再是共用屏了。")
            response = redirect("accounts:kiosk")
            response.delete_cookie(screen.COOKIE, samesite="Lax")
            return response
    mark_errors(form)
    return render(request, "accounts/kiosk_close.html", {"form": form}, status=422 if form.errors else 200)
