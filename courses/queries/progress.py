"""How far a person is in a lesson, and how long they studied."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Sum

from accounts.access import Viewer
from accounts.models import User
from core.templatetags.spoken import chinese_number
from courses.measuring.finishing import RULE, Standing, stand
from courses.models import Lesson, LessonProgress, StudyDay, WatchPosition
from courses.queries.ledgers import Ledgers, LessonFolio, folio_of, present_ledgers


@dataclass(frozen=True)
class HowFar:
    """One person and one lesson. Times in seconds.

    `credited`: study time, each part of the lesson once. `covered`: how much of the lesson was played; `percent` of
    it. `wanted`: how much has to be played for the lesson to count as finished; `lacking`: how much of that is still
    to come. `missing`: parts never played, (start, end). `place`: where the person stopped, at `watched_at`.
    """

    credited: float = 0.0
    covered: float = 0.0
    percent: int = 0
    wanted: float = 0.0
    lacking: float = 0.0
    missing: tuple[tuple[float, float], ...] = ()
    finished_at: dt.datetime | None = None
    finished_by_hand: bool = False
    place: float = 0.0
    watched_at: dt.datetime | None = None

    @property
    def finished(self) -> bool:
        return self.finished_at is not None

    @property
    def begun(self) -> bool:
        return bool(self.place or self.covered) and not self.finished


def progress_of(viewer: Viewer, lessons: Iterable[Lesson], *, present: Ledgers | None = None) -> dict[int, HowFar]:
    """Lesson id → how far this person is, for every one of `lessons` that is saved; their media's source should be
    loaded. What was reported a moment ago is in it. For someone not signed in, nothing is begun."""
    shown = {lesson.pk: lesson for lesson in lessons if lesson.pk}
    if not isinstance(viewer, User):
        return {pk: _how_far(lesson, None, None) for pk, lesson in shown.items()}
    if present is None:
        present = present_ledgers(viewer.pk)
    folios = {
        progress.lesson_id: folio_of(progress)
        for progress in LessonProgress.objects.filter(user=viewer, lesson__in=shown)
    }
    places = {
        lesson_pk: (seconds, watched_at)
        for lesson_pk, seconds, watched_at in WatchPosition.objects.filter(user=viewer, lesson__in=shown).values_list(
            "lesson_id", "seconds", "watched_at"
        )
    }
    folios |= {lesson_pk: folio for (_, lesson_pk), folio in present.lessons.items()}
    places |= {lesson_pk: place for (_, lesson_pk), place in present.places.items()}
    return {pk: _how_far(lesson, folios.get(pk), places.get(pk)) for pk, lesson in shown.items()}


def _how_far(lesson: Lesson, folio: LessonFolio | None, place: tuple[float, dt.datetime] | None) -> HowFar:
    duration = lesson.media.source.duration if lesson.media else None
    folio = folio or LessonFolio()
    covered = folio.account.covered if folio.media_pk == lesson.media_id else ()
    standing: Standing = stand(covered, round((duration or 0.0) * 1000))
    return HowFar(
        credited=folio.account.credited / 1000,
        covered=standing.seen / 1000,
        percent=min(100, round(standing.seen / duration / 10)) if duration else 0,
        wanted=standing.wanted / 1000,
        lacking=math.ceil(standing.lacking / 1000),
        missing=tuple((start / 1000, end / 1000) for start, end in standing.missing),
        finished_at=folio.finished_at,
        finished_by_hand=folio.finished_by_hand,
        place=place[0] if place else 0.0,
        watched_at=place[1] if place else None,
    )


def study_time(user: User, since: dt.date, until: dt.date, *, present: Ledgers | None = None) -> float:
    """Seconds studied from the day `since` to the day before `until`, also what was reported a moment ago.

    `present`: what `present_ledgers` said, if it was asked already.
    """
    if present is None:
        present = present_ledgers(user.pk)
    kept = StudyDay.objects.filter(user=user, day__gte=since, day__lt=until)
    total = kept.aggregate(total=Sum("credited_ms"))["total"] or 0
    fresh = {day: account for (_, day), account in present.days.items() if since <= day < until}
    if fresh:
        total -= kept.filter(day__in=fresh).aggregate(total=Sum("credited_ms"))["total"] or 0
        total += sum(account.credited for account in fresh.values())
    return total / 1000


def rule_sentence() -> str:
    """The rule for finishing, in the words of the page."""
    return f"一讲看过{chinese_number(RULE.percent // 10)}成，就算学完"
