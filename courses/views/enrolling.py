"""Doors of 报名: the page before it, what came of it, leaving, and answering for a seat that fell free.

Every step is a page with a button, none a pop-up; every press may come twice.
"""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.acting import acting_of
from accounts.enums import DelegatedScope
from courses.errors import ConcernsRaised, EnrolmentRefused
from courses.models import Enrolment, Offering
from courses.operations.enrolling import enrol as enrol_person
from courses.operations.enrolling import withdraw as withdraw_person
from courses.operations.enrolment_history import see_notices
from courses.operations.waiting import claim_seat, decline_seat
from courses.queries.enrolments import Place, confirm_page, find_place, place_page, public_offering

REFUSED = 422


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def enrol(request: HttpRequest, pk: int) -> HttpResponse:
    """The facts and what to know first; a POST with `press` (a key) and `accepted` (keys of concerns) enrols."""
    acting = acting_of(request, DelegatedScope.ENROL)
    offering = _offering(pk)
    if request.method != "POST":
        return _confirm(request, offering)
    try:
        enrolment = enrol_person(
            offering_id=pk,
            person=acting.person,
            acted_by=acting.acted_by,
            request_key=_press(request),
            accepted=request.POST.getlist("accepted"),
        )
    except ConcernsRaised as raised:
        return _confirm(request, offering, concerns=raised.concerns, status=REFUSED)
    except EnrolmentRefused as refusal:
        return _confirm(request, offering, refused=refusal.sentence, status=REFUSED)
    return redirect("courses:enrolment", enrolment.pk)


@login_required
@never_cache
@require_safe
def enrolment(request: HttpRequest, pk: int) -> HttpResponse:
    """One's own place in an offering, and what may be done about it."""
    return _place_page(request, pk)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks once, then takes the person out of the offering, its line or its draw."""
    place = _own_place(request, pk)
    if request.method != "POST":
        if not place.may_withdraw:
            return redirect("courses:enrolment", pk)
        return render(request, "courses/withdraw.html", {"place": place, "offering": place.enrolment.offering})
    try:
        withdraw_person(enrolment_id=pk, acted_by=acting_of(request, DelegatedScope.ENROL).acted_by)
    except EnrolmentRefused as refusal:
        return _place_page(request, pk, refused=refusal.sentence)
    return redirect("courses:enrolment", pk)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def claim(request: HttpRequest, pk: int) -> HttpResponse:
    """要这个名额."""
    _own_place(request, pk)
    if request.method == "POST":
        try:
            claim_seat(enrolment_id=pk, acted_by=acting_of(request, DelegatedScope.ENROL).acted_by)
        except EnrolmentRefused as refusal:
            return _place_page(request, pk, refused=refusal.sentence)
    return redirect("courses:enrolment", pk)


@login_required
@never_cache
@require_POST
def decline(request: HttpRequest, pk: int) -> HttpResponse:
    """这次不要: the place in line stays."""
    _own_place(request, pk)
    try:
        decline_seat(enrolment_id=pk, acted_by=acting_of(request, DelegatedScope.ENROL).acted_by)
    except EnrolmentRefused as refusal:
        return _place_page(request, pk, refused=refusal.sentence)
    return redirect("courses:enrolment", pk)


@login_required
@require_POST
def notices_seen(request: HttpRequest) -> HttpResponse:
    """知道了."""
    see_notices(person=acting_of(request, DelegatedScope.ENROL).person)
    return redirect("accounts:me")


def _offering(pk: int) -> Offering:
    try:
        return public_offering(pk)
    except Offering.DoesNotExist as error:
        raise Http404 from error


def _confirm(request: HttpRequest, offering: Offering, *, status: int = 200, **more: Any) -> HttpResponse:
    context = confirm_page(offering=offering, person=acting_of(request, DelegatedScope.ENROL).person)
    return render(request, "courses/enrol.html", {**context, **more, "press": uuid.uuid4()}, status=status)


def _place_page(request: HttpRequest, pk: int, *, refused: str = "") -> HttpResponse:
    try:
        context = place_page(enrolment_id=pk, person=acting_of(request, DelegatedScope.ENROL).person)
    except Enrolment.DoesNotExist as error:
        raise Http404 from error
    return render(
        request, "courses/enrolment.html", {**context, "refused": refused}, status=REFUSED if refused else 200
    )


def _own_place(request: HttpRequest, pk: int) -> Place:
    try:
        return find_place(enrolment_id=pk, person=acting_of(request, DelegatedScope.ENROL).person)
    except Enrolment.DoesNotExist as error:
        raise Http404 from error


def _press(request: HttpRequest) -> uuid.UUID | None:
    """The key of the page that was pressed; a page that carries none is not protected against being sent again."""
    try:
        return uuid.UUID(request.POST.get("press", ""))
    except ValueError:
        return None
