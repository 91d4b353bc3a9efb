"""Doors of 课表: a week on the screen, a page on paper, and the feed for a calendar program."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import quote_etag
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.acting import acting_of
from accounts.enums import DelegatedScope
from courses.calendar_text import calendar_text
from courses.lotteries.drawing import digest_of
from courses.operations.calendar_feeds import renew_feed, revoke_feed
from courses.printing import timetable_pdf
from courses.queries.timetable import feed_sessions, printed_span, read_week, week_page


@login_required
@never_cache
@require_safe
def timetable(request: HttpRequest) -> HttpResponse:
    """One week; `?week=2026-03-02` is the one that holds that day."""
    acting = acting_of(request, DelegatedScope.LEARN)
    context = week_page(person=acting.person, monday=read_week(request.GET.get("week", "")))
    # The address outlives any delegation: it is the person's alone.
    context["own"] = acting.acted_by is None
    if context["own"] and context["feed"] is not None:
        context["feed_url"] = request.build_absolute_uri(
            reverse("courses:timetable-feed", args=[context["feed"].token])
        )
    return render(request, "courses/timetable.html", context)


@login_required
@never_cache
@require_safe
def timetable_print(request: HttpRequest) -> HttpResponse:
    """A PDF on A4: four weeks, or with `?span=half` the half-year."""
    span = printed_span(request.GET.get("span", ""))
    response = HttpResponse(
        timetable_pdf(acting_of(request, DelegatedScope.LEARN).person, span), content_type="application/pdf"
    )
    response["Content-Disposition"] = 'inline; filename="timetable.pdf"'
    return response


@require_safe
def timetable_feed(request: HttpRequest, token: str) -> HttpResponse:
    """The calendar behind a private address. An address that was taken back shows an empty calendar."""
    sessions = feed_sessions(token)
    if sessions is None:
        raise Http404
    content = calendar_text(sessions, address=settings.WAGTAILADMIN_BASE_URL)
    tag = quote_etag(digest_of(content))
    if request.headers.get("If-None-Match") == tag:
        return HttpResponseNotModified(headers={"ETag": tag})
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["ETag"] = tag
    response["Cache-Control"] = "private, no-cache"
    response["X-Robots-Tag"] = "noindex"
    return response


@login_required
@require_POST
def feed_renew(request: HttpRequest) -> HttpResponse:
    """A new private address; the old one shows nothing any more. Nobody else does this for a person."""
    renew_feed(person=acting_of(request).person)
    return redirect("courses:timetable")


@login_required
@require_POST
def feed_revoke(request: HttpRequest) -> HttpResponse:
    """No private address any more."""
    revoke_feed(person=acting_of(request).person)
    return redirect("courses:timetable")
