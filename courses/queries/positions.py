"""Where a person stopped, and what there is to go on with."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from accounts.access import Viewer
from accounts.models import User
from courses.models import Lesson, WatchPosition
from courses.queries.showing import Showing, show


@dataclass(frozen=True)
class Continuation:
    """A lesson begun and not finished. `left` in seconds, `percent` of the lesson watched."""

    lesson: Lesson
    seconds: float
    left: float | None
    percent: int
    showing: Showing


def is_finished(seconds: float, duration: float | None) -> bool:
    """Whether so little is left (a twentieth, and at least 3 s) that the lesson counts as watched to the end."""
    return bool(duration) and duration - seconds <= max(3.0, duration / 20)  # type: ignore[operator]


def positions_of(viewer: Viewer, lessons: Iterable[Lesson]) -> dict[int, float]:
    """Lesson id → seconds, for the lessons this person has begun. Empty for someone not signed in."""
    if not isinstance(viewer, User):
        return {}
    found = WatchPosition.objects.filter(user=viewer, lesson__in=[lesson.pk for lesson in lessons if lesson.pk])
    return dict(found.values_list("lesson_id", "seconds"))


def continuations(viewer: Viewer, *, most: int = 6) -> list[Continuation]:
    """Lessons of this person that are begun, public and not finished, the latest watched first."""
    if not isinstance(viewer, User):
        return []
    begun = (
        WatchPosition.objects.filter(
            user=viewer,
            lesson__live=True,
            lesson__course__live=True,
            lesson__media__source__playable_at__isnull=False,
        )
        .select_related("lesson__course", "lesson__media__source")
        .order_by("-watched_at")
    )
    found: list[Continuation] = []
    for position in begun.iterator(chunk_size=50):
        lesson = position.lesson
        showing = show(lesson.media, members_only=lesson.is_members_only)
        if is_finished(position.seconds, showing.duration):
            continue
        share = position.seconds / showing.duration if showing.duration else 0.0
        left = showing.duration - position.seconds if showing.duration else None
        found.append(Continuation(lesson, position.seconds, left, min(100, round(share * 100)), showing))
        if len(found) == most:
            break
    return found


def my_lessons(user: User) -> dict[str, Any]:
    """The courses' part of a person's own page."""
    return {"continuations": continuations(user)}
