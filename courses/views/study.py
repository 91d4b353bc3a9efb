"""我的学习: history by half-year, certificates; and the public page that verifies one."""

from __future__ import annotations

from typing import cast

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.acting import acting_of
from accounts.enums import DelegatedScope
from accounts.models import User
from core import clock
from core.errors import Refusal
from core.half_year import HalfYear
from courses.certificates import paper
from courses.models import Certificate, Course
from courses.operations.certificates import issue_certificate
from courses.queries import certificates
from courses.queries.catalogue import find_course
from courses.queries.history import study_page


@require_safe
@login_required
@never_cache
def study(request: HttpRequest, half_year: str = "") -> HttpResponse:
    """What the person studied in a half-year; the present one without an address of its own."""
    try:
        chosen = HalfYear.parse(half_year) if half_year else HalfYear.of(clock.today())
        context = study_page(acting_of(request, DelegatedScope.LEARN).person, chosen)
    except ValueError as error:
        raise Http404 from error
    return render(request, "courses/study.html", context)


@require_POST
@login_required
def certify(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask for the certificate of a course."""
    try:
        course = find_course(slug=slug)
    except Course.DoesNotExist as error:
        raise Http404 from error
    try:
        issue_certificate(user=cast("User", request.user), course=course)
    except Refusal as refusal:
        return render(request, "courses/refused.html", {"refusal": refusal, "back": course}, status=409)
    return redirect("study:study")


@require_safe
@login_required
@never_cache
def certificate(request: HttpRequest, code: str) -> HttpResponse:
    """The person's own certificate as PDF."""
    try:
        found = certificates.own_certificate(cast("User", request.user), code)
    except Certificate.DoesNotExist as error:
        raise Http404 from error
    if not found.is_valid:
        raise Http404
    response = HttpResponse(paper(found), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="certificate-{found.code}.pdf"'
    return response


@require_safe
@never_cache
def verify(request: HttpRequest, code: str = "") -> HttpResponse:
    """Whether a certificate is genuine. Anybody may ask; without a code, a field to type it into (`?code=`)."""
    asked = code or request.GET.get("code", "")
    if asked and not code and (tidy := certificates.tidy_code(asked)):
        return redirect("study:verify", code=tidy)
    found = certificates.verify(asked) if asked else None
    context = {"asked": asked, "found": found}
    return render(request, "courses/verify.html", context, status=404 if asked and found is None else 200)
