"""Reading aids without JavaScript, and small pages of the whole site."""

from __future__ import annotations

import pytest

from core.templatetags.spoken import chinese_number, spoken_duration, spoken_position

pytestmark = pytest.mark.django_db


def test_one_press_makes_the_letters_large_and_leads_back(client):
    response = client.post("/aids/", {"text_size": "large", "next": "/courses/?category=fraud"})
    assert (response.status_code, response["Location"]) == (302, "/courses/?category=fraud")
    assert response.cookies["text_size"]["max-age"] >= 300 * 24 * 3600
    html = client.get("/courses/").content.decode()
    assert 'data-size="large"' in html
    assert 'value="huge"' in html


def test_contrast_is_kept_beside_the_size(client):
    client.post("/aids/", {"text_size": "huge"})
    client.post("/aids/", {"contrast": "high"})
    html = client.get("/courses/").content.decode()
    assert 'data-size="huge"' in html
    assert 'data-contrast="high"' in html


@pytest.mark.parametrize("target", ["https://example.org/", "//example.org", "javascript:alert(1)", ""])
def test_the_way_back_never_leaves_the_site(client, target):
    assert client.post("/aids/", {"text_size": "large", "next": target})["Location"] == "/"


def test_what_is_not_a_size_is_not_kept(client):
    response = client.post("/aids/", {"text_size": "<b>", "contrast": "purple"})
    assert not response.cookies
    client.cookies["text_size"] = "<b>"
    assert 'data-size="standard"' in client.get("/courses/").content.decode()


def test_a_link_alone_changes_nothing(client):
    assert client.get("/aids/?text_size=large").status_code == 405


def test_robots_names_the_site_map_and_keeps_machines_out_of_the_desk(client):
    body = client.get("/robots.txt").content.decode()
    assert "Disallow: /admin/" in body
    assert "Sitemap: http://testserver/sitemap.xml" in body


def test_help_stands_on_every_page(client, settings):
    settings.SERVICE_PHONE = "0477-123-4567"
    for url in ("/courses/", "/accessibility/", "/account/sign-in/", "/nowhere/"):
        html = client.get(url).content.decode()
        assert 'href="tel:0477-123-4567"' in html
        assert 'href="/accessibility/"' in html


def test_a_wrong_address_is_answered_in_chinese(client):
    response = client.get("/nowhere/")
    html = response.content.decode()
    assert response.status_code == 404
    assert "<title>错误：没有找到这一页 - 银龄学堂</title>" in html.replace("\n", "")


def test_a_form_that_stood_open_too_long_is_answered_in_chinese():
    from django.test import Client

    response = Client(enforce_csrf_checks=True).post("/aids/", {"text_size": "large"})
    assert response.status_code == 403
    assert "刚才没有保存" in response.content.decode()


def test_when_something_breaks_the_page_says_whose_fault_it_is(client, monkeypatch):
    def broken(**kwargs):
        raise RuntimeError("broken on purpose")

    monkeypatch.setattr("courses.queries.catalogue.list_page", broken)
    client.raise_request_exception = False
    response = client.get("/courses/")
    assert response.status_code == 500
    assert "出了点问题，是我们的错" in response.content.decode()
    assert "broken on purpose" not in response.content.decode()


def test_public_pages_allow_no_foreign_source_and_no_inline_script(client):
    html = client.get("/courses/")
    policy = html["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert "<script>" not in html.content.decode()
    assert " style=" not in html.content.decode()


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (None, ""),
        (-1, ""),
        (0, "0 秒"),
        (59.6, "1 分钟"),
        (200, "3 分 20 秒"),
        (600, "10 分钟"),
        (3600, "1 小时"),
        (3720, "1 小时 2 分"),
    ],
)
def test_durations_are_said_as_a_person_says_them(seconds, words):
    assert spoken_duration(seconds) == words


@pytest.mark.parametrize(("seconds", "words"), [(0, "0 秒"), (700, "11 分 40 秒"), (3601, "1 小时 0 分 1 秒")])
def test_places_are_said_to_the_second(seconds, words):
    assert spoken_position(seconds) == words


@pytest.mark.parametrize(
    ("number", "words"),
    [(1, "一"), (10, "十"), (12, "十二"), (20, "二十"), (35, "三十五"), (99, "九十九"), (100, "100"), (0, "0")],
)
def test_numbers_of_lessons(number, words):
    assert chinese_number(number) == words
