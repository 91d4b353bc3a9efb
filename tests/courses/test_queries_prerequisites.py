"""No course comes before itself."""

from __future__ import annotations

import pytest

from courses.queries.prerequisites import way_back
from tests.courses.factories import CourseFactory

pytestmark = pytest.mark.django_db


def test_the_way_back_is_found_through_others() -> None:
    basics, middle, high = (CourseFactory(title=title) for title in ("基本功", "入门", "提高"))
    middle.prerequisites.add(basics)
    high.prerequisites.add(middle, basics)
    for course in (middle, high):
        course.save()
    assert way_back(high, to=basics) == [high, basics]
    assert way_back(middle, to=middle) == [middle]
    assert way_back(basics, to=high) == []


def test_a_circle_that_is_there_already_ends() -> None:
    one, other = CourseFactory(), CourseFactory()
    one.prerequisites.add(other)
    other.prerequisites.add(one)
    for course in (one, other):
        course.save()
    assert way_back(one, to=CourseFactory()) == []
