"""What there is to go on with."""

from __future__ import annotations

import datetime as dt

import pytest
from django.contrib.auth.models import AnonymousUser

from core import clock
from courses.models import Lesson, LessonProgress, WatchPosition
from courses.queries.positions import continuations, is_at_end
from courses.queries.progress import progress_of
from tests.accounts.factories import UserFactory
from tests.courses.factories import LessonFactory
from tests.media_pipeline.factories import MediaAssetFactory, SourceFactory

pytestmark = pytest.mark.django_db


def a_lesson(duration: float = 100.0, **fields) -> Lesson:
    source = SourceFactory(ready=True, duration=duration)
    return LessonFactory(media=MediaAssetFactory(source=source), **fields)


def watch(user, lesson: Lesson, seconds: float, *, days_ago: int = 0) -> None:
    WatchPosition.objects.create(
        user=user, lesson=lesson, seconds=seconds, watched_at=clock.now() - dt.timedelta(days=days_ago)
    )


@pytest.mark.parametrize(
    ("seconds", "duration", "at_end"),
    [
        (94, 100, False),
        (95, 100, True),
        (100, 100, True),
        (16, 20, False),
        (17, 20, True),
        (3600, None, False),
        (0, 0, False),
    ],
)
def test_the_end_means_a_twentieth_or_three_seconds_left(seconds, duration, at_end):
    assert is_at_end(seconds, duration) is at_end


def test_the_latest_unfinished_lesson_comes_first():
    senior = UserFactory()
    old, new, done = a_lesson(), a_lesson(), a_lesson()
    watch(senior, old, 10, days_ago=3)
    watch(senior, new, 40, days_ago=1)
    watch(senior, done, 99)
    LessonProgress.objects.create(
        user=senior, lesson=done, finished_at=clock.now(), rule_version=1, counted_at=clock.now()
    )
    found = continuations(senior)
    assert [going.lesson for going in found] == [new, old]
    assert (found[0].seconds, found[0].left, found[0].percent) == (40, 60, 40)


def test_what_is_not_public_or_does_not_play_is_not_offered():
    senior = UserFactory()
    watch(senior, a_lesson(live=False), 10)
    watch(senior, a_lesson(course__live=False), 10)
    watch(senior, LessonFactory(media=MediaAssetFactory(source=SourceFactory(duration=100.0))), 10)
    assert continuations(senior) == []


def test_nobody_sees_what_another_watches():
    watch(UserFactory(), lesson := a_lesson(), 10)
    other = UserFactory()
    assert continuations(other) == []
    assert progress_of(other, [lesson])[lesson.pk].place == 0
    assert continuations(AnonymousUser()) == []
    assert progress_of(AnonymousUser(), [lesson])[lesson.pk].place == 0
