"""What there is to go on with."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef

from accounts.access import Viewer
from accounts.models import User
from core import clock
from courses.models import Lesson, LessonProgress, WatchPosition
from courses.queries.ledgers import Ledgers, present_ledgers
from courses.queries.progress import HowFar, progress_of, study_time
from courses.queries.showing import Showing, show

LOOKED_AT = 40
"""How many lessons, the latest watched first, are looked through for some to go on with."""


@dataclass(frozen=True)
class Continuation:
    """A lesson begun and not finished. `left` in seconds, `percent` of the lesson watched."""

    lesson: Lesson
    seconds: float
    left: float | None
    percent: int
    showing: Showing


def is_at_end(seconds: float, duration: float | None) -> bool:
    """Whether so little is left (a twentieth, and at least 3 s) that going on from there makes no sense."""
    return bool(duration) and duration - seconds <= max(3.0, duration / 20)  # type: ignore[operator]


def place_to_go_on(how_far: HowFar, duration: float | None) -> float:
    """Where to go on, in seconds: where the person stopped; after the end, the first part that was never played."""
    if not is_at_end(how_far.place, duration):
        return how_far.place
    if how_far.finished or not how_far.missing:
        return 0.0
    return how_far.missing[0][0]


def continuations(viewer: Viewer, *, most: int = 6, present: Ledgers | None = None) -> list[Continuation]:
    """Lessons of this person that are begun, public and not finished, the latest watched first.

    `present`: what `present_ledgers` said, if it was asked already.
    """
    if not isinstance(viewer, User):
        return []
    if present is None:
        present = present_ledgers(viewer.pk)
    done = LessonProgress.objects.filter(user=viewer, lesson=OuterRef("lesson"), finished_at__isnull=False)
    latest = (
        WatchPosition.objects.filter(~Exists(done), user=viewer, lesson__live=True, lesson__course__live=True)
        .order_by("-watched_at")
        .values_list("lesson_id", flat=True)[:LOOKED_AT]
    )
    lessons = Lesson.objects.filter(
        pk__in=[*latest, *(lesson_pk for _, lesson_pk in present.places)],
        live=True,
        course__live=True,
        media__source__playable_at__isnull=False,
    ).select_related("course", "media__source")
    by_pk = {lesson.pk: lesson for lesson in lessons}
    states = progress_of(viewer, by_pk.values(), present=present)
    begun = [(state.watched_at, pk) for pk, state in states.items() if state.watched_at and not state.finished]
    return [_continuation(by_pk[pk], states[pk]) for _, pk in sorted(begun, reverse=True)[:most]]


def _continuation(lesson: Lesson, how_far: HowFar) -> Continuation:
    showing = show(lesson.media, members_only=lesson.is_members_only)
    seconds = place_to_go_on(how_far, showing.duration)
    share = seconds / showing.duration if showing.duration else 0.0
    left = showing.duration - seconds if showing.duration else None
    return Continuation(lesson, seconds, left, min(100, round(share * 100)), showing)


def my_lessons(user: User) -> dict[str, Any]:
    """The courses' part of a person's own page."""
    today, present = clock.today(), present_ledgers(user.pk)
    return {
        "continuations": continuations(user, present=present),
        "studied": study_time(user, today.replace(day=1), today + dt.timedelta(days=1), present=present),
    }
