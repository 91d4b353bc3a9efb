"""What players report, and what people say of lessons that don't play."""

from __future__ import annotations

import json
from typing import cast

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from accounts.models import User
from core.errors import Refusal
from courses.errors import PageTooOld, ReportDiffers, ReportNotKept, TicketRefused
from courses.models import Lesson
from courses.operations.finishing import finish_by_hand
from courses.operations.reports import receive_report
from courses.queries.lessons import find_lesson

MOST_BYTES = 16 * 1024
STATUS: dict[type[Refusal], int] = {TicketRefused: 403, ReportDiffers: 409, PageTooOld: 410, ReportNotKept: 503}


@csrf_exempt  # the ticket in the body is the right; no cookie gives any (courses.tickets)
@require_POST
def played(request: HttpRequest) -> JsonResponse:
    """Take a player's report. In: JSON `{"ticket", "session", "seq", "played", "place"}`, see `read_report`.

    Out: `{"elapsed": ms since the page was opened}` once it is kept, or `{"error": sentence}` with 400, 403 (no ticket
    of ours), 409 (the key is taken by something else), 410 (the page is too old), 413, or 503 (send it again). The
    person is the one the ticket names; no session and no user is read.
    """
    try:
        if int(request.META.get("CONTENT_LENGTH") or 0) > MOST_BYTES:
            return JsonResponse({"error": "学习记录太长，没有记上。"}, status=413)
        sent = json.loads(request.body)
        ticket = str(sent["ticket"])
    except (ValueError, TypeError, KeyError, RecursionError):
        return JsonResponse({"error": "没有收到学习记录。"}, status=400)
    try:
        elapsed = receive_report(ticket=ticket, sent=sent)
    except Refusal as refusal:
        return JsonResponse({"error": refusal.sentence}, status=STATUS.get(type(refusal), 400))
    return JsonResponse({"elapsed": elapsed})


@login_required
@require_POST
def read(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """ "I have read it", for a lesson without media."""
    try:
        lesson = find_lesson(slug=slug, number=number)
    except Lesson.DoesNotExist as error:
        raise Http404 from error
    try:
        finish_by_hand(user=cast("User", request.user), lesson=lesson)
    except Refusal as refusal:
        return render(request, "courses/refused.html", {"refusal": refusal, "back": lesson}, status=409)
    return redirect(lesson)
