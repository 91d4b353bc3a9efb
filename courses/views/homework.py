"""Sending homework, looking at it, taking it back."""

from __future__ import annotations

from typing import BinaryIO, cast

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.acting import acting_of
from accounts.models import User
from core.errors import Refusal
from courses.enums import HomeworkState
from courses.models import Homework
from courses.operations.homework import answer_homework, send_homework, take_back_homework
from courses.queries.homework import answerable_by, may_see, sent_by
from courses.views.finding import lesson_or_404

PER_PAGE = 12
LONGEST_KEY = 19


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def homework(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """What is asked, what this person sent, and the form. POST `picture` (a file) and `words`."""
    lesson = lesson_or_404(slug, number)
    acting = acting_of(request)
    problem = words = ""
    if request.method == "POST":
        words = request.POST.get("words", "")
        upload = request.FILES.get("picture")
        try:
            send_homework(
                person=acting.person,
                lesson=lesson,
                file=cast("BinaryIO | None", upload.file) if upload else None,
                size=(upload.size or 0) if upload else 0,
                words=words,
                acted_by=acting.acted_by,
            )
        except Refusal as refusal:
            problem = refusal.sentence
        else:
            return redirect(f"{request.path}?sent=1")
    sent = sent_by(acting.person, lesson)
    if not lesson.homework and not sent:
        return redirect(lesson)
    context = {
        "lesson": lesson,
        "course": lesson.course,
        "sent": sent,
        "problem": problem,
        "words": words,
        "just_sent": "sent" in request.GET and not problem,
        "was_taken_back": "back" in request.GET,
    }
    return render(request, "courses/homework.html", context, status=422 if problem else 200)


@login_required
@require_POST
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete one's own photograph."""
    row = _mine(request, pk)
    lesson = row.lesson
    address = reverse("courses:homework", args=[lesson.course.slug, lesson.number])
    try:
        take_back_homework(homework=row)
    except Refusal as refusal:
        context = {
            "lesson": lesson,
            "course": lesson.course,
            "sent": sent_by(acting_of(request).person, lesson),
            "problem": refusal.sentence,
        }
        return render(request, "courses/homework.html", context, status=422)
    return redirect(f"{address}?back=1")


def _mine(request: HttpRequest, pk: int) -> Homework:
    person = acting_of(request).person
    row = Homework.objects.select_related("lesson__course").filter(pk=pk, person=person).first()
    if row is None:
        raise Http404
    return row


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def inbox(request: HttpRequest) -> HttpResponse:
    """What learners sent to this teacher or member of staff. `?all=1` also shows what is answered; `?page=`.
    POST `homework` (its key) and `answer` answers one.
    """
    user = cast("User", request.user)
    problem, answered = "", None
    if request.method == "POST":
        key = request.POST.get("homework", "")
        row = answerable_by(user).filter(pk=key).first() if key.isdecimal() and len(key) < LONGEST_KEY else None
        if row is None:
            raise Http404
        try:
            answer_homework(homework=row, answer=request.POST.get("answer", ""), by=user)
        except Refusal as refusal:
            problem, answered = refusal.sentence, row.pk
        else:
            return redirect(f"{request.path}?done=1")
    shows_all = "all" in request.GET
    rows = answerable_by(user)
    page = Paginator(rows if shows_all else rows.filter(state=HomeworkState.SENT), PER_PAGE).get_page(
        request.GET.get("page")
    )
    context = {
        "page": page,
        "shows_all": shows_all,
        "problem": problem,
        "problem_pk": answered,
        "typed": request.POST.get("answer", ""),
        "just_answered": "done" in request.GET and not problem,
    }
    return render(request, "courses/homework_inbox.html", context, status=422 if problem else 200)


@require_GET
def picture(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The photograph, for those who may see it; to all others it isn't there."""
    row = Homework.objects.filter(pk=pk).first()
    if row is None or not may_see(request.user, row):
        raise Http404
    try:
        response = FileResponse(row.picture.open("rb"), content_type="image/jpeg")
    except FileNotFoundError as error:
        raise Http404 from error
    response["Cache-Control"] = "private, no-store"
    return cast("HttpResponseBase", response)
