"""Rows that an address names, or 404."""

from __future__ import annotations

from django.http import Http404

from courses.models import Lesson
from courses.queries.lessons import find_lesson


def lesson_or_404(slug: str, number: int) -> Lesson:
    """A public lesson of a public course. Raises `Http404`."""
    try:
        return find_lesson(slug=slug, number=number)
    except Lesson.DoesNotExist as error:
        raise Http404 from error
