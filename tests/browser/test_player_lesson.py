"""The player on real pages with media the pipeline made: place on two devices, upright, sound, growing."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from courses.models import Lesson, WatchPosition
from courses.queries.progress import progress_of
from media_pipeline.models import MediaAsset
from media_pipeline.operations.captions import save_captions
from media_pipeline.operations.openness import refresh_openness
from media_pipeline.operations.work import run_until_idle, work_next
from media_pipeline.webvtt import Cue
from tests.accounts.factories import UserFactory
from tests.browser.test_player_playing import ask, play, press, until
from tests.courses.factories import LessonFactory
from tests.media_pipeline import clips
from tests.media_pipeline.factories import receive

pytestmark = pytest.mark.django_db(transaction=True)

SENTENCES = ["各位学员好，今天讲第一式。", "两脚与肩同宽，膝盖微微弯。", "吸气，两手捧到胸前。", "呼气还原。"]


def lesson_of(path: Path) -> Lesson:
    """A public lesson with finished media."""
    asset = receive(path, title="八段锦")
    run_until_idle(asset.source)
    return shown(asset)


def shown(asset: MediaAsset) -> Lesson:
    lesson = LessonFactory(media=asset, number=3, title="调理脾胃须单举")
    refresh_openness(asset_ids={asset.pk})
    return lesson


def with_captions(lesson: Lesson) -> Lesson:
    cues = [Cue(number * 5.0, number * 5 + 4.5, text) for number, text in enumerate(SENTENCES)]
    save_captions(asset=lesson.media, cues=cues, author=UserFactory(), based_on=0)
    return lesson


def test_a_lesson_plays_seeks_and_turns_to_sound_alone(
    open_page: Callable[..., Page], audit: Callable[..., list[str]]
) -> None:
    lesson = with_captions(lesson_of(clips.encodable(seconds=20)))
    page = open_page(lesson.get_absolute_url())

    play(page)
    until(page, "p.engine.backend.rungs > 1 && p.video.currentTime > 2")
    ask(page, "p.seek(11)")
    until(page, "p.video.currentTime > 11.5 && !p.video.seeking")
    press(page, "暂停")
    ask(page, "p.seek(12)")
    expect(page.locator("[data-part=captions] span")).to_have_text(SENTENCES[2])
    press(page, "播放")
    press(page, "只听声音")
    until(page, "p.engine.audioOnly && !p.engine.swapping && p.video.currentTime > 12.1")
    page.requested.clear()
    ask(page, "p.seek(16)")
    until(page, "p.video.currentTime > 17")

    segments = [url for url in page.requested if url.endswith(".m4s")]
    assert [url for url in segments if "/a40/" not in url] == []
    assert ask(page, "p.errors") == []
    assert audit(page) == []


def test_the_place_follows_a_person_to_another_device(
    make_context: Callable[..., BrowserContext], open_page: Callable[..., Page]
) -> None:
    lesson = lesson_of(clips.copyable(seconds=20))
    person = UserFactory()
    phone = open_page(lesson.get_absolute_url(), user=person, width=360)
    play(phone)
    ask(phone, "p.seek(8)")
    until(phone, "p.video.currentTime > 8.5")
    with phone.expect_response("**/courses/played/") as answer:
        press(phone, "暂停")
    assert answer.value.ok
    place = progress_of(person, [lesson])[lesson.pk].place
    assert 8.5 <= place <= 14

    tablet = open_page(lesson.get_absolute_url(), user=person, width=768)
    expect(tablet.get_by_text(f"上次看到 {round(place)} 秒").first).to_be_visible()
    expect(tablet.get_by_role("button", name="从头看")).to_be_visible()
    press(tablet, "接着看")
    until(tablet, f"p.video.currentTime > {round(place)} && !p.video.paused")
    assert ask(tablet, "p.video.currentTime") < place + 5
    press(tablet, "从头看")
    until(tablet, "p.video.currentTime < 3 && !p.video.paused")


def test_what_was_watched_without_a_network_is_told_later(open_page: Callable[..., Page]) -> None:
    lesson = lesson_of(clips.copyable(seconds=20))
    person = UserFactory()
    page = open_page(lesson.get_absolute_url(), user=person)
    play(page)
    until(page, "p.video.currentTime > 1.5 && p.video.buffered.end(0) > 12")
    page.context.set_offline(True)
    ask(page, "p.seek(10)")
    until(page, "p.video.currentTime > 10.2")
    press(page, "暂停")

    with page.expect_response("**/courses/played/") as answer:
        page.context.set_offline(False)

    assert answer.value.ok
    page.wait_for_function("() => !Object.keys(localStorage).some((key) => /^yinling.(place|report)/.test(key))")
    far = progress_of(person, Lesson.objects.filter(pk=lesson.pk))[lesson.pk]
    assert far.place >= 10
    assert far.covered >= 1.5


def test_a_visitor_is_reminded_on_the_same_device(open_page: Callable[..., Page]) -> None:
    lesson = lesson_of(clips.copyable(seconds=20))
    page = open_page(lesson.get_absolute_url())
    play(page)
    ask(page, "p.seek(7)")
    until(page, "p.video.currentTime > 7.2")
    press(page, "暂停")

    page.reload()

    said = page.get_by_text(re.compile("^上次看到 [78] 秒")).first
    expect(said).to_be_visible()
    place = said.inner_text().removeprefix("上次看到 ").removesuffix(" 秒")
    assert page.get_by_role("slider").get_attribute("aria-valuetext") == f"{place} 秒，共 20 秒"
    page.goto(f"{lesson.get_absolute_url()}?from=start")
    expect(page.get_by_role("button", name="接着看")).to_be_hidden()


@pytest.mark.parametrize("width", [360, 1366])
def test_an_upright_video_stays_upright_and_fits_the_screen(
    width: int, open_page: Callable[..., Page], audit: Callable[..., list[str]]
) -> None:
    lesson = lesson_of(clips.upright(seconds=3))
    page = open_page(lesson.get_absolute_url(), width=width)

    play(page)

    assert ask(page, "p.video.videoHeight > p.video.videoWidth")
    box = page.locator("[data-part=frame]").bounding_box()
    screen = page.viewport_size
    assert box
    assert screen
    assert box["height"] <= screen["height"] * 0.8
    assert audit(page) == []


def test_a_lesson_of_sound_shows_its_wave_and_has_no_keys_for_pictures(
    open_page: Callable[..., Page], audit: Callable[..., list[str]]
) -> None:
    lesson = lesson_of(clips.sound_only(seconds=12))
    page = open_page(lesson.get_absolute_url())

    play(page)
    until(page, "p.video.currentTime > 1")

    assert page.locator(".player-wave").evaluate("(e) => e.naturalWidth") > 100
    for name in ("只听声音", "省流量", "全屏"):
        expect(page.get_by_role("button", name=name)).to_be_hidden()
    assert ask(page, "p.errors") == []
    assert audit(page) == []


def test_a_silent_film_does_not_offer_its_sound(open_page: Callable[..., Page]) -> None:
    lesson = lesson_of(clips.silent(seconds=3))
    page = open_page(lesson.get_absolute_url())

    play(page)

    expect(page.get_by_role("button", name="只听声音")).to_be_hidden()
    assert ask(page, "p.errors") == []


def test_a_video_plays_while_the_rest_is_being_made(open_page: Callable[..., Page]) -> None:
    asset = receive(clips.encodable(seconds=12), title="八段锦")
    while work_next(queue=None, source=asset.source):
        asset.source.refresh_from_db()
        if asset.source.plays:
            break
    lesson = shown(asset)
    page = open_page(lesson.get_absolute_url())
    assert ask(page, "!p.engine.complete")
    play(page)
    assert ask(page, "p.video.currentTime") < 4

    run_until_idle(asset.source)
    page.evaluate("() => document.querySelector('[data-player]').player.engine.lookForRungs()")

    until(page, "p.video.currentTime > 6", timeout=30_000)
    assert [error for error in ask(page, "p.errors") if error["fatal"]] == []


@pytest.mark.parametrize(
    ("width", "text_size", "contrast"),
    [(360, "", ""), (768, "", ""), (1366, "", ""), (360, "huge", ""), (360, "large", "high"), (1366, "huge", "high")],
)
def test_nothing_overlaps_at_any_size(
    width: int, text_size: str, contrast: str, open_page: Callable[..., Page], audit: Callable[..., list[str]]
) -> None:
    lesson = with_captions(lesson_of(clips.copyable(seconds=20)))
    person = UserFactory()
    WatchPosition.objects.create(user=person, lesson=lesson, seconds=6, watched_at=lesson.created_at)
    page = open_page(lesson.get_absolute_url(), width=width, text_size=text_size, contrast=contrast, user=person)
    assert overlaps(page) == []
    assert audit(page) == []

    press(page, "省流量")
    press(page, "接着看")
    until(page, "p.video.currentTime > 6.2")

    assert overlaps(page) == []
    assert audit(page) == []


def overlaps(page: Page) -> list[Any]:
    """Keys of the player that cover each other, stand out of it, or whose words don't fit."""
    return page.evaluate(
        """() => {
          const keys = [...document.querySelectorAll('.player button, .player output, .player [role=slider]')]
            .filter((e) => e.checkVisibility());
          const frame = document.querySelector('.player').getBoundingClientRect();
          const found = [];
          for (const [at, key] of keys.entries()) {
            const a = key.getBoundingClientRect();
            if (key.scrollWidth > key.clientWidth + 1) found.push('words: ' + key.textContent);
            if (a.left < frame.left - 1 || a.right > frame.right + 1) found.push('outside: ' + key.textContent);
            for (const other of keys.slice(at + 1)) {
              const b = other.getBoundingClientRect();
              if (a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1)
                found.push(key.textContent + ' covers ' + other.textContent);
            }
          }
          return found;
        }"""
    )
