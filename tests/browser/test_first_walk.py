"""The whole way through the house: an editor uploads in the admin, a real worker makes it, a senior watches it.

Nothing here is called from inside: a browser on one side, a Celery worker in its own process on the other.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from accounts.enums import Role
from courses.models import Lesson
from courses.queries.progress import progress_of
from media_pipeline.enums import SourceState
from media_pipeline.models import Source
from tests.accounts.factories import UserFactory
from tests.browser.test_player_playing import ask, play, press, until
from tests.courses.factories import LessonFactory
from tests.media_pipeline import clips
from tests.media_pipeline.workers import until as wait_until
from tests.media_pipeline.workers import worker

pytestmark = pytest.mark.django_db(transaction=True)


def test_from_an_editors_file_to_a_seniors_second_screen(
    open_page: Callable[..., Page],
    child_environment: dict[str, str],
    real_broker: Path,
    tmp_path: Path,
) -> None:
    editor = UserFactory(role=Role.EDITOR, display_name="其木格")
    lesson = LessonFactory(media=None, live=False)
    file = clips.as_new(clips.encodable(seconds=40, size="960x540"), folder=tmp_path, name="八段锦_第一讲.mkv")

    desk = open_page(f"/admin/snippets/courses/lesson/edit/{lesson.pk}/", user=editor)
    desk.get_by_role("button", name="选择视频或音频").click()
    desk.get_by_role("tab", name="上传新的").click()
    desk.locator("input[type=file][name=file]").set_input_files(file)
    expect(desk.locator(".desk-chooser [data-chooser-title]")).to_have_text("八段锦 第一讲")
    with worker(child_environment):
        publish(desk)
        wait_until(lambda: Source.objects.get().plays, seconds=120, what="the lowest rung plays")
        early = open_page(lesson.get_absolute_url())
        play(early)
        until(early, "p.video.currentTime > 1")
        assert first_rungs(early) <= {"v240", "a40"}, "before the ladder is done there is only the lowest rung"
        early.context.close()
        wait_until(lambda: Source.objects.get().state == SourceState.READY, seconds=240, what="the whole ladder")

    senior = UserFactory(role=Role.SENIOR, display_name="王阿姨")
    watch(open_page, senior, lesson)
    resume(open_page, senior, lesson)


def publish(desk: Page) -> None:
    """Press 发布, wherever Wagtail keeps it."""
    desk.locator("footer [data-w-dropdown-target=toggle]").first.click()
    desk.locator("button[name=action-publish]").click()
    expect(desk.locator(".messages")).to_contain_text("发布")


def first_rungs(page: Page) -> set[str]:
    return {url.split("/")[-2] for url in page.requested if url.endswith(".m4s")}  # type: ignore[attr-defined]


def watch(open_page: Callable[..., Page], senior: Any, lesson: Lesson) -> None:
    page = open_page(lesson.get_absolute_url(), user=senior)
    press(page, "省流量")
    play(page)
    until(page, "p.engine.backend.rungs > 1 && p.video.currentTime > 2")
    assert first_rungs(page) == {"v240", "a40"}, "saving data: the lowest rung alone"
    press(page, "省流量")
    # The rung a measured line would choose depends on how busy this machine is: ask for the largest.
    ask(page, "p.engine.backend.hls.nextLevel = p.engine.backend.hls.levels.length - 1")
    until(page, "p.video.videoHeight === 480", timeout=30_000)
    ask(page, "p.seek(20)")
    until(page, "p.video.currentTime > 20.5 && !p.video.seeking")
    page.requested.clear()  # type: ignore[attr-defined]
    press(page, "只听声音")
    until(page, "p.engine.audioOnly && !p.engine.swapping && p.video.currentTime > 20.6")
    ask(page, "p.seek(30)")
    until(page, "p.video.currentTime > 31")
    assert first_rungs(page) == {"a40"}, "no picture is fetched any more"
    with page.expect_response("**/courses/played/") as answer:
        press(page, "暂停")
    assert answer.value.ok
    assert ask(page, "p.errors") == []
    page.context.close()


def resume(open_page: Callable[..., Page], senior: Any, lesson: Lesson) -> None:
    place = progress_of(senior, [lesson])[lesson.pk].place
    assert place > 30
    page = open_page(lesson.get_absolute_url(), user=senior, width=360)
    # A page that closes tells its place once more, so the second screen may know a second or two more than the row did.
    expect(page.get_by_text(re.compile(r"上次看到 3\d 秒")).first).to_be_visible()
    press(page, "接着看")
    until(page, f"p.video.currentTime > {round(place)} && !p.video.paused")
