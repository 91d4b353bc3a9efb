"""The accounts of many people at once, read from rows and brought up to date by reports that aren't counted yet.

Pages read through this too: what a person has just watched shows at once, and reading writes nothing.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import Q
from django.utils import timezone

from courses.measuring.finishing import RULE, stand
from courses.measuring.intervals import Intervals, tidy
from courses.measuring.ledger import DayAccount, LessonAccount, LessonShare, credit, split_by_day
from courses.measuring.reports import unpacked
from courses.models import Lesson, LessonProgress, PlayedReport, StudyDay, WatchPosition

MILLISECOND = dt.timedelta(milliseconds=1)


@dataclass
class LessonFolio:
    """One person's account of one lesson, and whether it is finished. `newly` when these reports finished it."""

    account: LessonAccount = field(default_factory=LessonAccount)
    media_pk: int | None = None
    finished_at: dt.datetime | None = None
    rule_version: int | None = None
    finished_by_hand: bool = False
    newly: bool = False


@dataclass
class Ledgers:
    """Accounts by (user id, lesson id) and (user id, day); places as (seconds, watched at)."""

    lessons: dict[tuple[int, int], LessonFolio] = field(default_factory=dict)
    days: dict[tuple[int, dt.date], DayAccount] = field(default_factory=dict)
    places: dict[tuple[int, int], tuple[float, dt.datetime]] = field(default_factory=dict)
    shown: dict[int, tuple[int | None, float | None]] = field(default_factory=dict)
    """Lesson id → (media id, duration in seconds) of the lessons that exist."""
    moved: set[tuple[int, int]] = field(default_factory=set)
    """Places that the reports changed."""

    def post(self, report: PlayedReport) -> None:
        """Count one report. One that was counted before, or whose lesson is gone, changes nothing."""
        if report.lesson_pk not in self.shown:
            return
        media_pk, duration = self.shown[report.lesson_pk]
        key = (report.user_pk, report.lesson_pk)
        folio = self.lessons.setdefault(key, LessonFolio())
        if folio.account.has_heard(report.session, report.seq):
            return
        same_media = report.media_pk == media_pk
        if same_media and folio.media_pk != media_pk:
            # A new film: what was seen of the old one says nothing of it.
            folio.media_pk = media_pk
            folio.account.covered, folio.account.played = (), 0
        midnight, day_one = _midnight(report.opened_at)
        since_midnight = (report.opened_at - midnight) // MILLISECOND
        for stretch in unpacked(report.stretches):
            for number, part in split_by_day(stretch.later(since_midnight)):
                day = self.days.setdefault((report.user_pk, day_one + dt.timedelta(days=number)), DayAccount())
                credit(day, folio.account, report.lesson_pk, part, same_media=same_media)
        folio.account.hear(report.session, report.seq)
        if folio.finished_at is None and stand(folio.account.covered, round((duration or 0) * 1000)).fulfils:
            folio.finished_at, folio.rule_version, folio.newly = report.received_at, RULE.version, True
        if same_media:
            self._move(report, key, duration)

    def _move(self, report: PlayedReport, key: tuple[int, int], duration: float | None) -> None:
        """A place watched later replaces an earlier one, whichever device is heard first."""
        if report.place_ms is None or report.place_at_ms is None:
            return
        watched_at = report.opened_at + report.place_at_ms * MILLISECOND
        if key not in self.places or self.places[key][1] < watched_at:
            seconds = report.place_ms / 1000
            self.places[key] = (min(seconds, duration) if duration else seconds, watched_at)
            self.moved.add(key)


def _midnight(instant: dt.datetime) -> tuple[dt.datetime, dt.date]:
    """The midnight before `instant` in Asia/Shanghai, and the day that begins there."""
    local = timezone.localtime(instant)
    return local.replace(hour=0, minute=0, second=0, microsecond=0), local.date()


def ledgers_for(reports: Sequence[PlayedReport]) -> Ledgers:
    """The accounts that `reports` touch, as the rows have them: five queries, however many people there are."""
    ledgers = Ledgers(shown=_shown({report.lesson_pk for report in reports}))
    people_of: dict[int, set[int]] = defaultdict(set)
    on_day: dict[dt.date, set[int]] = defaultdict(set)
    for report in reports:
        if report.lesson_pk in ledgers.shown:
            people_of[report.lesson_pk].add(report.user_pk)
            for day in _days_of(report):
                on_day[day].add(report.user_pk)
    pairs = Q(pk__in=[])
    for lesson_pk, people in people_of.items():
        pairs |= Q(lesson_id=lesson_pk, user_id__in=people)
    for progress in LessonProgress.objects.filter(pairs):
        ledgers.lessons[progress.user_id, progress.lesson_id] = folio_of(progress)
    for place in WatchPosition.objects.filter(pairs):
        ledgers.places[place.user_id, place.lesson_id] = (place.seconds, place.watched_at)
    days = Q(pk__in=[])
    for day, people in on_day.items():
        days |= Q(day=day, user_id__in=people)
    for row in StudyDay.objects.filter(days):
        ledgers.days[row.user_id, row.day] = account_of(row)
    return ledgers


def _shown(lesson_pks: Iterable[int]) -> dict[int, tuple[int | None, float | None]]:
    rows = Lesson.objects.filter(pk__in=set(lesson_pks)).values_list("pk", "media_id", "media__source__duration")
    return {pk: (media_pk, duration) for pk, media_pk, duration in rows}


def _days_of(report: PlayedReport) -> set[dt.date]:
    midnight, day_one = _midnight(report.opened_at)
    since = (report.opened_at - midnight) // MILLISECOND
    numbers = {number for stretch in unpacked(report.stretches) for number, _ in split_by_day(stretch.later(since))}
    return {day_one + dt.timedelta(days=number) for number in numbers}


def folio_of(progress: LessonProgress) -> LessonFolio:
    """What a row says."""
    return LessonFolio(
        account=LessonAccount(
            covered=tidy(progress.covered),
            played=progress.played_ms,
            heard=[(session, tidy(numbers)) for session, numbers in progress.heard],
        ),
        media_pk=progress.media_pk,
        finished_at=progress.finished_at,
        rule_version=progress.rule_version,
        finished_by_hand=progress.finished_by_hand,
    )


def account_of(row: StudyDay) -> DayAccount:
    """What a row says."""
    shares = {int(pk): LessonShare(tidy(covered), played) for pk, (covered, played) in row.lessons.items()}
    return DayAccount(taken=tidy(row.taken), lessons=shares)


def listed(intervals: Intervals) -> list[list[int]]:
    """As JSON columns keep them."""
    return [[start, end] for start, end in intervals]


def is_readable(report: PlayedReport) -> bool:
    """Whether its stretches are what `packed` writes; anything else came by another way than our door."""
    try:
        stretches = unpacked(report.stretches)
    except (TypeError, ValueError):
        return False
    return all(0 <= one.wall_start < one.wall_end and 0 <= one.media_start <= one.media_end for one in stretches)


def pending_of(user_pk: int) -> list[PlayedReport]:
    """Reports of one person that aren't counted yet, in the order they came."""
    rows = PlayedReport.objects.filter(user_pk=user_pk, trouble="").order_by("pk")
    return [report for report in rows if is_readable(report)]


def present_ledgers(user_pk: int) -> Ledgers:
    """What one person's reports that aren't counted yet will make of the accounts they touch; usually empty."""
    reports = pending_of(user_pk)
    if not reports:
        return Ledgers()
    ledgers = ledgers_for(reports)
    for report in reports:
        ledgers.post(report)
    return ledgers
