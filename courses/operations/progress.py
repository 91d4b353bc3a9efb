"""Counting reports: many people's at a time, in few statements, each exactly once (ADR 0011)."""

from __future__ import annotations

import datetime as dt

import structlog
from django.conf import settings
from django.db import transaction

from accounts.models import User
from core import clock
from courses.measuring.intervals import measure
from courses.models import Lesson, LessonProgress, PlayedReport, StudyDay, WatchPosition
from courses.queries.ledgers import Ledgers, is_readable, ledgers_for, listed
from courses.signals import lesson_finished

log = structlog.get_logger(__name__)
PEOPLE_AT_ONCE = 500


def count_reports(*, wait: float | None = None, rounds: int = 200) -> int:
    """Count every report of each person whose oldest one is `wait` seconds old (`PROGRESS_COUNT_AFTER`), at most
    `rounds` times 500 people. Returns how many reports were counted.

    Safe to run at any time, by several at once: a person's account is under lock while it is worked on, and reports
    are deleted in the transaction that counts them. A worker that dies in between leaves everything as it was.
    """
    before = clock.now() - dt.timedelta(seconds=settings.PROGRESS_COUNT_AFTER if wait is None else wait)
    counted = 0
    for _ in range(rounds):
        done = _count_some(before)
        if not done:
            break
        counted += done
    return counted


@transaction.atomic
def _count_some(before: dt.datetime) -> int:
    """One transaction: everything that at most 500 people have in the inbox."""
    due = PlayedReport.objects.filter(received_at__lte=before, trouble="").order_by("pk")
    people = set(due.values_list("user_pk", flat=True)[: PEOPLE_AT_ONCE * 4])
    people = set(sorted(people)[:PEOPLE_AT_ONCE])
    if not people:
        return 0
    # Always in the same order, so that two that count at once wait for each other and never in a circle.
    known = set(
        User.objects.select_for_update(no_key=True).filter(pk__in=people).order_by("pk").values_list("pk", flat=True)
    )
    reports = list(PlayedReport.objects.filter(user_pk__in=people, trouble="").order_by("pk"))
    # One row that nobody can read must not keep all the others waiting for ever.
    spoilt = [report.pk for report in reports if not is_readable(report)]
    if spoilt:
        log.error("reports set aside", reports=spoilt)
        PlayedReport.objects.filter(pk__in=spoilt).update(trouble="unreadable")
    sound = [report for report in reports if report.pk not in set(spoilt)]
    theirs = [report for report in sound if report.user_pk in known]
    ledgers = ledgers_for(theirs)
    for report in theirs:
        ledgers.post(report)
    _save(ledgers)
    PlayedReport.objects.filter(pk__in=[report.pk for report in sound]).delete()
    return len(reports)


def _save(ledgers: Ledgers) -> None:
    """Write the accounts back: one statement a table."""
    present = clock.now()
    LessonProgress.objects.bulk_create(
        [
            LessonProgress(
                user_id=user_pk,
                lesson_id=lesson_pk,
                media_pk=folio.media_pk,
                covered=listed(folio.account.covered),
                covered_ms=measure(folio.account.covered),
                played_ms=folio.account.played,
                credited_ms=folio.account.credited,
                heard=[[session, listed(numbers)] for session, numbers in folio.account.heard],
                finished_at=folio.finished_at,
                rule_version=folio.rule_version,
                finished_by_hand=folio.finished_by_hand,
                counted_at=present,
            )
            for (user_pk, lesson_pk), folio in ledgers.lessons.items()
        ],
        update_conflicts=True,
        unique_fields=["user", "lesson"],
        update_fields=[
            *("media_pk", "covered", "covered_ms", "played_ms", "credited_ms", "heard"),
            *("finished_at", "rule_version", "counted_at"),
        ],
    )
    StudyDay.objects.bulk_create(
        [
            StudyDay(
                user_id=user_pk,
                day=day,
                taken=listed(account.taken),
                lessons={
                    str(lesson_pk): [listed(share.covered), share.played]
                    for lesson_pk, share in account.lessons.items()
                },
                credited_ms=account.credited,
            )
            for (user_pk, day), account in ledgers.days.items()
        ],
        update_conflicts=True,
        unique_fields=["user", "day"],
        update_fields=["taken", "lessons", "credited_ms"],
    )
    WatchPosition.objects.bulk_create(
        [
            WatchPosition(
                user_id=key[0], lesson_id=key[1], seconds=ledgers.places[key][0], watched_at=ledgers.places[key][1]
            )
            for key in sorted(ledgers.moved)
        ],
        update_conflicts=True,
        unique_fields=["user", "lesson"],
        update_fields=["seconds", "watched_at"],
    )
    for (user_pk, lesson_pk), folio in ledgers.lessons.items():
        if folio.newly and folio.finished_at is not None:
            announce(user_pk=user_pk, lesson_pk=lesson_pk, finished_at=folio.finished_at)


def announce(*, user_pk: int, lesson_pk: int, finished_at: dt.datetime) -> None:
    """Tell those who registered, once it is committed. What they miss they find in the rows."""
    transaction.on_commit(
        lambda: lesson_finished.send_robust(
            sender=Lesson, user_pk=user_pk, lesson_pk=lesson_pk, finished_at=finished_at
        )
    )
