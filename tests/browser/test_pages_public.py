"""Every public page in every mode: axe, targets, type, width, keyboard, no foreign host, no script needed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.core.files.base import ContentFile
from playwright.sync_api import Page, expect

from accounts.models import User
from core import clock
from core.models import SiteDocument
from courses.enums import Audience, Category
from courses.models import Course, Lesson, LessonProgress, StudyDay, WatchPosition
from courses.operations.homework import answer_homework, send_homework
from courses.operations.quiz import answer_question
from tests.accounts.factories import PASSWORD, UserFactory
from tests.browser.audit import keyboard_crawl
from tests.cms.factories import plant_columns, plant_home, plant_short, plant_story
from tests.courses.content import photograph, with_quiz
from tests.courses.factories import (
    CertificateFactory,
    CourseFactory,
    EnrolmentFactory,
    LessonFactory,
    OfferingFactory,
    TeacherFactory,
)
from tests.media_pipeline.factories import MediaAssetFactory, SourceFactory

pytestmark = pytest.mark.django_db(transaction=True)

PATHS = [
    "/",
    "/courses/",
    "/courses/?category=life",
    "/courses/ba-duan-jin/",
    "/courses/ba-duan-jin/2/",
    "/courses/ba-duan-jin/3/",
    "/courses/ba-duan-jin/1/",
    "/courses/ba-duan-jin/1/quiz/?n=1",
    "/courses/ba-duan-jin/1/quiz/?n=2",
    "/courses/ba-duan-jin/1/quiz/result/",
    "/courses/ba-duan-jin/1/homework/",
    "/courses/homework/?all=1",
    "/stories/",
    "/stories/vet/",
    "/shorts/",
    "/shorts/family/",
    "/account/me/",
    "/account/phone/",
    "/study/",
    "/verify/",
    "/verify/K7QP-2MZC-XR4T-9VHD/",
    "/accessibility/",
    "/catalogue/",
    "/catalogue/editions/",
    "/catalogue/wish/",
    "/nowhere/",
]
MODES = {
    "phone": {"width": 360},
    "tablet": {"width": 768},
    "desktop": {"width": 1366},
    "zoomed": {"width": 1366, "zoom": 2},
    "phone, huge letters, high contrast": {"width": 360, "text_size": "huge", "contrast": "high"},
    "desktop, large letters, high contrast": {"width": 1366, "text_size": "large", "contrast": "high"},
}


@dataclass
class Academy:
    senior: User
    course: Course


@pytest.fixture
def academy() -> Academy:
    """One course with a lesson begun, one still being made and one for members; a story; a short."""
    senior = UserFactory(username="wang", display_name="王阿姨")
    course = CourseFactory(title="八段锦", category=Category.HEALTH)
    course.tags.add("太极", "养生")
    course.save()
    CourseFactory(title="接到陌生电话怎么办", category=Category.FRAUD)
    ready = MediaAssetFactory(source=SourceFactory(ready=True, duration=700.0))
    first = LessonFactory(course=course, number=1, media=ready)
    LessonFactory(course=course, number=2, media=MediaAssetFactory(source=SourceFactory()))
    LessonFactory(course=course, number=3, media=ready, audience=Audience.MEMBERS)
    with_content(first, senior)
    WatchPosition.objects.create(user=senior, lesson=first, seconds=200, watched_at=clock.now())
    learned(senior, first)
    home = plant_home()
    stories, shorts = plant_columns(home)
    plant_story(stories, slug="vet")
    plant_short(shorts, slug="family")
    return Academy(senior, course)


def learned(senior: User, lesson: Lesson) -> None:
    """Part of a lesson, a course to be certified, a certificate, and something in an earlier half-year."""
    now, seen = clock.now(), [[0, 150_000], [200_000, 500_000]]
    counts = {"covered": seen, "covered_ms": 450_000, "played_ms": 450_000, "credited_ms": 450_000}
    LessonProgress.objects.create(user=senior, lesson=lesson, media_pk=lesson.media_id, counted_at=now, **counts)
    for title in ("书法：横竖撇捺", "手机挂号"):
        done = LessonFactory(course__title=title, number=1)
        LessonProgress.objects.create(user=senior, lesson=done, finished_at=now, rule_version=1, counted_at=now)
    StudyDay.objects.create(user=senior, day=clock.today(), credited_ms=22_800_000)
    StudyDay.objects.create(user=senior, day=clock.today() - dt.timedelta(days=200), credited_ms=1_000_000)
    CertificateFactory(user=senior, course=done.course, code="K7QP-2MZC-XR4T-9VHD")


def with_content(lesson: Lesson, senior: User) -> None:
    """Words, a document, a quiz half done and homework answered; the senior also teaches, so that the inbox fills."""
    document = SiteDocument.objects.create(title="八段锦口诀", file=ContentFile(b"%PDF-1.4", name="koujue.pdf"))
    lesson.body = [
        ("text", "<h2>口诀</h2><p>两手托天理三焦，左右开弓似射雕。</p>"),
        ("document", {"document": document, "words": "口诀一页，大字，可以打印"}),
    ]
    lesson.homework = "请家里人帮您拍一张练功的照片"
    with_quiz(lesson)
    answer_question(person=senior, lesson=lesson, number=1, choice=0)
    answer_question(person=senior, lesson=lesson, number=2, choice=0)
    answer_question(person=senior, lesson=lesson, number=1, choice=0)
    offering = OfferingFactory(course=lesson.course, teacher=TeacherFactory(user=senior))
    EnrolmentFactory(offering=offering, person=senior)
    for colour, words in (("green", "膝盖有点疼，蹲得不低"), ("brown", "")):
        row = send_homework(
            person=senior, lesson=lesson, file=photograph(size=(640, 480), colour=colour), size=9000, words=words
        )
    answer_homework(homework=row, answer="站得很稳。手再抬高一点，肩膀放松。", by=senior)


@pytest.mark.parametrize("mode", MODES)
def test_every_page_passes_in_this_mode(academy, open_page, audit, mode):
    page = open_page("/", user=academy.senior, **MODES[mode])
    found: dict[str, list[str]] = {}
    for path in PATHS:
        page.goto(path)
        if wrong := audit(page):
            found[path] = wrong
    assert found == {}


@pytest.mark.parametrize(
    "path", ["/", "/courses/ba-duan-jin/", "/courses/ba-duan-jin/3/", "/account/sign-in/", "/account/sign-in/password/"]
)
def test_pages_for_people_not_signed_in_pass_too(academy, open_page, audit, path):
    assert audit(open_page(path, width=360)) == []


@pytest.mark.parametrize("width", [360, 1366])
def test_the_keyboard_reaches_everything_with_a_visible_ring(academy, open_page, width):
    page = open_page("/", user=academy.senior, width=width)
    found: dict[str, list[str]] = {}
    for path in ["/", "/courses/", "/courses/ba-duan-jin/", "/courses/ba-duan-jin/2/", "/account/me/", "/study/"]:
        page.goto(path)
        if wrong := keyboard_crawl(page):
            found[path] = wrong
    assert found == {}


def test_the_first_stop_leads_to_the_text(academy, open_page):
    page = open_page("/courses/")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("跳到正文")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


@pytest.mark.parametrize("js", [True, False])
def test_large_letters_are_one_press_away_on_a_phone_and_stay(academy, open_page, js):
    page = open_page("/courses/", width=360, js=js)
    button = page.get_by_test_id("text-size")
    box = button.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= 740
    assert min(box["width"], box["height"]) >= 60
    button.click()
    expect(page.locator("html")).to_have_attribute("data-size", "large")
    page.goto("/")
    expect(page.locator("html")).to_have_attribute("data-size", "large")
    page.get_by_test_id("contrast").click()
    expect(page.locator("html")).to_have_attribute("data-contrast", "high")
    expect(page.locator("html")).to_have_attribute("data-size", "large")


def test_without_a_script_everything_can_be_read_and_reached(academy, open_page):
    page = open_page("/", js=False, width=360)
    page.get_by_role("navigation", name="底部导航").get_by_role("link", name="课程").click()
    page.get_by_role("link", name="八段锦").click()
    page.get_by_role("link", name="第二讲").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("第二讲 " + academy.course.lessons.get(number=2).title)
    expect(page.get_by_text("视频正在制作，稍后就能看").first).to_be_visible()


def test_a_wrong_password_moves_the_focus_to_the_summary_and_the_link_to_the_field(academy, open_page, audit):
    page = open_page("/account/sign-in/password/", width=360)
    page.get_by_label("用户名").fill("wang")
    page.get_by_label("密码").fill("wrong")
    page.locator("main").get_by_role("button", name="登录").click()
    summary = page.get_by_test_id("error-summary")
    expect(summary).to_be_focused()
    assert page.title().startswith("错误：")
    assert audit(page) == []
    summary.get_by_role("link").first.click()
    expect(page.get_by_label("用户名")).to_be_focused()
    expect(page.get_by_label("用户名")).to_have_value("wang")
    page.get_by_label("密码").fill(PASSWORD)
    page.locator("main").get_by_role("button", name="登录").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("王阿姨")


def test_a_line_on_media_being_made_freshens_itself_and_then_stops_asking(academy, open_page):
    source = academy.course.lessons.get(number=2).media.source
    page = open_page("/courses/ba-duan-jin/2/")
    line = page.locator("main .waiting")
    expect(line).to_contain_text("视频正在制作，稍后就能看")
    expect(line.get_by_role("link", name="做好了，现在观看")).to_be_hidden()
    source.state, source.playable_at = "playable", clock.now()
    source.save()
    expect(line).to_contain_text("做好了，现在可以看了", timeout=15_000)
    expect(line.get_by_role("link", name="做好了，现在观看")).to_be_visible()
    asked = len(asks(page))
    page.wait_for_timeout(5500)
    assert len(asks(page)) == asked


def asks(page: Page) -> list[str]:
    return [url for url in page.requested if "/courses/making/" in url]  # type: ignore[attr-defined]


VOICE = """
  window.spoken = [];
  window.cancelled = 0;
  window.SpeechSynthesisUtterance = function (text) { this.text = text; };
  Object.defineProperty(window, 'speechSynthesis', {value: {
    getVoices: () => [{lang: '%s', name: 'x'}],
    speak: (words) => window.spoken.push(words.text),
    cancel: () => { window.cancelled += 1; },
    addEventListener: () => {},
  }});
"""


def with_voice(make_context: Callable[..., Any], language: str) -> Page:
    context = make_context()
    context.add_init_script(VOICE % language)
    page = context.new_page()
    page.goto("/accessibility/")
    return page


def test_reading_aloud_speaks_the_text_in_order_and_stops_on_a_second_press(academy, make_context):
    page = with_voice(make_context, "zh-CN")
    button = page.get_by_test_id("read-aloud")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    spoken = page.evaluate("window.spoken")
    assert spoken[0] == "无障碍说明"
    assert spoken.index("您可以这样用") < spoken.index("有困难找谁")
    assert len(spoken) == len(set(spoken))
    assert not any("服务电话" in words for words in spoken)
    stopped = page.evaluate("window.cancelled")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "false")
    assert page.evaluate("window.cancelled") > stopped


def test_without_a_chinese_voice_there_is_no_button(academy, make_context, open_page):
    expect(with_voice(make_context, "en-US").get_by_test_id("read-aloud")).to_be_hidden()
    expect(open_page("/accessibility/").get_by_test_id("read-aloud")).to_be_hidden()


def test_reduced_motion_moves_nothing(academy, open_page):
    page = open_page("/", reduced_motion="reduce", user=academy.senior)
    assert page.evaluate("document.getAnimations().length") == 0
