"""The demo academy: texts, films really made, and nothing made twice."""

from __future__ import annotations

import json
import subprocess
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.http import HttpRequest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from wagtail.models import Page

from accounts.models import User
from accounts.scope import scope_of
from cms.demo import operations
from cms.demo.accounts import ACCOUNTS
from cms.demo.courses import COURSES
from cms.demo.film import NEVER_FIRST, make_film, wrapped
from cms.demo.operations import Showing
from cms.demo.script import Film, Style
from cms.demo.tales import SHORTS
from cms.models import HomePage, ShortVideoPage, StoryPage
from courses.enums import Category, EnrolmentMode, TeacherChannel
from courses.models import CatalogueEdition, CatalogueNow, Course, Lesson, Lottery, Offering, Teacher
from courses.queries.editions.comparing import compare_editions
from courses.queries.editions.gaps import unanswered_gaps
from media_pipeline.enums import CaptionOrigin
from media_pipeline.models import CaptionVersion, MediaAsset, Source
from places.models import AcademySite
from tests.media_pipeline.readback import on_disk

SHORT_FILM = Film(sentences=("先站稳。", "再抬手。"), width=320, height=180)


def counts() -> dict[str, int]:
    models = (User, Page, Course, Lesson, StoryPage, ShortVideoPage, MediaAsset, Source, CaptionVersion)
    return {model.__name__: model.objects.count() for model in models}


@pytest.mark.django_db
def test_texts_fill_every_category_and_are_published() -> None:
    call_command("demo", "--without-media", stdout=StringIO())
    assert set(Course.objects.filter(live=True).values_list("category", flat=True)) == set(Category.values)
    assert Lesson.objects.filter(live=True).count() == sum(len(course.lessons) for course in COURSES) >= 12
    assert StoryPage.objects.live().count() == 2
    assert ShortVideoPage.objects.live().count() == 2
    assert all(short.film.height > short.film.width for short in SHORTS)
    assert HomePage.objects.get().url == "/"


@pytest.mark.django_db
def test_the_catalogue_has_two_editions_that_differ_and_a_draft_of_the_next() -> None:
    call_command("demo", "--without-media", stdout=StringIO())
    call_command("demo", "--without-media", stdout=StringIO())
    editions = CatalogueEdition.objects.order_by("half_year", "number")
    assert [edition.state for edition in editions] == ["published", "published", "draft"]
    first, second, draft = editions
    assert CatalogueNow.objects.get().edition == second
    assert compare_editions(first, second).summary() == "新开 1 门"
    assert len(unanswered_gaps(draft)) == 5


@pytest.mark.django_db
def test_a_second_run_makes_nothing_and_keeps_what_people_changed() -> None:
    call_command("demo", "--without-media", stdout=StringIO())
    first = counts()
    editor = User.objects.get(username="editor")
    editor.set_password("换过的密码")
    editor.save()
    Course.objects.filter(slug=COURSES[0].slug).update(title="改过的名字")
    call_command("demo", "--without-media", stdout=StringIO())
    assert counts() == first
    editor.refresh_from_db()
    assert editor.check_password("换过的密码")
    assert Course.objects.get(slug=COURSES[0].slug).title == "改过的名字"


@pytest.mark.django_db
def test_printed_accounts_open_the_doors_they_should() -> None:
    out = StringIO()
    call_command("demo", "--without-media", stdout=out)
    for account in ACCOUNTS:
        assert account.password in out.getvalue()
        client = Client()
        assert client.login(request=HttpRequest(), username=account.username, password=account.password)
        may_enter = client.get("/admin/").status_code == 200
        assert may_enter == (account.username != "senior"), account.username


def test_production_refuses_public_passwords(settings) -> None:
    settings.SESSION_COOKIE_SECURE = True
    with pytest.raises(CommandError, match="密码是公开的"):
        call_command("demo")


def streams_of(path: Path) -> dict[str, dict[str, object]]:
    command = [settings.FFPROBE, "-v", "error", "-show_streams", "-of", "json", str(path)]
    found = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    return {stream["codec_type"]: stream for stream in found["streams"]}


@pytest.mark.parametrize(
    "film",
    [
        SHORT_FILM,
        Film(sentences=SHORT_FILM.sentences, style=Style.MOTION, width=180, height=320, rate=30),
        Film(sentences=SHORT_FILM.sentences, style=Style.SOUND),
    ],
    ids=["slides", "upright", "sound"],
)
def test_films_are_as_long_as_what_is_said(film: Film, tmp_path: Path) -> None:
    folder = tmp_path / "film"
    folder.mkdir()
    path, spoken = make_film(film, title="第一式：试一试", folder=folder)
    streams = streams_of(path)
    assert [said.text for said in spoken] == list(film.sentences)
    assert all(said.end > said.start for said in spoken)
    assert spoken[1].start > spoken[0].end
    assert float(str(streams["audio"]["duration"])) == pytest.approx(spoken[-1].end + 1.5, abs=0.2)
    if film.style is Style.SOUND:
        assert set(streams) == {"audio"}
    else:
        assert (streams["video"]["width"], streams["video"]["height"]) == (film.width, film.height)
        assert streams["video"]["r_frame_rate"] == f"{film.rate}/1"
        assert streams["video"]["pix_fmt"] == "yuv420p"


@pytest.fixture
def one_showing(monkeypatch: pytest.MonkeyPatch) -> list[Showing]:
    """The first lesson only, with a short film."""
    operations.write_accounts()
    first = operations.write_texts()[0]
    return [
        Showing(name=first.name, title=first.title, film=SHORT_FILM, needs_film=first.needs_film, attach=first.attach)
    ]


@pytest.mark.django_db
def test_a_film_is_handed_to_the_pipeline_with_its_captions(one_showing: list[Showing], data_dir: Path) -> None:
    operations.make_films(showings=one_showing, say=lambda _line: None)
    lesson = Lesson.objects.get(course__slug=COURSES[0].slug, number=1)
    assert lesson.media is not None
    assert on_disk(lesson.media.source.original).is_file()
    assert lesson.media.is_open
    version = CaptionVersion.objects.get(track__asset=lesson.media)
    assert version.origin == CaptionOrigin.HUMAN
    assert all(sentence in version.text for sentence in SHORT_FILM.sentences)
    assert list((data_dir / "work").iterdir()) == []
    first = counts()
    operations.make_films(showings=one_showing, say=lambda _line: None)
    assert counts() == first


@pytest.mark.django_db
def test_an_interrupted_run_goes_on_where_it_stopped(
    one_showing: list[Showing], monkeypatch: pytest.MonkeyPatch
) -> None:
    operations.make_films(showings=one_showing, say=lambda _line: None)
    Lesson.objects.update(media=None)  # killed after the file was received, before it was shown
    monkeypatch.setattr(operations, "make_film", None)
    operations.make_films(showings=one_showing, say=lambda _line: None)
    assert Lesson.objects.filter(media__isnull=False).count() == 1
    assert MediaAsset.objects.count() == 1


@given(st.text(alphabet="一二三四五，。", min_size=1, max_size=60), st.integers(4, 20))
def test_wrapped_lines_keep_every_character_and_punctuation_hangs(text: str, width: int) -> None:
    lines = wrapped(text, width)
    assert "".join(lines) == text
    assert all(line[0] not in NEVER_FIRST for line in lines[1:])
    assert all(len(line.rstrip(NEVER_FIRST)) <= width for line in lines)


@pytest.mark.django_db
def test_the_half_year_has_teachers_of_all_channels_offerings_and_a_sealed_lottery(client: Client) -> None:
    call_command("demo", "--without-media", stdout=StringIO())
    assert {teacher.channel for teacher in Teacher.objects.all()} >= set(TeacherChannel.values) - {"in_service"}
    assert {offering.mode for offering in Offering.objects.all()} == set(EnrolmentMode.values)
    assert all(offering.sessions.count() >= 4 for offering in Offering.objects.all())
    lottery = Lottery.objects.get()
    assert lottery.sealed_at is not None
    assert lottery.tickets.count() == 5
    senior = User.objects.get(username="senior")
    assert senior.enrolments.count() == 3
    clerk = User.objects.get(username="clerk")
    assert scope_of(clerk).sites == {AcademySite.objects.get(name="树林召镇银发学堂").pk}
    client.force_login(senior)
    assert "八段锦入门" in client.get("/account/me/").content.decode()
