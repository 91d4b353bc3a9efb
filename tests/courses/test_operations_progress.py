"""Counting reports: once, in few statements, and nothing is taken back."""

from __future__ import annotations

import datetime as dt
import threading
from typing import Any
from unittest import mock

import pytest
import time_machine
from django.db import IntegrityError, connections, transaction

from courses.measuring.finishing import RULE
from courses.models import LessonProgress, PlayedReport, StudyDay, WatchPosition
from courses.operations import progress
from courses.operations.progress import count_reports
from courses.operations.reports import receive_report
from courses.signals import lesson_finished
from tests.accounts.factories import UserFactory
from tests.courses.watching import Screen, a_lesson
from tests.media_pipeline.factories import MediaAssetFactory, SourceFactory

pytestmark = pytest.mark.django_db
NOON = dt.datetime(2026, 11, 2, 4, 0, tzinfo=dt.UTC)
TODAY = dt.date(2026, 11, 2)


@pytest.fixture
def moment():
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def senior(moment):
    return UserFactory()


@pytest.fixture
def finished():
    heard: list[dict[str, Any]] = []

    def listen(**said: Any) -> None:
        heard.append({name: said[name] for name in ("user_pk", "lesson_pk", "finished_at")})

    lesson_finished.connect(listen)
    yield heard
    lesson_finished.disconnect(listen)


def seconds(milliseconds: int) -> float:
    return milliseconds / 1000


def test_what_was_played_becomes_credit_study_time_and_a_place(senior, moment):
    screen = Screen(senior, a_lesson())
    moment.shift(100)
    screen.report((0, 30, 0, 30), place=(30, 30))
    screen.report((30, 50, 30, 50), (55, 65, 100, 110), place=(110, 65))
    assert count_reports(wait=0) == 2
    kept = LessonProgress.objects.get()
    assert kept.covered == [[0, 50_000], [100_000, 110_000]]
    assert (seconds(kept.covered_ms), seconds(kept.played_ms), seconds(kept.credited_ms)) == (60, 60, 60)
    day = StudyDay.objects.get()
    assert (day.day, seconds(day.credited_ms)) == (TODAY, 60)
    place = WatchPosition.objects.get()
    assert (place.seconds, place.watched_at) == (110, NOON + dt.timedelta(seconds=65))
    assert not PlayedReport.objects.exists()


def test_counting_twice_and_hearing_it_again_change_nothing(senior, moment):
    screen = Screen(senior, a_lesson())
    moment.shift(100)
    said = screen.said((0, 30, 0, 30), place=(30, 30))
    for _ in range(3):
        receive_report(ticket=screen.ticket, sent=said)
        count_reports(wait=0)
        moment.shift(500)
    changed = {**said, "played": [[30_000, 60_000, 30_000, 60_000]]}
    receive_report(ticket=screen.ticket, sent=changed)
    count_reports(wait=0)
    assert LessonProgress.objects.get().covered == [[0, 30_000]]
    assert StudyDay.objects.get().credited_ms == 30_000


def test_two_devices_at_once_are_counted_once(senior, moment):
    first, second = Screen(senior, a_lesson()), Screen(senior, a_lesson())
    moment.shift(700)
    first.report((0, 600, 0, 600))
    second.report((0, 600, 0, 600))
    count_reports(wait=0)
    assert StudyDay.objects.get().credited_ms == 600_000
    assert LessonProgress.objects.get(lesson=first.lesson).finished_at is not None
    later = LessonProgress.objects.get(lesson=second.lesson)
    assert (later.covered, later.finished_at) == ([], None)


def test_no_speed_and_no_number_of_pages_beats_the_clock(senior, moment):
    """A script reports everything it can think of; an hour gives at most an hour, and at most two hours of film."""
    screens = [Screen(senior, a_lesson(duration=7200.0)) for _ in range(4)]
    moment.shift(3600)
    for at, screen in enumerate(screens):
        screen.report((0, 3600, 0, 7200), (at * 100, at * 100 + 900, 7000, 20_000), (0, 3600, 3600, 7200))
    count_reports(wait=0)
    rows = LessonProgress.objects.all()
    assert sum(row.credited_ms for row in rows) <= 3_600_000
    assert sum(row.covered_ms for row in rows) <= 7_200_000
    assert StudyDay.objects.get().credited_ms == 3_600_000
    assert sum(row.finished_at is not None for row in rows) == 1


def test_people_do_not_stand_in_each_others_light(senior, moment):
    lesson = a_lesson()
    screens = [Screen(senior, lesson), Screen(UserFactory(), lesson)]
    moment.shift(60)
    for screen in screens:
        screen.report((0, 30, 0, 30))
    count_reports(wait=0)
    assert list(LessonProgress.objects.values_list("credited_ms", flat=True)) == [30_000, 30_000]


def test_an_evening_that_goes_on_past_midnight_is_two_days(senior, moment):
    moment.move_to(dt.datetime(2026, 11, 2, 15, 58, tzinfo=dt.UTC))  # 23:58 in Shanghai
    screen = Screen(senior, a_lesson())
    moment.shift(400)
    screen.report((0, 300, 0, 300))
    count_reports(wait=0)
    days = dict(StudyDay.objects.values_list("day", "credited_ms"))
    assert days == {TODAY: 120_000, TODAY + dt.timedelta(days=1): 180_000}
    assert LessonProgress.objects.get().credited_ms == 300_000


def test_a_lesson_is_finished_once_by_the_rule_and_announced_after_the_commit(
    senior, moment, finished, django_capture_on_commit_callbacks
):
    screen = Screen(senior, a_lesson())
    moment.shift(538)
    screen.report((0, 538, 0, 537.9))
    with django_capture_on_commit_callbacks(execute=True):
        count_reports(wait=0)
    assert finished == []
    assert LessonProgress.objects.get().finished_at is None
    moment.shift(10)
    screen.report((538, 541, 537.9, 540.9))
    with django_capture_on_commit_callbacks(execute=True):
        count_reports(wait=0)
    row = LessonProgress.objects.get()
    at = NOON + dt.timedelta(seconds=548)
    assert (row.finished_at, row.rule_version) == (at, RULE.version)
    assert finished == [{"user_pk": senior.pk, "lesson_pk": screen.lesson.pk, "finished_at": at}]
    moment.shift(60)
    screen.report((541, 600, 541, 600))
    with django_capture_on_commit_callbacks(execute=True):
        count_reports(wait=0)
    assert LessonProgress.objects.get().finished_at == at
    assert len(finished) == 1


def test_a_new_film_begins_anew_and_what_was_finished_stays(senior, moment):
    done, begun = Screen(senior, a_lesson()), Screen(senior, a_lesson())
    moment.shift(1000)
    done.report((0, 600, 0, 600))
    begun.report((600, 700, 0, 100))
    count_reports(wait=0)
    for screen in (done, begun):
        screen.lesson.media = MediaAssetFactory(source=SourceFactory(ready=True, duration=600.0))
        old_media = screen.lesson.media_id
        screen.lesson.save()
        assert old_media
    moment.shift(100)
    late = Screen(senior, begun.lesson, opened_at=NOON)
    late.report((1000, 1060, 200, 260))
    count_reports(wait=0)
    assert LessonProgress.objects.get(lesson=done.lesson).finished_at is not None
    assert LessonProgress.objects.get(lesson=begun.lesson).covered == [[200_000, 260_000]]


def test_a_page_that_still_shows_the_old_film_gives_time_and_no_part_of_the_new_one(senior, moment):
    screen = Screen(senior, a_lesson())
    old_ticket, said = screen.ticket, screen.said((0, 50, 0, 50), place=(50, 50))
    screen.lesson.media = MediaAssetFactory(source=SourceFactory(ready=True, duration=600.0))
    screen.lesson.save()
    moment.shift(60)
    receive_report(ticket=old_ticket, sent=said)
    count_reports(wait=0)
    assert LessonProgress.objects.get().covered == []
    assert StudyDay.objects.get().credited_ms == 50_000
    assert not WatchPosition.objects.exists()


def test_a_deleted_lesson_or_person_spoils_nothing_for_the_others(senior, moment):
    gone, alone, stays = Screen(senior, a_lesson()), Screen(UserFactory(), a_lesson()), Screen(senior, a_lesson())
    moment.shift(100)
    for at, screen in enumerate((gone, alone, stays)):
        screen.report((at * 30, at * 30 + 30, 0, 30))
    gone.lesson.delete()
    alone.user.delete()
    assert count_reports(wait=0) == 3
    assert [row.lesson for row in LessonProgress.objects.all()] == [stays.lesson]
    assert not PlayedReport.objects.exists()


def test_a_row_nobody_can_read_is_set_aside_and_the_rest_is_counted(senior, moment):
    screen = Screen(senior, a_lesson())
    moment.shift(100)
    screen.report((0, 30, 0, 30))
    screen.report((30, 60, 30, 60))
    PlayedReport.objects.filter(seq=1).update(stretches=[["x"]])
    count_reports(wait=0)
    assert LessonProgress.objects.get().covered == [[30_000, 60_000]]
    assert PlayedReport.objects.get().trouble == "unreadable"
    assert count_reports(wait=0) == 0


def test_a_worker_that_dies_while_it_counts_leaves_everything_to_the_next(senior, moment):
    screen = Screen(senior, a_lesson())
    moment.shift(100)
    screen.report((0, 30, 0, 30))
    with mock.patch.object(progress, "_save", side_effect=MemoryError), pytest.raises(MemoryError):
        count_reports(wait=0)
    assert not StudyDay.objects.exists()
    assert count_reports(wait=0) == 1
    assert StudyDay.objects.get().credited_ms == 30_000


def test_reports_wait_until_some_are_together_and_then_go_all_at_once(senior, moment, settings):
    settings.PROGRESS_COUNT_AFTER = 120
    screen = Screen(senior, a_lesson())
    for at in range(4):
        moment.shift(40)
        screen.report((at * 40, at * 40 + 30, at * 30, at * 30 + 30))
        if at < 3:
            assert count_reports() == 0
    assert count_reports() == 4


def test_the_place_watched_last_stands_whichever_device_is_heard_first(senior, moment):
    lesson = a_lesson()
    phone, tablet = Screen(senior, lesson), Screen(senior, lesson)
    moment.shift(100)
    tablet.report(place=(200, 90))
    count_reports(wait=0)
    phone.report(place=(20, 50))
    count_reports(wait=0)
    assert WatchPosition.objects.get().seconds == 200
    phone.report(place=(15, 95))
    phone.report(place=(9999, 96))
    count_reports(wait=0)
    assert WatchPosition.objects.get().seconds == 600


def test_many_people_cost_no_more_statements_than_one(moment, django_assert_max_num_queries):
    lessons = [a_lesson() for _ in range(3)]
    screens = [Screen(UserFactory(), lessons[number % 3]) for number in range(40)]
    moment.shift(100)
    for screen in screens:
        screen.report((0, 30, 0, 30), place=(30, 30))
        screen.report((30, 60, 30, 60), place=(60, 60))
    with django_assert_max_num_queries(18):
        assert count_reports(wait=0, rounds=1) == 80
    assert LessonProgress.objects.filter(credited_ms=60_000).count() == 40


@pytest.mark.django_db(transaction=True)
def test_several_that_count_at_once_count_everything_once():
    opened_at = dt.datetime.now(dt.UTC) - dt.timedelta(minutes=30)
    lesson = a_lesson(duration=1200.0)
    screens = [Screen(UserFactory(), lesson, opened_at=opened_at) for _ in range(8)]
    for at in range(20):
        for screen in screens:
            screen.report((at * 30, at * 30 + 30, at * 30, at * 30 + 30), place=(at * 30 + 30, at * 30 + 30))
    errors: list[BaseException] = []

    def count() -> None:
        try:
            count_reports(wait=0)
        except BaseException as error:
            errors.append(error)
        finally:
            connections.close_all()

    with mock.patch.object(progress, "PEOPLE_AT_ONCE", 3):
        threads = [threading.Thread(target=count) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
    assert errors == []
    assert not PlayedReport.objects.exists()
    assert set(LessonProgress.objects.values_list("credited_ms", "played_ms")) == {(600_000, 600_000)}
    assert sum(StudyDay.objects.values_list("credited_ms", flat=True)) == 8 * 600_000


@pytest.mark.parametrize(
    "fields",
    [
        {"credited_ms": 11, "played_ms": 10, "covered_ms": 20},
        {"credited_ms": 11, "played_ms": 20, "covered_ms": 10},
        {"finished_at": NOON},
        {"rule_version": 1},
        {"finished_by_hand": True},
    ],
)
def test_the_database_refuses_credit_that_cannot_be(senior, fields):
    with pytest.raises(IntegrityError), transaction.atomic():
        LessonProgress.objects.create(user=senior, lesson=a_lesson(), counted_at=NOON, **fields)


def test_a_day_has_twenty_four_hours_and_a_person_has_it_once(senior):
    with pytest.raises(IntegrityError), transaction.atomic():
        StudyDay.objects.create(user=senior, day=TODAY, credited_ms=86_400_001)
    StudyDay.objects.create(user=senior, day=TODAY)
    with pytest.raises(IntegrityError), transaction.atomic():
        StudyDay.objects.create(user=senior, day=TODAY)
