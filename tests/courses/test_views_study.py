"""我的学习: a half-year of one person, and of nobody else."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from courses.models import LessonProgress, StudyDay
from courses.queries.history import half_years_of
from tests.accounts.factories import UserFactory
from tests.courses.factories import CourseFactory
from tests.courses.watching import Screen, a_lesson

pytestmark = pytest.mark.django_db
NOON = dt.datetime(2026, 11, 2, 4, 0, tzinfo=dt.UTC)


@pytest.fixture
def moment():
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def senior(client, moment):
    person = UserFactory()
    client.force_login(person)
    return person


def page_of(client, half_year: str = "") -> str:
    address = reverse("study:half-year", args=[half_year]) if half_year else reverse("study:study")
    return " ".join(client.get(address).content.decode().split())


def finish(person, lesson, when: dt.datetime) -> None:
    LessonProgress.objects.create(user=person, lesson=lesson, finished_at=when, rule_version=1, counted_at=when)


def test_a_new_person_is_told_calmly_that_there_is_nothing_yet(client, senior):
    html = page_of(client)
    assert "2026 年下半年还没有学习记录" in html
    assert "还没有学完的课" in html
    assert "以前的学习" not in html


def test_each_half_year_has_its_time_and_its_lessons_to_the_minute_of_new_year(client, senior):
    lesson, older = a_lesson(title="调息", number=3), a_lesson(title="起势")
    finish(senior, lesson, dt.datetime(2026, 6, 30, 16, 0, tzinfo=dt.UTC))  # 1 July, 0:00 in Shanghai
    finish(senior, older, dt.datetime(2026, 6, 30, 15, 59, 59, tzinfo=dt.UTC))
    StudyDay.objects.create(user=senior, day=dt.date(2026, 6, 30), credited_ms=600_000)
    StudyDay.objects.create(user=senior, day=dt.date(2026, 7, 1), credited_ms=1_200_000)
    StudyDay.objects.create(user=senior, day=dt.date(2026, 11, 1), credited_ms=60_000)
    now, before = page_of(client), page_of(client, "2026H1")
    assert "本月已学 <b>1 分钟</b>" in now
    assert "学了 <b>2</b> 天，一共 <b>21 分钟</b>，学完 <b>1</b> 讲" in now
    assert "第三讲 调息" in now
    assert "起势" not in now
    assert "学了 <b>1</b> 天，一共 <b>10 分钟</b>，学完 <b>1</b> 讲" in before
    assert "起势" in before
    assert "本月已学" not in before
    assert reverse("study:half-year", args=["2026H1"]) in now


def test_what_was_finished_a_moment_ago_is_there(client, senior, moment):
    screen = Screen(senior, a_lesson(title="收势"))
    moment.shift(600)
    screen.report((0, 600, 0, 600), place=(600, 600))
    html = page_of(client)
    assert "收势" in html
    assert "一共 <b>10 分钟</b>，学完 <b>1</b> 讲" in html


def test_a_half_year_before_the_first_lesson_or_after_now_is_not_there(client, senior):
    for name in ("2026H1", "2027H1", "2026H3", "0000H1", "x", "2026h9", "９９９９H1"):
        assert client.get(reverse("study:half-year", args=[name])).status_code == 404
    StudyDay.objects.create(user=senior, day=dt.date(2025, 2, 1), credited_ms=1)
    assert [str(half) for half in half_years_of(senior)] == ["2026H2", "2026H1", "2025H2", "2025H1"]


def test_nobody_sees_another_and_a_visitor_signs_in_first(client, senior):
    finish(UserFactory(), a_lesson(title="别人的课"), NOON)
    assert "别人的课" not in page_of(client)
    client.logout()
    response = client.get(reverse("study:study"))
    assert response.headers["Location"] == f"/account/sign-in/?next={reverse('study:study')}"


def test_their_own_page_leads_there_with_the_time_of_the_month(client, senior):
    StudyDay.objects.create(user=senior, day=dt.date(2026, 11, 1), credited_ms=22_800_000)
    html = " ".join(client.get(reverse("accounts:me")).content.decode().split())
    assert "本月已学 <b>6 小时 20 分</b>" in html
    assert reverse("study:study") in html


def test_more_study_costs_no_more_queries(client, senior):
    def study(courses: int) -> None:
        for _ in range(courses):
            course = CourseFactory()
            for number in (1, 2, 3):
                finish(senior, a_lesson(course=course, number=number), NOON)

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("study:study"))
        return len(queries)

    study(1)
    asked()
    before = asked()
    study(5)
    assert asked() == before <= 20
