"""The player on a bare page: playing, rungs, seeking, sound alone, saving data, words, keys, and no JavaScript."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser import player_site
from tests.browser.player_media import SEGMENT, Stream, make_stream

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urls("tests.browser.player_site")]

SECONDS = 30


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_stream(tmp_path_factory.mktemp("stream") / "s", seconds=SECONDS)


@pytest.fixture
def stream(files: Path) -> Iterator[Stream]:
    """A finished stream, served under the key `a`."""
    player_site.STREAMS["a"] = Stream(files, float(SECONDS))
    yield player_site.STREAMS["a"]
    player_site.STREAMS.clear()


def ask(page: Page, expression: str) -> Any:
    """`expression` in the page, with `p` for the player."""
    return page.evaluate(f"() => {{ const p = document.querySelector('[data-player]').player; return {expression}; }}")


def until(page: Page, expression: str, timeout: float = 15_000) -> None:
    page.wait_for_function(
        f"() => {{ const p = document.querySelector('[data-player]').player; return {expression}; }}", timeout=timeout
    )


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def play(page: Page) -> None:
    press(page, "播放")
    until(page, "!p.video.paused && p.video.currentTime > 0 && !p.engine.swapping")


def asked_for(page: Page, *folders: str) -> list[str]:
    """Segments of these folders the page has asked for."""
    return [url for url in page.requested if url.endswith(".m4s") and any(f"/{name}/" in url for name in folders)]


def test_nothing_is_fetched_before_play(stream: Stream, open_page: Callable[..., Page]) -> None:
    page = open_page("/player/a/")
    page.wait_for_load_state("networkidle")

    fetched = [url for url in page.requested if url.endswith((".m3u8", ".m4s", ".mp4", ".m4a", "hls.min.js"))]

    assert fetched == []
    assert ask(page, "p.video.paused && !p.video.autoplay")


def test_plays_and_climbs_to_a_higher_rung_without_an_error(
    stream: Stream, open_page: Callable[..., Page], audit: Callable[..., list[str]]
) -> None:
    page = open_page("/player/a/?words=transcript")

    play(page)
    until(page, "p.engine.height > 180 && p.video.currentTime > 3")

    assert ask(page, "p.errors") == []
    assert ask(page, "p.video.getVideoPlaybackQuality().droppedVideoFrames") < 15
    assert audit(page) == []


def test_seeks_by_pointer_and_says_where_it_is(stream: Stream, open_page: Callable[..., Page]) -> None:
    page = open_page("/player/a/")
    play(page)
    slider = page.get_by_role("slider", name="播放进度")
    track = page.locator("[data-part=track]").bounding_box()
    assert track

    page.mouse.move(track["x"] + track["width"] * 0.5, track["y"] + 5)
    page.locator("[data-part=preview-picture]").wait_for()
    assert page.locator("[data-part=preview-time]").text_content() == "0:15"
    assert "s.jpg" in ask(page, "p.part('preview-picture').style.backgroundImage")
    assert ask(page, "p.part('preview-picture').style.backgroundPosition") == "0px -90px"
    page.mouse.down()
    page.mouse.up()

    until(page, "p.video.currentTime > 14.5 && p.video.currentTime < 18 && !p.video.seeking")
    press(page, "暂停")
    assert slider.get_attribute("aria-valuetext") == f"{ask(page, 'Math.floor(p.video.currentTime)')} 秒，共 30 秒"
    press(page, "退 10 秒")
    until(page, "p.video.currentTime > 4 && p.video.currentTime < 8 && !p.video.seeking")
    press(page, "进 10 秒")
    until(page, "p.video.currentTime > 14 && p.video.currentTime < 18 && !p.video.seeking")
    assert ask(page, "p.errors") == []


def test_sound_alone_fetches_no_picture_and_gives_it_back(stream: Stream, open_page: Callable[..., Page]) -> None:
    page = open_page("/player/a/")
    play(page)
    ask(page, "p.seek(12)")
    until(page, "!p.video.seeking && p.video.currentTime > 12.2")

    press(page, "只听声音")
    until(page, "p.engine.audioOnly && !p.engine.swapping && p.video.currentTime > 12.5")
    page.requested.clear()
    ask(page, "p.seek(22)")
    until(page, "p.video.currentTime > 23")

    assert asked_for(page, "v180", "v360", "v720") == []
    assert ask(page, "p.video.videoWidth") == 0
    expect(page.get_by_text("正在只听声音，画面已关")).to_be_visible()
    expect(page.get_by_role("button", name="只听声音")).to_have_attribute("aria-pressed", "true")

    place = ask(page, "p.video.currentTime")
    press(page, "只听声音")
    until(page, f"p.video.videoWidth > 0 && !p.video.paused && p.video.currentTime > {place}")
    assert ask(page, "p.video.currentTime") < place + 5
    assert asked_for(page, "v180", "v360", "v720") != []
    assert ask(page, "p.errors") == []


def test_sound_alone_from_the_start_never_fetches_a_picture(stream: Stream, open_page: Callable[..., Page]) -> None:
    page = open_page("/player/a/")

    press(page, "只听声音")
    play(page)
    until(page, "p.video.currentTime > 2")

    assert asked_for(page, "v180", "v360", "v720") == []


def test_saving_data_stays_on_the_lowest_rung_and_counts(stream: Stream, open_page: Callable[..., Page]) -> None:
    page = open_page("/player/a/")

    press(page, "省流量")
    play(page)
    until(page, "p.video.currentTime > 3")

    assert asked_for(page, "v360", "v720") == []
    fetched = sum((stream.folder / url.split("/stream/a/")[1]).stat().st_size for url in asked_for(page, "v180", "lo"))
    assert ask(page, "p.engine.bytes") == pytest.approx(fetched, rel=0.02)
    expect(page.get_by_text(f"已用流量 {fetched / 1e6:.1f} MB")).to_be_visible()
    page.reload()
    expect(page.get_by_role("button", name="省流量")).to_have_attribute("aria-pressed", "true")


def test_speed_goes_in_four_steps_and_survives_a_change_of_source(
    stream: Stream, open_page: Callable[..., Page]
) -> None:
    page = open_page("/player/a/")
    speeds = [page.locator("[data-part=speed]").text_content()]
    for _ in range(3):
        press(page, "快一点")
        speeds.append(page.locator("[data-part=speed]").text_content())
    expect(page.get_by_role("status").filter(has_text="已经是最快了。")).to_be_visible()
    play(page)
    press(page, "只听声音")
    until(page, "p.engine.audioOnly && !p.engine.swapping && !p.video.paused")

    assert speeds == ["1 倍", "1.25 倍", "1.5 倍", "1.5 倍"]
    assert ask(page, "p.video.playbackRate") == 1.5
    for _ in range(3):
        press(page, "慢一点")
    assert ask(page, "p.video.playbackRate") == 0.75


def test_captions_are_drawn_large_and_above_the_bar(stream: Stream, open_page: Callable[..., Page]) -> None:
    page = open_page("/player/a/?words=captions", text_size="huge")
    ask(page, "p.seek(5)")
    line = page.locator("[data-part=captions] span")
    expect(line).to_have_text("两脚与肩同宽，膝盖微微弯。")

    size = line.evaluate("(e) => parseFloat(getComputedStyle(e).fontSize)")
    picture = page.locator("[data-part=frame]").bounding_box()
    box, bar = line.bounding_box(), page.locator("[data-part=controls]").bounding_box()
    assert picture
    assert box
    assert bar
    assert size >= max(30, picture["height"] / 18)
    assert box["y"] + box["height"] <= bar["y"]
    assert line.evaluate("(e) => getComputedStyle(e).backgroundColor") == "rgb(0, 0, 0)"
    press(page, "字幕")
    expect(line).to_be_hidden()


def test_transcript_leads_to_its_place_and_follows(stream: Stream, open_page: Callable[..., Page]) -> None:
    page = open_page("/player/a/?words=transcript&draft")
    assert page.get_by_text("机器听写，可能有错").count() == 2
    line = page.get_by_role("button", name="吸气，两手捧到胸前。")

    line.focus()
    page.keyboard.press("Enter")

    until(page, "!p.video.paused && p.video.currentTime >= 9 && p.video.currentTime < 13 && !p.engine.swapping")
    expect(line).to_have_attribute("aria-current", "true")
    assert line.evaluate("(e) => document.activeElement === e")
    assert page.locator("#transcript [aria-current]").count() == 1
    page.get_by_role("button", name="各位学员好").click()
    until(page, "p.video.currentTime < 4")
    expect(page.get_by_role("button", name="各位学员好")).to_have_attribute("aria-current", "true")


def test_transcript_scrolls_in_its_own_box_only(stream: Stream, open_page: Callable[..., Page]) -> None:
    page = open_page("/player/a/?words=transcript", reduced_motion="reduce", height=400)
    page.evaluate("() => { document.querySelector('[data-part=transcript-box]').style.maxHeight = '70px'; }")

    ask(page, "p.seek(10)")

    assert page.locator("[data-part=transcript-box]").evaluate("(e) => e.scrollTop") > 60
    assert page.evaluate("() => window.scrollY") == 0


def test_keys_are_heard_when_the_bar_rests_in_full_screen(stream: Stream, open_page: Callable[..., Page]) -> None:
    page = open_page("/player/a/")
    page.get_by_role("button", name="播放", exact=True).focus()
    page.keyboard.press("k")
    until(page, "!p.video.paused && p.video.readyState > 2")
    page.get_by_role("button", name="全屏", exact=True).focus()
    page.keyboard.press("Enter")
    resting = page.locator("[data-player].is-resting")
    expect(resting).to_have_count(1, timeout=15_000)
    page.keyboard.press("Shift+Tab")
    expect(resting).to_have_count(0)
    assert page.evaluate("() => document.activeElement.matches('[data-player] button, [data-player] input')")
    page.keyboard.press("k")
    until(page, "p.video.paused")
    page.evaluate("() => document.activeElement.blur()")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("f")
    page.wait_for_function("() => document.fullscreenElement === null")


def test_keys_do_everything_inside_the_player(stream: Stream, open_page: Callable[..., Page]) -> None:
    page = open_page("/player/a/?words=transcript")
    page.get_by_role("button", name="退 10 秒").focus()
    page.keyboard.press("k")
    until(page, "!p.video.paused && p.video.readyState > 2")
    page.keyboard.press("K")
    until(page, "p.video.paused")

    page.get_by_role("slider", name="播放进度").focus()
    page.keyboard.press("Home")
    until(page, "p.video.currentTime === 0")
    page.keyboard.press("ArrowRight")
    until(page, "p.video.currentTime === 10")
    page.keyboard.press("ArrowLeft")
    until(page, "p.video.currentTime === 0")
    page.keyboard.press("Space")
    until(page, "!p.video.paused")
    page.keyboard.press("Space")
    until(page, "p.video.paused")

    page.get_by_role("button", name="播放", exact=True).focus()
    page.keyboard.press("ArrowDown")
    assert page.locator("[data-part=loudness]").text_content() == "音量 90%"
    page.keyboard.press("ArrowUp")
    assert ask(page, "p.video.volume") == 1
    page.keyboard.press("Shift+Period")
    assert ask(page, "p.video.playbackRate") == 1.25
    page.keyboard.press("Shift+Comma")
    assert ask(page, "p.video.playbackRate") == 1
    page.keyboard.press("c")
    expect(page.get_by_role("button", name="字幕")).to_have_attribute("aria-pressed", "false")
    page.keyboard.press("f")
    page.wait_for_function("() => document.fullscreenElement !== null")
    expect(page.get_by_role("button", name="退出全屏")).to_be_visible()
    page.keyboard.press("f")
    page.wait_for_function("() => document.fullscreenElement === null")
    page.keyboard.press("End")
    until(page, "p.video.currentTime > 29")
    assert ask(page, "p.errors") == []


def test_space_on_a_key_presses_that_key_only(stream: Stream, open_page: Callable[..., Page]) -> None:
    page = open_page("/player/a/?words=transcript")

    page.get_by_role("button", name="字幕").focus()
    page.keyboard.press("Space")

    expect(page.get_by_role("button", name="字幕")).to_have_attribute("aria-pressed", "false")
    assert ask(page, "p.video.paused && !p.engine.opened")


def test_letters_outside_the_player_are_left_alone(stream: Stream, open_page: Callable[..., Page]) -> None:
    page = open_page("/player/a/?words=transcript")

    page.keyboard.press("k")
    page.keyboard.press("f")

    assert ask(page, "!p.engine.opened && document.fullscreenElement === null")


def test_growing_video_waits_calmly_and_goes_on_by_itself(stream: Stream, open_page: Callable[..., Page]) -> None:
    stream.made = 3
    page = open_page("/player/a/")
    play(page)
    assert ask(page, "p.video.currentTime") < 3  # not at the live edge
    assert page.locator("[data-part=whole]").text_content() == "0:30"
    assert page.locator("[data-part=made]").evaluate("(e) => e.style.width") == f"{3 * SEGMENT / SECONDS * 100:.0f}%"

    page.get_by_role("button", name="播放", exact=True).or_(page.get_by_role("button", name="暂停")).focus()
    page.keyboard.press("End")
    expect(page.get_by_role("status").filter(has_text="后面的还在制作，请稍等")).to_be_visible()
    until(page, "p.video.currentTime > 5.5 && p.video.readyState < 3")
    expect(page.get_by_role("status").filter(has_text="后面的还在制作，请稍等")).to_be_visible()

    stream.made = None
    until(page, "p.video.currentTime > 7")
    expect(page.locator("[data-part=notice]")).to_be_hidden()
    assert [error for error in ask(page, "p.errors") if error["fatal"]] == []


def test_rungs_made_later_are_taken_in(stream: Stream, open_page: Callable[..., Page]) -> None:
    stream.rungs = ("v180",)
    page = open_page("/player/a/")
    play(page)
    assert ask(page, "p.engine.backend.rungs") == 1

    stream.rungs = ("v180", "v360", "v720")
    before = ask(page, "p.video.currentTime")
    page.evaluate("() => document.querySelector('[data-player]').player.engine.lookForRungs()")

    until(page, "p.engine.backend.rungs === 3 && !p.engine.swapping && !p.video.paused")
    until(page, f"p.engine.height > 180 && p.video.currentTime > {before}")
    assert ask(page, "p.part('freeze').hidden")
    page.evaluate("() => document.querySelector('[data-player]').player.engine.lookForRungs()")
    assert not ask(page, "p.engine.swapping")
    assert ask(page, "p.errors") == []


def test_a_lost_network_is_named_and_survived(stream: Stream, open_page: Callable[..., Page]) -> None:
    page = open_page("/player/a/")
    page.evaluate(
        "() => { /* a short buffer runs dry soon */ localStorage.setItem('yinling.player', '{\"saver\": true}'); }"
    )
    page.reload()
    play(page)
    page.context.set_offline(True)
    expect(page.get_by_role("status").filter(has_text="网络断了，正在重连")).to_be_visible()
    ask(page, "p.seek(26)")
    until(page, "p.video.readyState < 3")

    page.context.set_offline(False)

    until(page, "p.video.currentTime > 26.5 && !p.video.paused", timeout=30_000)
    expect(page.locator("[data-part=notice]")).to_be_hidden()


def test_a_dead_end_is_told_in_plain_words_with_a_way_out(
    stream: Stream, open_page: Callable[..., Page], audit: Callable[..., list[str]]
) -> None:
    stream.broken = True
    page = open_page("/player/a/", width=360, text_size="huge")

    press(page, "播放")

    expect(page.get_by_role("alert")).to_contain_text("再试一次")
    expect(page.get_by_role("link", name="看视频（流畅版）")).to_be_visible()
    assert [sentence for sentence in audit(page) if "410" not in sentence] == []
    stream.broken = False
    with page.expect_navigation():
        press(page, "再试一次")
    play(page)


def test_without_media_source_the_single_file_plays(stream: Stream, make_context: Callable[..., Any]) -> None:
    context = make_context()
    context.add_init_script(
        "delete window.MediaSource; delete window.ManagedMediaSource; delete window.WebKitMediaSource;"
        "HTMLMediaElement.prototype.canPlayType = () => '';"
    )
    page = context.new_page()
    requested: list[str] = []
    page.on("request", lambda request: requested.append(request.url))
    page.goto("/player/a/?position=8")

    press(page, "接着看")
    until(page, "p.video.currentTime > 8.3")

    assert any(url.endswith("360p.mp4") for url in requested)
    assert not any(url.endswith((".m3u8", "hls.min.js")) for url in requested)
    press(page, "只听声音")
    until(page, "p.video.currentSrc.endsWith('sound.m4a') && p.video.currentTime > 8.5 && !p.video.paused")
    assert ask(page, "p.errors") == []


def test_without_javascript_there_are_plain_links(stream: Stream, open_page: Callable[..., Page]) -> None:
    page = open_page("/player/a/?words=transcript", js=False, width=360)

    assert page.get_by_role("link", name="看视频（流畅版）").get_attribute("href") == "/stream/a/360p.mp4"
    assert page.get_by_role("link", name="听声音").get_attribute("href") == "/stream/a/sound.m4a"
    expect(page.get_by_text("吸气，两手捧到胸前。")).to_be_visible()
    assert page.get_by_role("button").count() == 0
