"""Doors to 活动: the list, one activity, coming and not coming, signing in and out, the screen beside the door."""

from __future__ import annotations

import io
import uuid
from typing import Any, cast

import segno
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST, require_safe

from accounts.access import Viewer
from accounts.acting import acting_now, acting_of
from accounts.enums import DelegatedScope
from accounts.models import User
from accounts.scope import scope_of
from core import clock
from core.errors import Refusal
from courses.enums import SignMethod
from courses.models import Activity
from courses.operations import attendance as signing
from courses.operations.activities import give_up_place, take_place
from courses.queries import activities
from courses.sign_codes import MINUTE, qr_token, seconds_left, spoken_code

TICKET_LIFE = 10 * MINUTE
"""Seconds from a scan until the button is pressed: time to sign in to one's account first."""


@require_safe
def activity_list(request: HttpRequest) -> HttpResponse:
    """Activities to come; `?form=` and `?banner=` narrow them."""
    context = activities.list_page(**{name: request.GET.get(name, "") for name in ("form", "banner", "page")})
    return render(request, "courses/activities.html", context)


@require_safe
def activity(request: HttpRequest, pk: int) -> HttpResponse:
    """One activity."""
    return _page(request, _found(pk))


@require_POST
@login_required
def come(request: HttpRequest, pk: int) -> HttpResponse:
    """我要参加."""
    found = _found(pk)
    given = {name: request.POST.get(name, "") for name in ("relative_name", "relative_phone")}
    try:
        take_place(
            activity=found,
            acting=acting_of(request, DelegatedScope.ATTEND),
            relative_name=given["relative_name"],
            relative_phone=given["relative_phone"],
        )
    except Refusal as refusal:
        return _page(request, found, refusal=refusal.sentence, given=given)
    messages.success(request, "报上名了。到时候见。")
    return HttpResponseRedirect(reverse("courses:activity", args=[pk]))


@require_POST
@login_required
def stay_away(request: HttpRequest, pk: int) -> HttpResponse:
    """不去了."""
    found = _found(pk)
    try:
        give_up_place(activity=found, acting=acting_of(request, DelegatedScope.ATTEND))
    except Refusal as refusal:
        return _page(request, found, refusal=refusal.sentence)
    messages.success(request, "已经退出，名额让给别人了。")
    return HttpResponseRedirect(reverse("courses:activity", args=[pk]))


@require_GET
@never_cache
def scan(request: HttpRequest, pk: int, token: str) -> HttpResponse:
    """Where the QR code leads. The scan is kept in the session, so that one may first sign in to one's account."""
    found = _found(pk)
    try:
        signing.check_token(activity=found, token=token)
    except Refusal as refusal:
        return _sign_page(request, found, refusal=refusal.sentence)
    request.session[_ticket_name(pk)] = clock.now().timestamp()
    return HttpResponseRedirect(reverse("courses:activity-sign", args=[pk]))


@login_required
@never_cache
def sign(request: HttpRequest, pk: int) -> HttpResponse:
    """签到 or 签退: with a scan, one button; without, the four digits."""
    found = _found(pk)
    if request.method != "POST":
        return _sign_page(request, found)
    acting = acting_of(request, DelegatedScope.ATTEND)
    has_ticket = _has_ticket(request, pk)
    method = SignMethod.QR if has_ticket else SignMethod.CODE
    act = signing.sign_out if request.POST.get("way") == "out" else signing.sign_in
    try:
        if not has_ticket:
            signing.check_code(activity=found, person=acting.by, code=request.POST.get("code", ""))
        act(activity=found, acting=acting, method=method, key=request.POST.get("key", ""))
    except Refusal as refusal:
        return _sign_page(request, found, refusal=refusal.sentence)
    request.session.pop(_ticket_name(pk), None)
    return HttpResponseRedirect(reverse("courses:activity-sign", args=[pk]))


@login_required
@never_cache
@require_safe
def screen(request: HttpRequest, pk: int) -> HttpResponse:
    """The screen beside the door, for staff in scope: a QR code of this minute and the four digits.

    `?part=1` is the middle of the page alone, for the script that freshens it.
    """
    found = get_object_or_404(activities.activities_in(scope_of(cast("User", request.user))), pk=pk)
    present = clock.now()
    address = request.build_absolute_uri(reverse("courses:activity-scan", args=[pk, qr_token(found.pk, present)]))
    context = {
        "activity": found,
        "code": spoken_code(found.pk, present),
        "qr": _drawn(address),
        "there": found.attendances.count(),
        "coming": found.places.filter(ended_at__isnull=True).count(),
        "refresh": min(seconds_left(present), 20),
    }
    is_part = request.GET.get("part") == "1"
    return render(request, "courses/activity_codes.html" if is_part else "courses/activity_screen.html", context)


def _found(pk: int) -> Activity:
    try:
        return activities.find_activity(pk=pk)
    except Activity.DoesNotExist as error:
        raise Http404 from error


def _page(
    request: HttpRequest, found: Activity, *, refusal: str = "", given: dict[str, str] | None = None
) -> HttpResponse:
    context: dict[str, Any] = activities.activity_page(activity=found, viewer=_viewer(request))
    context |= {"refusal": refusal, "given": given or {}}
    return render(request, "courses/activity.html", context, status=422 if refusal else 200)


def _sign_page(request: HttpRequest, found: Activity, *, refusal: str = "") -> HttpResponse:
    context: dict[str, Any] = activities.activity_page(activity=found, viewer=_viewer(request))
    context |= {"refusal": refusal, "has_ticket": _has_ticket(request, found.pk), "key": uuid.uuid4().hex}
    return render(request, "courses/activity_sign.html", context, status=422 if refusal else 200)


def _viewer(request: HttpRequest) -> Viewer:
    """Whose page this is: for who helps, the one helped, if the delegation covers activities."""
    if not request.user.is_authenticated:
        return request.user
    acting = acting_now(request)
    return acting.person if DelegatedScope.ATTEND in acting.scopes else acting.by


def _ticket_name(pk: int) -> str:
    return f"activity-scan-{pk}"


def _has_ticket(request: HttpRequest, pk: int) -> bool:
    scanned_at = request.session.get(_ticket_name(pk))
    return isinstance(scanned_at, float) and 0 <= clock.now().timestamp() - scanned_at <= TICKET_LIFE


def _drawn(address: str) -> SafeString:
    """The QR code as SVG without a style of its own. segno writes it; nothing in it comes from people."""
    out = io.BytesIO()
    segno.make(address, error="m", micro=False).save(
        out, kind="svg", xmldecl=False, svgns=True, svgclass="qr", lineclass=None, border=2, omitsize=True
    )
    return mark_safe(out.getvalue().decode("utf-8"))  # noqa: S308
