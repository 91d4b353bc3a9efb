"""The list of courses, a course, a lesson, and the place a player reports."""

from __future__ import annotations

import json

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST, require_safe

from courses.errors import PositionRefused
from courses.models import Course, Lesson
from courses.operations.positions import record_position
from courses.queries import catalogue, lessons, showing
from courses.views.finding import lesson_or_404

MOST_KEYS = 40
NARROWING = ("category", "tag", "form", "level")


@require_safe
def course_list(request: HttpRequest) -> HttpResponse:
    """All public courses; `?category=`, `?tag=`, `?form=` and `?level=` narrow them."""
    context = catalogue.list_page(**{name: request.GET.get(name, "") for name in NARROWING})
    return render(request, "courses/list.html", context)


@require_safe
def course(request: HttpRequest, slug: str) -> HttpResponse:
    """One course with its lessons."""
    try:
        found = catalogue.find_course(slug=slug)
    except Course.DoesNotExist as error:
        raise Http404 from error
    return render(request, "courses/course.html", catalogue.course_page(course=found, viewer=request.user))


@require_safe
def lesson(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """One lesson. `?from=start` begins it anew, as 从头看 does."""
    found = lesson_or_404(slug, number)
    context = lessons.lesson_page(lesson=found, viewer=request.user)
    if request.GET.get("from") == "start":
        context["position"] = 0
    return render(request, "courses/lesson.html", context)


@require_POST
def position(request: HttpRequest, slug: str, number: int) -> JsonResponse:
    """Keep the place in a lesson. In: JSON `{"seconds": 12.5, "watched_at": 1790000000000}` (ms since 1970).

    Out: the place that stands, `{"seconds", "watched_at", "kept"}` (`kept` is false when a newer one is known), or
    `{"error": sentence}` with 400, 403 or 404.
    """
    if not request.user.is_authenticated:
        return JsonResponse({"error": "请先登录，登录后会记住看到哪里。"}, status=403)
    try:
        sent = json.loads(request.body)
        seconds, watched_at = float(sent["seconds"]), float(sent["watched_at"])
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError):
        return JsonResponse({"error": "没有收到观看位置。"}, status=400)
    try:
        found = lessons.find_lesson(slug=slug, number=number)
        standing = record_position(user=request.user, lesson=found, seconds=seconds, watched_at_ms=watched_at)
    except Lesson.DoesNotExist:
        return JsonResponse({"error": "没有找到这一讲。"}, status=404)
    except PositionRefused as refusal:
        return JsonResponse({"error": refusal.sentence}, status=400)
    instant = standing.watched_at.timestamp() * 1000
    return JsonResponse({"seconds": standing.seconds, "watched_at": round(instant), "kept": instant <= watched_at + 1})


@require_GET
@never_cache
def making(request: HttpRequest) -> JsonResponse:
    """How media shown as being made stand now: `?m=KEY&m=KEY` → `{KEY: {plays, busy, sentence, percent}}`.

    Keys that are no UUID, or unknown, are left out.
    """
    return JsonResponse(showing.progress_of(request.GET.getlist("m")[:MOST_KEYS]))
