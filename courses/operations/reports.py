"""Taking in what players report: checked without a query, kept many at a time, counted later (ADR 0011)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import structlog
from django.conf import settings
from django.db import DatabaseError, transaction

from core import clock
from courses.batching import GroupCommit
from courses.errors import PageTooOld, ReportDiffers, ReportNotKept, ReportRefused, TicketRefused
from courses.measuring.reports import Unreadable, packed, read_report
from courses.models import PlayedReport
from courses.tickets import LIFETIME, TicketInvalid, read_ticket

log = structlog.get_logger(__name__)
MILLISECOND = dt.timedelta(milliseconds=1)


def receive_report(*, ticket: str, sent: Any) -> int:
    """Keep one heartbeat for the person and lesson of `ticket`; `sent` as `read_report` describes it.

    When this returns, the report is committed. A report that is known already is kept as it is. Returns the ms since
    the page was opened, by which a player sets a clock that slept. Raises `TicketRefused`, `PageTooOld`,
    `ReportRefused`, `ReportDiffers` and `ReportNotKept`.
    """
    try:
        known = read_ticket(ticket)
    except TicketInvalid as error:
        raise TicketRefused("没有认出这个页面，学习时间没有记上。请刷新页面再看。") from error
    present = clock.now()
    if present - known.opened_at > LIFETIME:
        raise PageTooOld("这个页面打开太久了，后面的学习时间没有记上。请刷新页面再看。")
    elapsed = max(0, (present - known.opened_at) // MILLISECOND)
    try:
        report = read_report(sent, elapsed=elapsed)
    except Unreadable as error:
        log.info("report refused", reason=str(error), lesson=known.lesson_pk)
        raise ReportRefused("收到的学习记录不对，没有记上。请刷新页面再看。") from error
    if not report.stretches and report.place is None:
        return elapsed
    row = PlayedReport(
        user_pk=known.user_pk,
        lesson_pk=known.lesson_pk,
        media_pk=known.media_pk,
        session=report.session,
        seq=report.seq,
        digest=report.digest,
        opened_at=known.opened_at,
        received_at=max(present, known.opened_at),
        stretches=packed(report.stretches),
        place_ms=report.place.media if report.place else None,
        place_at_ms=report.place.wall if report.place else None,
    )
    try:
        stands = _inbox.submit(row, linger=settings.PROGRESS_LINGER, most=settings.PROGRESS_BATCH)
    except DatabaseError as error:
        log.warning("reports not kept", error=str(error))
        raise ReportNotKept("学习记录暂时没有记上，过一会儿会自动再记。") from error
    if not stands:
        raise ReportDiffers("这一段学习记录已经有了，以先收到的为准。")
    return elapsed


def _write(rows: Sequence[PlayedReport]) -> list[bool]:
    """Insert what is new. For each row, whether what stands under its key says the same."""
    with transaction.atomic():
        PlayedReport.objects.bulk_create(rows, ignore_conflicts=True)
    standing = {
        (user_pk, session, seq): digest
        for user_pk, session, seq, digest in PlayedReport.objects.filter(
            user_pk__in={row.user_pk for row in rows},
            session__in={row.session for row in rows},
            seq__in={row.seq for row in rows},
        ).values_list("user_pk", "session", "seq", "digest")
    }
    # One that is gone already was counted in between, and what is counted stands.
    return [standing.get((row.user_pk, row.session, row.seq), row.digest) == row.digest for row in rows]


_inbox: GroupCommit[PlayedReport, bool] = GroupCommit(_write)
