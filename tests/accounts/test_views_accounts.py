"""Signing in and out, and a person's own page."""

from __future__ import annotations

import pytest

from accounts.enums import Role
from core import clock
from courses.models import WatchPosition
from tests.accounts.factories import PASSWORD, UserFactory
from tests.courses.factories import LessonFactory
from tests.media_pipeline.factories import MediaAssetFactory, SourceFactory

pytestmark = pytest.mark.django_db


def test_signing_in_leads_back_to_the_lesson(client):
    user = UserFactory(username="wang")
    response = client.post(
        "/account/sign-in/password/", {"username": "wang", "password": PASSWORD, "next": "/courses/x/1/"}
    )
    assert response["Location"] == "/courses/x/1/"
    assert client.session["_auth_user_id"] == str(user.pk)


def test_signing_in_never_leads_to_another_site(client):
    UserFactory(username="wang")
    response = client.post(
        "/account/sign-in/password/", {"username": "wang", "password": PASSWORD, "next": "https://example.org/"}
    )
    assert response["Location"] == "/"


def test_a_wrong_password_gives_one_sentence_and_keeps_the_name(client):
    UserFactory(username="wang")
    response = client.post("/account/sign-in/password/", {"username": "wang", "password": "wrong"})
    html = response.content.decode()
    assert response.status_code == 422
    assert "错误：用密码登录" in html
    assert "用户名或密码不对" in html
    assert 'value="wang"' in html
    assert 'data-testid="error-summary"' in html
    unknown = client.post("/account/sign-in/password/", {"username": "nobody", "password": "wrong"}).content.decode()
    assert "用户名或密码不对" in unknown


def test_an_empty_field_is_named_in_the_summary_and_beside_the_field(client):
    html = client.post("/account/sign-in/password/", {"username": "", "password": "x"}).content.decode()
    assert html.count("请填写用户名。") == 2
    assert 'href="#id_username"' in html
    assert 'aria-describedby="id_username_error"' in html


def test_ones_own_page_asks_to_sign_in_first(client):
    assert client.get("/account/me/")["Location"] == "/account/sign-in/?next=/account/me/"


def test_ones_own_page_shows_what_is_half_watched_and_is_kept_by_no_cache(client):
    senior = UserFactory(display_name="王阿姨")
    lesson = LessonFactory(media=MediaAssetFactory(source=SourceFactory(ready=True, duration=100.0)))
    WatchPosition.objects.create(user=senior, lesson=lesson, seconds=40, watched_at=clock.now())
    client.force_login(senior)
    response = client.get("/account/me/")
    html = response.content.decode()
    assert "王阿姨" in html
    assert lesson.title in html
    assert "编辑工作台" not in html
    assert "no-store" in response["Cache-Control"]


def test_without_anything_half_watched_it_says_what_to_do(client):
    client.force_login(UserFactory())
    assert "没有看了一半的课" in client.get("/account/me/").content.decode()


def test_an_editor_finds_the_way_to_the_desk(client):
    client.force_login(UserFactory(role=Role.EDITOR))
    assert 'href="/admin/"' in client.get("/account/me/").content.decode()


def test_signing_out_needs_a_press_not_a_link(client):
    client.force_login(UserFactory())
    assert client.get("/account/sign-out/").status_code == 405
    client.post("/account/sign-out/")
    assert "_auth_user_id" not in client.session


def test_staff_read_the_form_of_address(client):
    assert UserFactory(display_name="李老师", username="li").get_full_name() == "李老师"
    assert UserFactory(display_name="", first_name="A", last_name="B").get_full_name() == "A B"
