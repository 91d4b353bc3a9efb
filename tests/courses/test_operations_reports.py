"""Taking in reports: by ticket alone, once, and never half."""

from __future__ import annotations

import datetime as dt
import threading
from unittest import mock

import pytest
import time_machine
from django.db import IntegrityError, OperationalError, connection, connections, transaction
from django.test.utils import CaptureQueriesContext

from courses.errors import PageTooOld, ReportDiffers, ReportNotKept, ReportRefused, TicketRefused
from courses.models import PlayedReport
from courses.operations import reports
from courses.operations.reports import receive_report
from courses.tickets import LIFETIME
from tests.accounts.factories import UserFactory
from tests.courses.watching import Screen, a_lesson

pytestmark = pytest.mark.django_db
NOON = dt.datetime(2026, 11, 2, 4, 0, tzinfo=dt.UTC)


@pytest.fixture
def moment():
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def screen(moment) -> Screen:
    opened = Screen(UserFactory(), a_lesson())
    moment.shift(60)
    return opened


def test_a_report_is_kept_as_it_was_said_for_the_person_of_the_ticket(screen):
    assert screen.report((1, 31, 0, 30), place=(30, 31)) == 60_000
    row = PlayedReport.objects.get()
    assert (row.user_pk, row.lesson_pk, row.media_pk) == (screen.user.pk, screen.lesson.pk, screen.lesson.media_id)
    assert row.stretches == [[1000, 31_000, 0, 30_000]]
    assert (row.place_ms, row.place_at_ms) == (30_000, 31_000)
    assert (row.opened_at, row.received_at) == (NOON, NOON + dt.timedelta(seconds=60))


def test_keeping_reads_neither_user_nor_lesson(screen):
    said = screen.said((1, 31, 0, 30))
    with CaptureQueriesContext(
        connection,
    ) as queries:
        receive_report(ticket=screen.ticket, sent=said)
    tables = [query["sql"] for query in queries if "SAVEPOINT" not in query["sql"]]
    assert len(tables) == 2
    assert all('"courses_playedreport"' in sql for sql in tables)
    assert not any("accounts_user" in sql or "courses_lesson" in sql for sql in tables)


def test_the_same_report_again_is_kept_once_however_late_it_comes(screen, moment):
    said = screen.said((1, 31, 0, 30))
    receive_report(ticket=screen.ticket, sent=said)
    moment.shift(3600)
    assert receive_report(ticket=screen.ticket, sent=said) == 3_660_000
    assert PlayedReport.objects.count() == 1


def test_another_report_with_the_same_key_is_refused_and_the_first_stands(screen):
    screen.report((1, 31, 0, 30))
    screen.seq = 0
    with pytest.raises(ReportDiffers, match="以先收到的为准"):
        screen.report((1, 31, 30, 60))
    assert PlayedReport.objects.get().stretches == [[1000, 31_000, 0, 30_000]]


def test_the_key_of_one_person_does_not_stand_in_the_way_of_another(screen):
    other = Screen(UserFactory(), screen.lesson, opened_at=NOON, session=screen.session)
    screen.report((1, 31, 0, 30))
    other.report((1, 31, 30, 60))
    assert PlayedReport.objects.count() == 2


@pytest.mark.parametrize(
    "spoil", [lambda t: t[:-1], lambda t: "x" + t, lambda t: "", lambda t: t.split(":")[0], lambda t: "a:b"]
)
def test_a_ticket_that_is_not_ours_is_refused(screen, spoil):
    with pytest.raises(TicketRefused, match="没有记上"):
        receive_report(ticket=spoil(screen.ticket), sent=screen.said((1, 31, 0, 30)))
    assert not PlayedReport.objects.exists()


def test_a_ticket_of_another_kind_of_ours_is_refused(screen):
    from django.core.signing import Signer

    with pytest.raises(TicketRefused):
        receive_report(ticket=Signer(salt="else").sign_object([1, 2, 3, 4]), sent=screen.said((1, 31, 0, 30)))


def test_a_page_that_was_open_for_a_week_is_too_old(screen, moment):
    said = screen.said((1, 31, 0, 30))
    moment.move_to(NOON + LIFETIME)
    receive_report(ticket=screen.ticket, sent=said)
    moment.shift(1)
    with pytest.raises(PageTooOld, match="刷新页面"):
        receive_report(ticket=screen.ticket, sent=screen.said((31, 61, 30, 60)))
    assert PlayedReport.objects.count() == 1


def test_time_that_has_not_passed_is_not_taken(screen):
    with pytest.raises(ReportRefused, match="没有记上"):
        screen.report((0, 3600, 0, 3600))
    screen.report((0, 64, 0, 64))
    assert PlayedReport.objects.get().stretches == [[0, 60_000, 0, 60_000]]


def test_a_server_whose_clock_is_a_little_behind_takes_no_time_and_breaks_nothing(screen, moment):
    moment.move_to(NOON - dt.timedelta(seconds=2))
    assert screen.report((0, 1, 0, 1), place=(1, 1)) == 0
    assert PlayedReport.objects.get().stretches == []


def test_a_report_that_says_nothing_writes_nothing(screen, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert screen.report() == 60_000


def test_a_database_that_cannot_write_says_send_it_again(screen):
    with (
        mock.patch.object(PlayedReport.objects, "bulk_create", side_effect=OperationalError("disk full")),
        pytest.raises(ReportNotKept, match="自动再记"),
    ):
        screen.report((1, 31, 0, 30))
    assert not PlayedReport.objects.exists()


@pytest.mark.parametrize("fields", [{"seq": 0}, {"place_ms": 5}, {"received_at": NOON - dt.timedelta(seconds=1)}])
def test_the_database_refuses_a_row_that_cannot_be(moment, fields):
    row = {
        "user_pk": 1,
        "lesson_pk": 1,
        "media_pk": 1,
        "session": "a" * 32,
        "seq": 1,
        "digest": "d",
        "opened_at": NOON,
        "received_at": NOON,
        "stretches": [],
        **fields,
    }
    with pytest.raises(IntegrityError), transaction.atomic():
        PlayedReport.objects.create(**row)


@pytest.mark.django_db(transaction=True)
def test_many_at_once_share_transactions_and_each_is_kept(settings):
    """Twelve threads of one web process; what they send goes in a few transactions, each report once."""
    settings.PROGRESS_LINGER, settings.PROGRESS_BATCH = 5.0, 12
    lesson = a_lesson()
    opened_at = dt.datetime.now(dt.UTC) - dt.timedelta(minutes=5)
    screens = [Screen(UserFactory(), lesson, opened_at=opened_at) for _ in range(12)]
    batches: list[int] = []
    write = reports._write

    def counted(rows):
        batches.append(len(rows))
        return write(rows)

    errors: list[BaseException] = []

    def watch(screen: Screen) -> None:
        try:
            screen.report((1, 31, 0, 30))
        except BaseException as error:
            errors.append(error)
        finally:
            connections.close_all()

    with mock.patch.object(reports._inbox, "_write", counted):
        threads = [threading.Thread(target=watch, args=[screen]) for screen in screens]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
    assert errors == []
    assert batches == [12]
    assert set(PlayedReport.objects.values_list("user_pk", flat=True)) == {screen.user.pk for screen in screens}
