"""Editors read Chinese: no English sentence is left on the pages they use for courses and stories."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from django.urls import reverse

from accounts.enums import Role
from tests.accounts.factories import UserFactory
from tests.cms.factories import plant_columns, plant_home, plant_story
from tests.courses.factories import LessonFactory

pytestmark = pytest.mark.django_db

# Two English words in a row; names of formats and products are single words.
ENGLISH = re.compile(r"\b[A-Za-z]{2,}(?: [A-Za-z]{2,})+")
UNSEEN = {"script", "style", "template", "svg", "noscript", "title", "kbd"}
VOID = {"input", "img", "br", "hr", "link", "meta", "source", "use"}


class _Words(HTMLParser):
    """Collects the text a person could see."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        while tag in self.open and self.open.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if not UNSEEN.intersection(self.open):
            self.words.append(data)


def words_of(page: str) -> str:
    parser = _Words()
    parser.feed(page)
    return "\n".join(parser.words)


def english_in(page: str) -> set[str]:
    return {found.group(0) for found in ENGLISH.finditer(words_of(page))}


def test_the_check_sees_english_and_only_what_a_person_sees():
    page = '<p data-action="a->b two words">保存 Save draft</p><script>not this one</script><b>Then more<br>words</b>'
    assert english_in(page) == {"Save draft", "Then more"}


def test_pages_of_the_desk_are_in_chinese(client):
    lesson = LessonFactory()
    stories, _ = plant_columns(plant_home())
    story = plant_story(stories, slug="vet")
    client.force_login(UserFactory(role=Role.ADMIN))
    addresses = [
        reverse("wagtailadmin_home"),
        reverse("wagtailadmin_explore", args=[stories.pk]),
        reverse("wagtailadmin_pages:edit", args=[story.pk]),
        reverse("wagtailadmin_pages:add", args=["cms", "storypage", stories.pk]),
    ]
    for name, pk in (("course", lesson.course.pk), ("lesson", lesson.pk)):
        space = f"wagtailsnippets_courses_{name}"
        addresses += [reverse(f"{space}:{view}") for view in ("list", "add")]
        addresses += [reverse(f"{space}:{view}", args=[pk]) for view in ("edit", "history", "delete", "unpublish")]
    found = {address: left for address in addresses if (left := english_in(client.get(address).content.decode()))}
    assert found == {}


def test_the_sign_in_page_of_the_desk_names_the_academy(client):
    page = client.get(reverse("wagtailadmin_login")).content.decode()
    assert "银龄学堂编辑工作台" in page
    assert "Wagtail" not in words_of(page)
    assert not english_in(page)
    answer = client.post(reverse("wagtailadmin_login"), {"username": "nobody", "password": "x"}).content.decode()
    assert "用户名或密码不对" in answer
