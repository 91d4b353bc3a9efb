"""The door for players' reports, the words on the lesson page, and lessons that don't play."""

from __future__ import annotations

import datetime as dt
import json
from unittest import mock

import pytest
import time_machine
from django.db import OperationalError
from django.test import Client
from django.urls import reverse

from courses.models import LessonProgress, PlayedReport
from courses.operations.progress import count_reports
from tests.accounts.factories import UserFactory
from tests.courses.factories import LessonFactory
from tests.courses.watching import Screen, a_lesson

pytestmark = pytest.mark.django_db
NOON = dt.datetime(2026, 11, 2, 4, 0, tzinfo=dt.UTC)


@pytest.fixture
def moment():
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def screen(moment) -> Screen:
    opened = Screen(UserFactory(), a_lesson(duration=900.0))
    moment.shift(1000)
    return opened


def post(client, body, **headers):
    said = body if isinstance(body, bytes) else json.dumps(body)
    return client.post(reverse("courses:played"), said, content_type="application/json", **headers)


def test_a_player_reports_without_a_session_and_is_told_the_time(client, screen, django_assert_num_queries):
    said = screen.said((1, 31, 0, 30))
    with django_assert_num_queries(4):  # a savepoint's two, one insert, one look
        response = post(client, said)
    assert (response.status_code, response.json()) == (200, {"elapsed": 1_000_000})
    assert PlayedReport.objects.get().user_pk == screen.user.pk


def test_who_is_signed_in_does_not_matter_the_ticket_does(client, screen):
    client.force_login(UserFactory())
    assert post(client, screen.said((1, 31, 0, 30))).status_code == 200
    assert PlayedReport.objects.get().user_pk == screen.user.pk


def test_a_beacon_without_a_token_is_heard_since_no_cookie_gives_a_right(screen):
    client = Client(enforce_csrf_checks=True)
    assert post(client, screen.said((1, 31, 0, 30))).status_code == 200


def test_every_refusal_has_its_number_and_a_sentence(client, screen, moment):
    good = screen.said((1, 31, 0, 30))
    assert post(client, good).status_code == 200
    cases = [
        ({**good, "ticket": "x"}, 403),
        ({**good, "played": [[0, 1, 0, 1]]}, 409),
        ({**good, "seq": -1}, 400),
    ]
    for said, status in cases:
        response = post(client, said)
        assert response.status_code == status
        assert response.json()["error"].endswith("。")
    with mock.patch.object(PlayedReport.objects, "bulk_create", side_effect=OperationalError):
        assert post(client, screen.said((31, 61, 30, 60))).status_code == 503
    moment.shift(8 * 24 * 3600)
    assert post(client, screen.said((31, 61, 30, 60))).status_code == 410
    assert PlayedReport.objects.count() == 1


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{}",
        b"null",
        b"\xff\xfe",
        b'{"ticket": null}',
        b'{"ticket": {"a": 1}}',
        b"[" * 10_000,
        b'{"ticket": "x", "seq": 1' + b"0" * 5000 + b"}",
    ],
)
def test_what_makes_no_sense_is_refused_in_chinese(client, body):
    response = post(client, body)
    assert response.status_code in {400, 403}
    assert response.json()["error"].endswith("。")
    assert not PlayedReport.objects.exists()


def test_a_huge_body_is_not_even_read(client, screen):
    response = post(client, b'{"ticket": "' + b"x" * 20_000 + b'"}')
    assert (response.status_code, response.json()["error"]) == (413, "学习记录太长，没有记上。")
    assert post(client, b"{}", CONTENT_LENGTH="many").status_code == 400


def test_only_posting_is_a_report(client):
    assert client.get(reverse("courses:played")).status_code == 405


def test_the_lesson_page_hands_a_ticket_to_whoever_is_signed_in_and_to_nobody_else(client, screen):
    page = client.get(screen.lesson.get_absolute_url())
    assert page.context["ticket"] == ""
    assert reverse("courses:played") not in page.content.decode()
    assert "登录以后再看，会记下学习时间" in page.content.decode()
    client.force_login(screen.user)
    page = client.get(screen.lesson.get_absolute_url())
    assert page.context["ticket"] in page.content.decode()
    assert post(client, {**screen.said((0, 0.5, 0, 0.5)), "ticket": page.context["ticket"]}).status_code == 200


def test_the_page_says_what_is_missing_in_plain_words_and_leads_there(client, screen):
    client.force_login(screen.user)
    assert "看满 13 分钟算学完这一讲" in client.get(screen.lesson.get_absolute_url()).content.decode()
    screen.report((0, 600, 0, 600), (600, 720, 600, 720), place=(720, 720))
    html = " ".join(client.get(screen.lesson.get_absolute_url()).content.decode().split())
    assert "已看过 12 分钟。" in html
    assert "您还差 1 分 30 秒" in html
    assert 'href="?at=720"' in html
    assert "12 分 0 秒到 15 分 0 秒" in html
    assert "一讲看过九成，就算学完" in html
    course = client.get(screen.lesson.course.get_absolute_url()).content.decode()
    assert "看过 12 分钟，还差 1 分 30 秒" in course


def test_a_finished_lesson_says_so_with_the_day(client, screen):
    screen.report((0, 900, 0, 900), place=(900, 900))
    count_reports(wait=0)
    client.force_login(screen.user)
    html = " ".join(client.get(screen.lesson.get_absolute_url()).content.decode().split())
    assert "✓ 这一讲已学完</b>（2026 年 11 月 2 日）" in html
    assert "✓ 已学完 1 讲" in client.get(screen.lesson.course.get_absolute_url()).content.decode()


def test_without_scripts_the_page_says_that_nothing_is_measured(client, screen):
    client.force_login(screen.user)
    assert "记不下学习时间" in client.get(screen.lesson.get_absolute_url()).content.decode()


def test_a_lesson_to_read_is_finished_by_saying_so_once(client, moment):
    person, lesson = UserFactory(), LessonFactory(media=None)
    client.force_login(person)
    address = reverse("courses:read", args=[lesson.course.slug, lesson.number])
    assert client.post(address).headers["Location"] == lesson.get_absolute_url()
    moment.shift(3600)
    client.post(address)
    row = LessonProgress.objects.get()
    assert (row.finished_at, row.finished_by_hand, row.credited_ms) == (NOON, True, 0)
    assert "自己记的" in client.get(lesson.get_absolute_url()).content.decode()


def test_a_lesson_with_a_film_cannot_be_finished_by_saying_so(client, screen):
    client.force_login(screen.user)
    response = client.post(reverse("courses:read", args=[screen.lesson.course.slug, screen.lesson.number]))
    assert response.status_code == 409
    assert "看过、听过才算学完" in response.content.decode()
    assert not LessonProgress.objects.exists()


def test_saying_so_needs_a_name_and_a_public_lesson(client):
    lesson = LessonFactory(media=None)
    address = reverse("courses:read", args=[lesson.course.slug, lesson.number])
    assert "/account/sign-in/" in client.post(address).headers["Location"]
    client.force_login(UserFactory())
    lesson.live = False
    lesson.save()
    assert client.post(address).status_code == 404
    assert client.get(address).status_code == 405
    assert not LessonProgress.objects.exists()
