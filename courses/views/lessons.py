"""The list of courses, a course, a lesson, and how media stand that are being made."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_safe

from courses.models import Course
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
    """One lesson. `?from=start` begins it anew, as 从头看 does; `?at=720` at a place (the player reads it itself)."""
    found = lesson_or_404(slug, number)
    context = lessons.lesson_page(lesson=found, viewer=request.user)
    if request.GET.get("from") == "start":
        context["position"] = 0
    return render(request, "courses/lesson.html", context)


@require_GET
@never_cache
def making(request: HttpRequest) -> JsonResponse:
    """How media shown as being made stand now: `?m=KEY&m=KEY` → `{KEY: {plays, busy, sentence, percent}}`.

    Keys that are no UUID, or unknown, are left out.
    """
    return JsonResponse(showing.progress_of(request.GET.getlist("m")[:MOST_KEYS]))
