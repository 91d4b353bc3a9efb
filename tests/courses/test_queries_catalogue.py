"""Lists of courses: what is public, in which category, with which tag, and at what cost."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser

from core import clock
from courses.enums import Category
from courses.queries.catalogue import category_tiles, course_page, find_course, list_page
from courses.queries.lessons import find_lesson, lesson_page, open_media
from courses.queries.showing import BROKEN, MAKING, MISSING, show
from tests.accounts.factories import UserFactory
from tests.courses.factories import CourseFactory, LessonFactory
from tests.media_pipeline.factories import MediaAssetFactory, SourceFactory

pytestmark = pytest.mark.django_db


def playing(**fields):
    return MediaAssetFactory(source=SourceFactory(ready=True, **fields))


def test_tiles_are_the_seven_categories_in_order_and_count_only_public_courses():
    CourseFactory.create_batch(2, category=Category.FRAUD)
    CourseFactory(category=Category.FRAUD, draft=True)
    tiles = category_tiles(current="fraud")
    assert [tile.value for tile in tiles] == list(Category.values)
    assert {tile.value: tile.count for tile in tiles if tile.count} == {"fraud": 2}
    assert [tile.value for tile in tiles if tile.current] == ["fraud"]


def test_the_list_narrows_by_category_and_by_tag():
    tai_chi = CourseFactory(category=Category.HEALTH)
    tai_chi.tags.add("太极")
    tai_chi.save()
    phone = CourseFactory(category=Category.DIGITAL)
    CourseFactory(category=Category.HEALTH, draft=True)
    everything = list_page()
    assert {card.course for card in everything["cards"]} == {tai_chi, phone}
    assert [card.course for card in list_page(category="digital")["cards"]] == [phone]
    slug = tai_chi.tags.get().slug
    tagged = list_page(tag=slug)
    assert [card.course for card in tagged["cards"]] == [tai_chi]
    assert tagged["tag_name"] == "太极"
    assert list_page(category="nothing")["cards"] == []


def test_a_card_counts_public_lessons_and_their_time():
    course = CourseFactory()
    LessonFactory(course=course, number=1, media=playing(duration=60.0))
    LessonFactory(course=course, number=2, media=playing(duration=30.0))
    LessonFactory(course=course, number=3, draft=True, media=playing(duration=500.0))
    (card,) = list_page()["cards"]
    assert (card.lesson_count, card.duration, card.showing.plays) == (2, 90.0, True)


def test_a_longer_list_costs_no_more_queries(django_assert_num_queries, client):
    def grow(count: int) -> None:
        for course in CourseFactory.create_batch(count):
            for number in (1, 2):
                LessonFactory(course=course, number=number, media=playing())

    grow(2)
    client.get("/courses/")
    with django_assert_num_queries(8):
        client.get("/courses/")
    grow(6)
    with django_assert_num_queries(8):
        client.get("/courses/")


def test_a_longer_course_costs_no_more_queries(django_assert_num_queries, client):
    client.force_login(UserFactory())
    course = CourseFactory()
    LessonFactory(course=course, number=1, media=playing())
    client.get(course.get_absolute_url())
    with django_assert_num_queries(13):
        client.get(course.get_absolute_url())
    for number in range(2, 9):
        LessonFactory(course=course, number=number, media=playing())
    with django_assert_num_queries(13):
        client.get(course.get_absolute_url())


def test_the_course_page_offers_the_lesson_that_comes_next():
    course = CourseFactory()
    first, second = (LessonFactory(course=course, number=number, media=playing(duration=100.0)) for number in (1, 2))
    senior = UserFactory()
    assert course_page(course=find_course(slug=course.slug), viewer=senior)["start"].lesson == first
    first.progress.create(user=senior, finished_at=clock.now(), rule_version=1, counted_at=clock.now())
    page = course_page(course=find_course(slug=course.slug), viewer=senior)
    assert (page["start"].lesson, page["done_count"]) == (second, 1)
    second.watch_positions.create(user=senior, seconds=5, watched_at="2026-01-01T00:00:00Z")
    page = course_page(course=find_course(slug=course.slug), viewer=senior)
    assert (page["start"].lesson, page["start"].watched) == (second, "begun")


def test_neighbours_pass_over_gaps_and_drafts():
    course = CourseFactory()
    first, _, fifth = (
        LessonFactory(course=course, number=1),
        LessonFactory(course=course, number=3, draft=True),
        LessonFactory(course=course, number=5),
    )
    page = lesson_page(lesson=find_lesson(slug=course.slug, number=1), viewer=AnonymousUser())
    assert (page["previous_lesson"], page["next_lesson"]) == (None, fifth)
    page = lesson_page(lesson=find_lesson(slug=course.slug, number=5), viewer=AnonymousUser())
    assert (page["previous_lesson"], page["next_lesson"]) == (first, None)


@pytest.mark.parametrize(
    ("source", "sentence", "busy"),
    [
        ({}, MAKING, True),
        ({"failed": True}, BROKEN, False),
        ({"refused": True}, BROKEN, False),
        ({"ready": True}, "", False),
    ],
)
def test_what_a_visitor_reads_of_media(source, sentence, busy):
    showing = show(MediaAssetFactory(source=SourceFactory(**source)))
    assert (showing.sentence, showing.busy, showing.plays) == (sentence, busy, not sentence)


def test_a_failure_after_the_first_playable_moment_still_plays():
    ready = SourceFactory(ready=True)
    failed = SourceFactory(failed=True, playable_at=ready.playable_at)
    assert show(MediaAssetFactory(source=failed)).plays
    assert show(None).sentence == MISSING


def test_media_are_open_while_a_public_lesson_of_a_public_course_shows_them():
    shown, members, draft, hidden = (playing() for _ in range(4))
    LessonFactory(media=shown)
    LessonFactory(media=members, members=True)
    LessonFactory(media=draft, draft=True)
    LessonFactory(media=hidden, course__draft=True)
    ids = {asset.pk for asset in (shown, members, draft, hidden)}
    assert open_media(ids) == {shown.pk}
    assert open_media(ids - {shown.pk}) == set()
