"""How far a person is, as pages show it: at once, and without writing anything."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser

from courses.models import LessonProgress, StudyDay
from courses.operations.progress import count_reports
from courses.queries.catalogue import lesson_rows
from courses.queries.positions import continuations
from courses.queries.progress import HowFar, progress_of, study_time
from tests.accounts.factories import UserFactory
from tests.courses.factories import LessonFactory
from tests.courses.watching import Screen, a_lesson

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


def test_the_moment_it_is_reported_it_shows_and_counting_changes_nothing_of_it(senior, moment):
    screen = Screen(senior, a_lesson(duration=900.0))
    other = a_lesson()
    moment.shift(800)
    screen.report((0, 600, 0, 600), (600, 720, 600, 720), place=(720, 720))
    before = progress_of(senior, [screen.lesson, other])
    assert not LessonProgress.objects.exists()
    count_reports(wait=0)
    assert progress_of(senior, [screen.lesson, other]) == before
    far = before[screen.lesson.pk]
    assert (far.credited, far.covered, far.percent, far.place) == (720, 720, 80, 720)
    assert (far.wanted, far.lacking, far.missing) == (810, 90, ((720, 900),))
    assert far.begun
    assert not far.finished
    assert before[other.pk] == HowFar(wanted=540, lacking=540, missing=((0, 600),))


def test_a_lesson_finished_a_moment_ago_is_finished(senior, moment):
    screen = Screen(senior, a_lesson())
    moment.shift(600)
    screen.report((0, 580, 0, 580))
    far = progress_of(senior, [screen.lesson])[screen.lesson.pk]
    assert far.finished_at == NOON + dt.timedelta(seconds=600)
    assert not far.begun


def test_nobody_sees_how_far_another_is(senior, moment):
    screen = Screen(senior, a_lesson())
    moment.shift(600)
    screen.report((0, 580, 0, 580), place=(580, 580))
    for viewer in (UserFactory(), AnonymousUser()):
        assert not progress_of(viewer, [screen.lesson])[screen.lesson.pk].covered
        assert continuations(viewer) == []
    count_reports(wait=0)
    for viewer in (UserFactory(), AnonymousUser()):
        assert not progress_of(viewer, [screen.lesson])[screen.lesson.pk].covered


def test_study_time_is_of_the_days_asked_for_and_of_this_minute(senior, moment):
    screen = Screen(senior, a_lesson(duration=3600.0))
    moment.shift(1000)
    screen.report((0, 600, 0, 600))
    count_reports(wait=0)
    StudyDay.objects.create(user=senior, day=TODAY - dt.timedelta(days=1), credited_ms=60_000)
    StudyDay.objects.create(user=UserFactory(), day=TODAY, credited_ms=5_000_000)
    screen.report((600, 900, 600, 900))
    tomorrow = TODAY + dt.timedelta(days=1)
    assert study_time(senior, TODAY, tomorrow) == 900
    assert study_time(senior, TODAY.replace(day=1), tomorrow) == 960
    assert study_time(senior, tomorrow, tomorrow + dt.timedelta(days=9)) == 0
    assert not StudyDay.objects.filter(user=senior, credited_ms=900_000).exists()


def test_after_the_end_one_goes_on_with_what_was_skipped(senior, moment):
    screen = Screen(senior, a_lesson())
    moment.shift(600)
    screen.report((0, 200, 0, 200), (200, 300, 500, 600), place=(600, 300))
    (going,) = continuations(senior)
    assert (going.seconds, going.left) == (200, 400)
    screen.report((300, 599, 200, 499))
    assert continuations(senior) == []
    count_reports(wait=0)
    assert continuations(senior) == []


def test_a_row_of_the_course_says_done_begun_or_nothing(senior, moment):
    done, begun = a_lesson(), a_lesson()
    begun.course = done.course
    begun.save()
    fresh = LessonFactory(course=done.course)
    for lesson, upto in ((done, 560), (begun, 60)):
        screen = Screen(senior, lesson)
        moment.shift(600)
        screen.report((0, upto, 0, upto), place=(upto, upto))
    rows = {row.lesson.pk: row.watched for row in lesson_rows(course=done.course, viewer=senior)}
    assert rows == {done.pk: "done", begun.pk: "begun", fresh.pk: ""}


def test_how_far_in_many_lessons_costs_no_more_queries(senior, moment, django_assert_num_queries):
    lessons = [a_lesson() for _ in range(8)]
    for lesson in lessons:
        screen = Screen(senior, lesson)
        moment.shift(60)
        screen.report((0, 30, 0, 30), place=(30, 30))
    count_reports(wait=0)
    with django_assert_num_queries(3):
        progress_of(senior, lessons)
    for lesson in lessons:
        Screen(senior, lesson, opened_at=NOON + dt.timedelta(hours=1)).said()
        screen = Screen(senior, lesson)
        moment.shift(60)
        screen.report((0, 30, 30, 60))
    with django_assert_num_queries(7):
        progress_of(senior, lessons)
    with django_assert_num_queries(9):
        continuations(senior)
