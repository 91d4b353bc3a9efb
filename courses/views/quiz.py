"""A lesson's questions, one a page, with answers as large buttons. Works without a script."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.acting import acting_of
from courses.errors import QuizRefused
from courses.models import Lesson
from courses.operations.quiz import answer_question
from courses.queries import quiz as reading
from courses.views.finding import lesson_or_404


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def quiz(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """`?n=2` is the second question; without it, the first one not answered. POST `n`, `choice` (from 0) answers.

    People not signed in can try, and nothing is kept.
    """
    lesson = lesson_or_404(slug, number)
    questions = reading.questions_of(lesson)
    if not questions or (lesson.is_members_only and not request.user.is_authenticated):
        return redirect(lesson)
    if request.method == "POST":
        return _answer(request, lesson, questions)
    attempt = reading.open_attempt(request.user, lesson)
    finished = reading.last_finished(request.user, lesson)
    asked = _number(request.GET.get("n"))
    if asked is None:
        if attempt is None and finished is not None and "again" not in request.GET:
            return redirect("courses:quiz-result", slug=slug, number=number)
        asked = reading.next_question(questions, attempt).number
    elif attempt is None and finished is not None and "again" not in request.GET:
        attempt = finished  # the last answer finished it: its page still says whether it was right
    page = reading.page_of(questions, number=asked, attempt=attempt)
    if page is None:
        return redirect(_address(lesson))
    return _show(request, lesson, page)


def _answer(request: HttpRequest, lesson: Lesson, questions: list[reading.Question]) -> HttpResponse:
    asked, choice = _number(request.POST.get("n")), _number(request.POST.get("choice"))
    page = reading.page_of(questions, number=asked or 0, attempt=None)
    if page is None or choice is None:
        return _show(request, lesson, reading.QuizPage(questions[0], len(questions), None), "请点一个答案。", 422)
    if not request.user.is_authenticated:
        if choice >= len(page.question.choices):
            return redirect(_address(lesson))
        return _show(request, lesson, reading.QuizPage(page.question, page.total, choice))
    acting = acting_of(request)
    try:
        answer_question(
            person=acting.person, lesson=lesson, number=page.question.number, choice=choice, acted_by=acting.acted_by
        )
    except QuizRefused as refusal:
        return _show(request, lesson, page, refusal.sentence, 422)
    return redirect(f"{_address(lesson)}?n={page.question.number}")


def _show(
    request: HttpRequest, lesson: Lesson, page: reading.QuizPage, problem: str = "", status: int = 200
) -> HttpResponse:
    context: dict[str, Any] = {"lesson": lesson, "course": lesson.course, "page": page, "problem": problem}
    return render(request, "courses/quiz.html", context, status=status)


@never_cache
@require_http_methods(["GET", "HEAD"])
def result(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """How the last finished go went; for people not signed in, that it is over."""
    lesson = lesson_or_404(slug, number)
    finished = reading.last_finished(request.user, lesson)
    if not reading.questions_of(lesson) or (request.user.is_authenticated and finished is None):
        return redirect(lesson)
    context = {"lesson": lesson, "course": lesson.course, "attempt": finished}
    return render(request, "courses/quiz_result.html", context)


def _address(lesson: Lesson) -> str:
    return reverse("courses:quiz", args=[lesson.course.slug, lesson.number])


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 4 else None
