"""One's own profile: who one is, whom to ring, the card, the four digits, and who of the staff looked."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from accounts.access import masked_phone, member_name
from accounts.acting import acting_of
from accounts.enums import DelegatedScope, Gender
from accounts.forms.kiosk import PinForm
from accounts.forms.members import OwnContactForm, OwnProfileForm, mark_errors
from accounts.models import MemberProfile, User
from accounts.models.profile import CONSENT_VERSION
from accounts.operations.cards import report_card_lost
from accounts.operations.kiosks import set_pin
from accounts.operations.profiles import change_contact
from accounts.operations.registration import complete_profile
from accounts.queries.cards import standing_card
from accounts.queries.members import circumstance_lines, looks_at, profile_of
from core.errors import Refusal
from places.queries.regions import full_name

LOOKS_A_PAGE = 30


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """What is known of the person, with what they may change; whoever holds their 改联系方式 sees the contact alone."""
    acting = acting_of(request, DelegatedScope.PROFILE)
    found = profile_of(acting.person)
    if found is None:
        return _new_profile(request, acting.person) if acting.acted_by is None else redirect("accounts:me")
    form = OwnContactForm(request.POST or None, person=acting.person, profile=found)
    if request.method == "POST" and form.is_valid():
        try:
            change_contact(acting=acting, **form.cleaned_data)
        except Refusal as refusal:
            form.add_error(None, refusal.sentence)
        else:
            messages.success(request, "保存好了。")
            return redirect("accounts:profile")
    mark_errors(form)
    context = {
        "form": form,
        "profile": found,
        "name": member_name(acting.person),
        "phone": masked_phone(acting.person.phone),
        "home": full_name(found.region),
        "own": acting.acted_by is None,
        "card": standing_card(acting.person),
        "circumstances": circumstance_lines(found) if acting.acted_by is None else [],
    }
    return render(request, "accounts/profile.html", context, status=422 if form.errors else 200)


def _new_profile(request: HttpRequest, user: User) -> HttpResponse:
    """The first time, people say who they are."""
    form = OwnProfileForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = {**form.cleaned_data, "gender": Gender(form.cleaned_data["gender"])}
        try:
            complete_profile(user=user, **given)
        except Refusal as refusal:
            form.add_error(None, refusal.sentence)
        else:
            messages.success(request, "登记好了。下面是您的会员号。")
            return redirect("accounts:profile")
    mark_errors(form)
    return render(request, "accounts/profile_new.html", {"form": form}, status=422 if form.errors else 200)


@require_safe
def consent(request: HttpRequest) -> HttpResponse:
    """What the academy keeps of a member and why, in the version that people agree to today."""
    return render(request, "accounts/consent.html", {"version": CONSENT_VERSION})


@login_required
@never_cache
@require_GET
def looks(request: HttpRequest) -> HttpResponse:
    """谁看过我的资料. Nobody else's business: not even a delegate's."""
    person = acting_of(request).person
    found = profile_of(person)
    rows = looks_at(found) if found is not None else MemberProfile.objects.none()
    page = Paginator(rows, LOOKS_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "accounts/looks.html", {"page": page})


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def card_lost(request: HttpRequest) -> HttpResponse:
    """Asks once, then the card opens nothing."""
    person = acting_of(request).person
    found = profile_of(person)
    if found is None or standing_card(person) is None:
        return redirect("accounts:profile")
    if request.method == "POST":
        report_card_lost(profile=found, by=person)
        messages.success(request, "会员卡已经停用，谁捡到也不能用了。下次到站点，请工作人员再打印一张。")
        return redirect("accounts:profile")
    return render(request, "accounts/card_lost.html")


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def pin(request: HttpRequest) -> HttpResponse:
    """Four digits for kiosks."""
    person = acting_of(request).person
    found = profile_of(person)
    if found is None:
        return redirect("accounts:profile")
    form = PinForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            set_pin(profile=found, pin=form.cleaned_data["pin"], by=cast("User", request.user))
        except Refusal as refusal:
            form.add_error("pin", refusal.sentence)
        else:
            messages.success(request, "数字密码设好了。没带会员卡的时候，用会员号和这四位数字登录共用屏。")
            return redirect("accounts:profile")
    mark_errors(form)
    return render(request, "accounts/pin.html", {"form": form}, status=422 if form.errors else 200)
