"""Addresses of courses: from pinyin, unique, and once given they stay."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.models import Course
from courses.slugs import RESERVED, pinyin_slug
from tests.courses.factories import CourseFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("八段锦入门", "ba-duan-jin-ru-men"),
        ("手机 App 怎么用", "shou-ji-app-zen-me-yong"),
        ("？！", "course"),
        ("Making", "making-2"),
    ],
)
def test_pinyin(title, slug):
    assert pinyin_slug(title, is_taken=lambda _: False) == slug


@given(st.text(max_size=120), st.integers(0, 12))
def test_a_slug_is_always_free_short_and_plain(title: str, taken: int) -> None:
    seen: list[str] = []

    def is_taken(slug: str) -> bool:
        seen.append(slug)
        return len(seen) <= taken

    slug = pinyin_slug(title, is_taken=is_taken)
    assert 0 < len(slug) <= 80
    assert slug.isascii()
    assert all(letter.isalnum() or letter in "-_" for letter in slug)
    assert slug not in RESERVED
    assert slug not in seen[:taken]


def test_two_courses_of_one_name_have_two_addresses():
    assert CourseFactory(title="太极拳").slug == "tai-ji-quan"
    assert CourseFactory(title="太极拳").slug == "tai-ji-quan-2"


def test_the_address_stays_when_the_title_changes_or_the_field_is_emptied():
    course = CourseFactory(title="太极拳")
    course.title, course.slug = "陈式太极拳", ""
    course.save()
    assert Course.objects.get(pk=course.pk).slug == "tai-ji-quan"
