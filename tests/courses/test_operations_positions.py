"""Keeping the place where a person stopped: only sane places, and never an older one over a newer."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from accounts.models import User
from courses.errors import PositionRefused
from courses.models import Lesson, WatchPosition
from courses.operations.positions import SLACK, record_position
from tests.accounts.factories import UserFactory
from tests.courses.factories import LessonFactory
from tests.media_pipeline.factories import MediaAssetFactory, SourceFactory

NOON = dt.datetime(2026, 11, 2, 4, 0, tzinfo=dt.UTC)
NOON_MS = NOON.timestamp() * 1000

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]


@pytest.fixture
def at_noon():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def senior() -> User:
    return UserFactory()


@pytest.fixture
def lesson() -> Lesson:
    return LessonFactory(media=MediaAssetFactory(source=SourceFactory(ready=True, duration=100.0)))


def test_the_first_place_is_kept(senior, lesson):
    standing = record_position(user=senior, lesson=lesson, seconds=12.5, watched_at_ms=NOON_MS - 1000)
    assert (standing.seconds, standing.watched_at) == (12.5, NOON - dt.timedelta(seconds=1))


def test_a_newer_place_replaces_an_older_one_also_backwards(senior, lesson):
    record_position(user=senior, lesson=lesson, seconds=80, watched_at_ms=NOON_MS - 2000)
    record_position(user=senior, lesson=lesson, seconds=20, watched_at_ms=NOON_MS - 1000)
    assert WatchPosition.objects.get(user=senior).seconds == 20


def test_a_late_packet_from_another_device_changes_nothing(senior, lesson):
    record_position(user=senior, lesson=lesson, seconds=80, watched_at_ms=NOON_MS - 1000)
    standing = record_position(user=senior, lesson=lesson, seconds=20, watched_at_ms=NOON_MS - 2000)
    assert standing.seconds == 80
    assert WatchPosition.objects.count() == 1


def test_a_clock_that_runs_ahead_counts_as_now(senior, lesson):
    record_position(user=senior, lesson=lesson, seconds=30, watched_at_ms=NOON_MS + 3_600_000)
    assert WatchPosition.objects.get(user=senior).watched_at == NOON


def test_two_people_have_two_places(senior, lesson):
    other = UserFactory()
    record_position(user=senior, lesson=lesson, seconds=30, watched_at_ms=NOON_MS)
    record_position(user=other, lesson=lesson, seconds=40, watched_at_ms=NOON_MS)
    assert WatchPosition.objects.get(user=senior).seconds == 30
    assert WatchPosition.objects.get(user=other).seconds == 40


def test_a_little_past_the_end_is_the_end(senior, lesson):
    assert record_position(user=senior, lesson=lesson, seconds=100 + SLACK, watched_at_ms=NOON_MS).seconds == 100


@pytest.mark.parametrize("seconds", [float("nan"), float("inf"), float("-inf"), -0.1, 100 + SLACK + 0.1, 1e300])
def test_a_place_that_cannot_be_is_refused_and_nothing_changes(senior, lesson, seconds):
    record_position(user=senior, lesson=lesson, seconds=7, watched_at_ms=NOON_MS - 1000)
    with pytest.raises(PositionRefused) as refusal:
        record_position(user=senior, lesson=lesson, seconds=seconds, watched_at_ms=NOON_MS)
    assert "没有记下" in refusal.value.sentence
    assert WatchPosition.objects.get(user=senior).seconds == 7


@pytest.mark.parametrize("instant", [float("nan"), float("inf"), -1.0, 0.0, 1e11])
def test_a_time_that_cannot_be_is_refused(senior, lesson, instant):
    with pytest.raises(PositionRefused):
        record_position(user=senior, lesson=lesson, seconds=7, watched_at_ms=instant)
    assert not WatchPosition.objects.exists()


def test_a_lesson_without_media_has_no_place(senior):
    with pytest.raises(PositionRefused, match="还没有视频"):
        record_position(user=senior, lesson=LessonFactory(media=None), seconds=1, watched_at_ms=NOON_MS)


def test_while_the_length_is_unknown_the_longest_allowed_media_is_the_limit(senior, settings):
    lesson = LessonFactory(media=MediaAssetFactory(source=SourceFactory(duration=None)))
    settings.MEDIA_MAX_DURATION = 600
    assert record_position(user=senior, lesson=lesson, seconds=599, watched_at_ms=NOON_MS).seconds == 599
    with pytest.raises(PositionRefused):
        record_position(user=senior, lesson=lesson, seconds=700, watched_at_ms=NOON_MS)


class AnyOrderTests(TestCase):
    """However packets arrive, the place that was watched last stands."""

    @given(
        st.lists(
            st.tuples(st.floats(0, 100, allow_nan=False), st.integers(0, 10_000)),
            min_size=1,
            max_size=8,
            unique_by=lambda packet: packet[1],
        )
    )
    @settings(max_examples=25, deadline=None)
    def test_the_latest_watched_stands(self, packets: list[tuple[float, int]]) -> None:
        with time_machine.travel(NOON, tick=False):
            user, lesson = UserFactory(), LessonFactory(media=MediaAssetFactory(source__duration=100.0))
            for seconds, age in packets:
                record_position(user=user, lesson=lesson, seconds=seconds, watched_at_ms=NOON_MS - age)
            wanted = min(packets, key=lambda packet: packet[1])[0]
            assert WatchPosition.objects.get(user=user, lesson=lesson).seconds == wanted
