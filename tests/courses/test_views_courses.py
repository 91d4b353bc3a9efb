"""Doors of the courses room."""

from __future__ import annotations

import pytest
from django.urls import reverse

from core import clock
from courses.models import WatchPosition
from tests.accounts.factories import UserFactory
from tests.courses.factories import CourseFactory, LessonFactory
from tests.media_pipeline.factories import MediaAssetFactory, SourceFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def lesson():
    return LessonFactory(media=MediaAssetFactory(source=SourceFactory(ready=True, duration=100.0)))


@pytest.mark.parametrize("fields", [{"draft": True}, {"course__draft": True}])
def test_a_draft_is_not_there_for_visitors(client, fields):
    lesson = LessonFactory(**fields)
    response = client.get(lesson.get_absolute_url())
    assert response.status_code == 404
    assert lesson.title not in response.content.decode()


def test_the_lesson_page_hands_the_player_its_addresses(client, lesson):
    client.force_login(UserFactory())
    response = client.get(lesson.get_absolute_url())
    playback = response.context["playback"]
    html = response.content.decode()
    assert playback.master
    assert playback.master in html


def test_a_members_lesson_says_so_and_shows_no_address_of_media(client):
    asset = MediaAssetFactory(source=SourceFactory(ready=True))
    lesson = LessonFactory(members=True, media=asset)
    html = client.get(lesson.get_absolute_url()).content.decode()
    assert "这一讲给登录的学员看" in html
    assert f"?next={lesson.get_absolute_url()}" in html
    assert "/media/" not in html
    assert str(asset.key) not in html
    client.force_login(UserFactory())
    html = client.get(lesson.get_absolute_url()).content.decode()
    assert f"/media/play/{asset.key}/" in html
    assert f"/media/play/{asset.key}/open/" not in html


@pytest.mark.parametrize(
    ("media", "sentence"),
    [
        (lambda: None, "视频还没有放上来"),
        (lambda: MediaAssetFactory(source=SourceFactory()), "视频正在制作，稍后就能看"),
        (lambda: MediaAssetFactory(source=SourceFactory(failed=True)), "这个视频暂时不能看，我们正在处理"),
    ],
)
def test_a_lesson_that_does_not_play_has_a_calm_line_and_no_player(client, media, sentence):
    lesson = LessonFactory(media=media())
    html = client.get(lesson.get_absolute_url()).content.decode()
    assert sentence in html
    assert "data-player" not in html
    assert "磁盘满了" not in html


def test_the_place_known_to_the_server_is_where_it_goes_on_unless_from_the_start(client, lesson):
    senior = UserFactory()
    client.force_login(senior)
    WatchPosition.objects.create(user=senior, lesson=lesson, seconds=42.4, watched_at=clock.now())
    assert client.get(lesson.get_absolute_url()).context["position"] == 42
    assert client.get(lesson.get_absolute_url() + "?from=start").context["position"] == 0
    WatchPosition.objects.update(seconds=99)
    assert client.get(lesson.get_absolute_url()).context["position"] == 0


def test_the_poll_answers_for_known_media_only(client):
    busy, ready = MediaAssetFactory(), MediaAssetFactory(source=SourceFactory(ready=True))
    response = client.get(reverse("courses:making"), {"m": [str(busy.key), str(ready.key), "nonsense", "0" * 32]})
    states = response.json()
    assert set(states) == {str(busy.key), str(ready.key)}
    assert (states[str(busy.key)]["busy"], states[str(busy.key)]["plays"]) == (True, False)
    assert (states[str(ready.key)]["busy"], states[str(ready.key)]["plays"]) == (False, True)
    assert "no-store" in response["Cache-Control"]


def test_a_course_with_nothing_in_it_says_so(client):
    assert "这门课还没有开讲" in client.get(CourseFactory().get_absolute_url()).content.decode()
    assert "这一类还没有课" in client.get("/courses/?category=life").content.decode()


def test_words_of_editors_are_shown_and_never_run(client):
    course = CourseFactory(title="<script>x</script>", description="<b>粗</b>\n\n第二段")
    html = client.get(course.get_absolute_url()).content.decode()
    assert "<script>x" not in html
    assert "&lt;b&gt;粗" in html
