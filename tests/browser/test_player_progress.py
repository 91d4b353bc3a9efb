"""What a real player in a real browser is credited: what played in sight, and nothing else."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from courses.models import Lesson, PlayedReport, StudyDay
from courses.operations.progress import count_reports
from courses.queries.progress import HowFar, progress_of
from tests.accounts.factories import UserFactory
from tests.browser.test_player_lesson import lesson_of
from tests.browser.test_player_playing import ask, play, press, until
from tests.media_pipeline import clips

pytestmark = pytest.mark.django_db(transaction=True)
SLACK = 0.7
"""Seconds by which a test may see a place later than the player did."""


def far_of(person: User, lesson: Lesson) -> HowFar:
    """As a page would read it: the lesson a test holds doesn't know yet how long its film has become."""
    return progress_of(person, Lesson.objects.select_related("media__source").filter(pk=lesson.pk))[lesson.pk]


def turn(page: Page, state: str) -> float:
    """Put the page out of sight ("hidden") or back into it, as a phone does. Returns the place at that moment."""
    return page.evaluate(
        """(state) => {
          Object.defineProperty(document, 'visibilityState', { value: state, configurable: true });
          document.dispatchEvent(new Event('visibilitychange'));
          return document.querySelector('[data-player]').player.video.currentTime;
        }""",
        state,
    )


def pause(page: Page) -> float:
    """Press the key and wait until the report is answered. Returns the place."""
    with page.expect_response("**/courses/played/") as answer:
        press(page, "暂停")
    assert answer.value.ok
    return float(ask(page, "p.video.currentTime"))


def assert_close(found: tuple[tuple[float, float], ...], wanted: list[tuple[float, float]]) -> None:
    assert len(found) == len(wanted), (found, wanted)
    for pair, goal in zip(found, wanted, strict=True):
        assert pair == pytest.approx(goal, abs=SLACK), (found, wanted)


def covered(person: User, lesson: Lesson) -> tuple[tuple[float, float], ...]:
    count_reports(wait=0)
    row = person.lesson_progress.get(lesson=lesson)
    return tuple((start / 1000, end / 1000) for start, end in row.covered)


def test_what_is_hidden_paused_or_skipped_is_not_credited(open_page: Callable[..., Page]) -> None:
    lesson, person = lesson_of(clips.copyable(seconds=40)), UserFactory()
    opened = time.monotonic()
    page = open_page(lesson.get_absolute_url(), user=person)
    play(page)
    until(page, "p.video.currentTime > 3")
    hidden = turn(page, "hidden")
    until(page, f"p.video.currentTime > {hidden} + 2.5")
    shown = turn(page, "visible")
    until(page, f"p.video.currentTime > {shown} + 2")
    stopped = pause(page)
    page.wait_for_timeout(1500)
    ask(page, "p.seek(25)")
    until(page, "!p.video.seeking && p.video.currentTime >= 25")
    play(page)
    until(page, "p.video.currentTime > 28")
    last = pause(page)
    watched = time.monotonic() - opened

    far = far_of(person, lesson)
    assert_close(covered(person, lesson), [(0, hidden), (shown, stopped), (25, last)])
    assert far.place == pytest.approx(last, abs=SLACK)
    assert far.credited == pytest.approx(hidden + (stopped - shown) + (last - 25), abs=3 * SLACK)
    assert far.credited <= watched
    assert far_of(person, lesson) == far


def test_faster_covers_more_and_is_credited_by_the_clock(open_page: Callable[..., Page]) -> None:
    lesson, person = lesson_of(clips.copyable(seconds=40)), UserFactory()
    page = open_page(lesson.get_absolute_url(), user=person)
    press(page, "快一点")
    press(page, "快一点")
    play(page)
    until(page, "p.video.currentTime > 9")
    stopped = pause(page)

    far = far_of(person, lesson)
    assert far.covered == pytest.approx(stopped, abs=SLACK)
    assert far.credited == pytest.approx(stopped / 1.5, abs=1.5)


def test_sound_alone_counts_with_the_screen_off(open_page: Callable[..., Page]) -> None:
    lesson, person = lesson_of(clips.copyable(seconds=40)), UserFactory()
    page = open_page(lesson.get_absolute_url(), user=person)
    play(page)
    press(page, "只听声音")
    until(page, "p.engine.audioOnly && !p.engine.swapping && p.video.currentTime > 1")
    turn(page, "hidden")
    until(page, "p.video.currentTime > 6")
    turn(page, "visible")
    stopped = pause(page)

    far = far_of(person, lesson)
    assert far.covered == pytest.approx(stopped, abs=3 * SLACK)


def test_half_a_minute_is_reported_without_anybody_pausing(open_page: Callable[..., Page]) -> None:
    lesson, person = lesson_of(clips.copyable(seconds=40)), UserFactory()
    page = open_page(lesson.get_absolute_url(), user=person)
    play(page)
    # As if half a minute had gone by: waiting for it in earnest would show nothing more.
    with page.expect_response("**/courses/played/") as answer:
        ask(page, "p.reports.sentAt -= 30000")
    assert answer.value.ok
    said = json.loads(answer.value.request.post_data or "{}")
    assert said["seq"] == 1
    assert said["played"]
    assert set(said) == {"ticket", "session", "seq", "played", "place"}
    assert not ask(page, "p.video.paused")


def test_watched_to_the_end_it_is_finished_and_the_page_says_so(
    open_page: Callable[..., Page], audit: Callable[..., list[str]]
) -> None:
    lesson, person = lesson_of(clips.copyable(seconds=20)), UserFactory()
    page = open_page(lesson.get_absolute_url(), user=person, width=360)
    play(page)
    ask(page, "p.seek(10)")
    until(page, "!p.video.seeking && p.video.currentTime > 12")
    pause(page)
    page.reload()
    expect(page.get_by_text("您还差").first).to_be_visible()
    missing = page.locator("[data-seek]")
    assert missing.first.get_attribute("data-seek") is not None
    assert audit(page) == []
    missing.first.click()
    until(page, "!p.video.paused && p.video.currentTime > 0.5 && p.video.currentTime < 6")
    with page.expect_response("**/courses/played/", timeout=30_000):
        until(page, "p.video.ended", timeout=30_000)

    page.reload()
    expect(page.get_by_text("✓ 这一讲已学完").first).to_be_visible()
    assert far_of(person, lesson).finished
    count_reports(wait=0)
    day = StudyDay.objects.get(user=person)
    assert day.credited_ms <= 20_000


def test_a_report_that_fails_is_sent_again_and_counts_once(open_page: Callable[..., Page]) -> None:
    lesson, person = lesson_of(clips.copyable(seconds=40)), UserFactory()
    page = open_page(lesson.get_absolute_url(), user=person)
    lost: list[Any] = []

    def lose_the_answer(route: Any) -> None:
        """The server has it, and the player never hears so."""
        lost.append(route.fetch())
        route.abort()

    page.route("**/courses/played/", lose_the_answer)
    play(page)
    until(page, "p.video.currentTime > 2")
    press(page, "暂停")
    page.wait_for_function("() => Object.keys(localStorage).some((key) => key.startsWith('yinling.report'))")
    until(page, "p.reports.outbox.sending.size === 0")
    assert lost[0].ok
    page.unroute("**/courses/played/")
    before = far_of(person, lesson)

    with page.expect_response("**/courses/played/") as answer:
        page.reload()

    assert answer.value.ok
    page.wait_for_function("() => !Object.keys(localStorage).some((key) => key.startsWith('yinling.report'))")
    assert far_of(person, lesson).credited == before.credited
    assert PlayedReport.objects.filter(seq=1).count() == 1


def test_whoever_is_not_signed_in_leaves_nothing_on_the_server(open_page: Callable[..., Page]) -> None:
    lesson = lesson_of(clips.copyable(seconds=20))
    page = open_page(lesson.get_absolute_url())
    play(page)
    until(page, "p.video.currentTime > 2")
    press(page, "暂停")
    page.goto("/accessibility/")
    assert [url for url in page.requested if "/courses/played/" in url] == []  # type: ignore[attr-defined]
    assert not PlayedReport.objects.exists()


def test_without_scripts_the_film_is_there_and_a_plain_word_on_time(open_page: Callable[..., Page]) -> None:
    lesson, person = lesson_of(clips.copyable(seconds=20)), UserFactory()
    page = open_page(lesson.get_absolute_url(), user=person, js=False)
    expect(page.get_by_text("记不下学习时间")).to_be_visible()
    expect(page.get_by_role("link", name="看视频（流畅版）")).to_be_visible()
