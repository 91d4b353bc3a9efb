"""Pages that editors write, as visitors get them."""

from __future__ import annotations

import datetime as dt
import re

import pytest
import time_machine
from wagtail.models import PageViewRestriction

from cms.models import HomePage, ShortIndexPage, StoryIndexPage
from cms.operations import tree
from cms.operations.desk import CHINESE, arrange_desk
from cms.queries.home import greeting
from cms.queries.stories import open_media
from core import clock
from courses.models import WatchPosition
from tests.accounts.factories import UserFactory
from tests.cms.factories import plant_columns, plant_home, plant_short, plant_story
from tests.courses.factories import CourseFactory, LessonFactory
from tests.media_pipeline.factories import MediaAssetFactory, SourceFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def home():
    return plant_home()


@pytest.fixture
def columns(home):
    return plant_columns(home)


def playing(**fields):
    return MediaAssetFactory(source=SourceFactory(ready=True, **fields))


def html_of(client, url: str) -> str:
    return client.get(url).content.decode()


@pytest.mark.parametrize(
    ("hour", "words"),
    [
        (0, "夜深了"),
        (4, "夜深了"),
        (5, "早上好"),
        (9, "上午好"),
        (12, "中午好"),
        (14, "下午好"),
        (18, "晚上好"),
        (23, "晚上好"),
    ],
)
def test_greetings(hour, words):
    assert greeting(hour) == words


def test_a_visitor_reads_the_welcome_and_a_signed_in_person_their_name_and_the_time_of_day(client, home):
    assert "<h1>欢迎来学堂</h1>" in html_of(client, "/")
    client.force_login(UserFactory(display_name="王阿姨"))
    with time_machine.travel(dt.datetime(2026, 11, 2, 1, 30, tzinfo=dt.UTC), tick=False):  # 9:30 in Ordos
        assert "<h1>王阿姨，上午好</h1>" in html_of(client, "/")


def test_an_empty_academy_says_so_and_still_shows_the_seven_categories(client, home):
    html = html_of(client, "/")
    assert "还没有课程" in html
    assert len(re.findall(r"还没有课\s*</span>", html)) == 7


def test_what_was_begun_is_offered_first(client, home):
    senior = UserFactory()
    lesson = LessonFactory(media=playing(duration=700.0))
    WatchPosition.objects.create(user=senior, lesson=lesson, seconds=200, watched_at=clock.now())
    assert "接着看" not in html_of(client, "/")
    client.force_login(senior)
    html = html_of(client, "/")
    assert "上次看到 3 分 20 秒" in html
    assert "还剩 8 分 20 秒" in html
    assert f'href="{lesson.get_absolute_url()}?from=start"' in html


def test_media_being_made_have_a_line_with_progress_and_a_key_to_ask_with(client, home):
    asset = MediaAssetFactory(source=SourceFactory())
    LessonFactory(media=asset)
    html = html_of(client, "/")
    assert "视频正在制作，稍后就能看" in html
    assert f'data-making="{asset.key}"' in html
    assert "已完成 0%" in html


def test_more_courses_and_stories_cost_no_more_queries(client, columns, django_assert_max_num_queries):
    stories, shorts = columns
    client.force_login(UserFactory())

    def grow(count: int) -> None:
        for number in range(count):
            LessonFactory(media=playing())
            plant_story(stories, title=f"故事 {number}", slug=f"s{count}-{number}", video=playing())
            plant_short(shorts, title=f"短片 {number}", slug=f"v{count}-{number}", video=playing())

    grow(1)
    client.get("/")
    with django_assert_max_num_queries(30) as few:
        client.get("/")
    grow(5)
    with django_assert_max_num_queries(len(few)):
        client.get("/")


def test_the_navigation_shows_only_what_exists(client, home):
    assert "银龄故事" not in html_of(client, "/")
    stories, shorts = plant_columns(home)
    shorts.unpublish()
    html = html_of(client, "/stories/")
    assert re.search(rf'<a href="{stories.url}"\s+aria-current="page">银龄故事</a>', html)
    assert "短视频" not in html


def test_a_story_shows_its_words_and_its_player(client, columns):
    story = plant_story(columns[0], slug="vet", video=playing())
    html = html_of(client, story.url)
    assert "<h2>早晨</h2>" in html
    assert "羊也是家里的一口。" in html
    assert f"/media/play/{story.video.key}/open/master.m3u8" in html


def test_a_draft_story_is_not_there(client, columns):
    story = plant_story(columns[0], slug="vet", live=False)
    response = client.get(story.url)
    assert (response.status_code, story.title in response.content.decode()) == (404, False)
    assert story.title not in html_of(client, "/stories/")


def test_publishing_a_page_opens_its_media_and_privacy_closes_them(columns):
    asset = playing()
    story = plant_story(columns[0], slug="vet", live=False, video=asset)

    def is_open() -> bool:
        asset.refresh_from_db()
        return asset.is_open

    assert not is_open()
    story.save_revision().publish()
    assert is_open()
    restriction = PageViewRestriction.objects.create(page=columns[0], restriction_type=PageViewRestriction.LOGIN)
    assert not is_open()
    restriction.delete()
    assert is_open()
    story.refresh_from_db()
    story.unpublish()
    assert not is_open()


def test_a_short_and_a_story_both_count_and_drafts_do_not(columns):
    shown, short, draft = playing(), playing(), playing()
    plant_story(columns[0], slug="a", video=shown)
    plant_short(columns[1], slug="b", video=short)
    plant_story(columns[0], slug="c", video=draft, live=False)
    assert open_media({shown.pk, short.pk, draft.pk}) == {shown.pk, short.pk}


def test_the_site_map_lists_what_anyone_may_see(client, columns):
    story = plant_story(columns[0], slug="vet")
    hidden = plant_story(columns[0], slug="hidden", live=False)
    lesson, members, draft = LessonFactory(), LessonFactory(members=True), LessonFactory(draft=True)
    course = CourseFactory(draft=True)
    body = html_of(client, "/sitemap.xml")
    for url in (story.url, lesson.get_absolute_url(), lesson.course.get_absolute_url()):
        assert f"<loc>http://testserver{url}</loc>" in body
    for url in (hidden.url, members.get_absolute_url(), draft.get_absolute_url(), course.get_absolute_url()):
        assert f"{url}<" not in body


def test_a_new_site_begins_with_its_own_home_page_and_two_columns(client):
    assert tree.plant_home() == tree.plant_home() == HomePage.objects.get()
    assert (StoryIndexPage.objects.count(), ShortIndexPage.objects.count()) == (1, 1)
    body = html_of(client, "/")
    assert "欢迎来到银龄学堂" in body
    assert 'href="/stories/"' in body
    assert "Welcome to your new Wagtail site" not in body


def test_a_root_that_somebody_chose_is_left_alone():
    home = HomePage.objects.get()
    home.title = "康巴什区银发学堂"
    home.save()
    StoryIndexPage.objects.get().delete()
    assert tree.plant_home().title == "康巴什区银发学堂"
    assert not StoryIndexPage.objects.exists()


def test_the_desk_is_arranged_once_and_lets_editors_publish():
    from django.contrib.auth.models import Group
    from wagtail.models import GroupPagePermission, Task, Workflow

    arrange_desk()
    arrange_desk()
    assert Workflow.objects.filter(name=CHINESE).count() == 1
    assert Task.objects.filter(name=CHINESE).count() == 1
    editors = Group.objects.get(name="编辑")
    assert GroupPagePermission.objects.filter(group=editors, permission__codename="publish_page").count() == 1
