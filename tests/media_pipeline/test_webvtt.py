"""WebVTT and SubRip, read and written."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media_pipeline import webvtt
from media_pipeline.webvtt import Cue, WebVTTError

HEAD = "WEBVTT\n\n"

TIMES = st.integers(min_value=0, max_value=99 * 3600 * 1000)
TEXTS = st.text(max_size=200)


@st.composite
def cues(draw: st.DrawFn) -> Cue:
    start = draw(TIMES)
    length = draw(st.integers(min_value=1, max_value=3600 * 1000))
    text = draw(TEXTS.filter(webvtt.tidy_text))
    return Cue(start / 1000, (start + length) / 1000, text)


@given(st.lists(cues(), max_size=20))
def test_what_is_written_is_read_again(written: list[Cue]) -> None:
    assert webvtt.parse(webvtt.render(written)) == webvtt.check(written)


@given(st.lists(cues(), max_size=5), st.sampled_from(["\r\n", "\r"]), st.sampled_from(["", "\ufeff"]))
def test_line_ends_and_a_mark_change_nothing(written: list[Cue], line_end: str, mark: str) -> None:
    text = mark + webvtt.render(written).replace("\n", line_end)
    assert webvtt.parse(text) == webvtt.check(written)


@given(TIMES)
def test_times_are_read_as_they_are_written(milliseconds: int) -> None:
    assert webvtt.parse_time(webvtt.render_time(milliseconds / 1000)) == milliseconds / 1000


def outcome(read: Callable[..., list[Cue]], raw: str | bytes) -> tuple[list[Cue], str]:
    try:
        return read(raw), ""
    except WebVTTError as error:
        return [], error.sentence


@given(st.text(max_size=400))
def test_any_text_is_cues_or_an_error_that_says_why(text: str) -> None:
    for read in (webvtt.parse, webvtt.parse_srt):
        found, sentence = outcome(read, text)
        assert not (found and sentence)
        assert all(cue.text and cue.end > cue.start for cue in found)


@given(st.binary(max_size=400))
def test_any_bytes_are_cues_or_an_error_that_says_why(data: bytes) -> None:
    found, sentence = outcome(webvtt.read_file, data)
    assert bool(found) != bool(sentence)


def test_everything_a_file_may_hold_beside_cues() -> None:
    text = """WEBVTT - 第一讲
Kind: captions

STYLE
::cue { color: lime }

REGION
id:fred width:40%

NOTE
谁写的都不要紧

intro
00:01.000 --> 00:02.500 align:start position:10%
<v 王老师>大家<b>好</b></v>，今天学&amp;练

NOTE 第二条

1:00:00.000 --> 1:00:03.000
两行
字幕

00:03.000 --> 00:04.000

"""
    assert webvtt.parse(text) == [
        Cue(1.0, 2.5, "大家好，今天学&练"),
        Cue(3600.0, 3603.0, "两行\n字幕"),
    ]


def test_a_cue_may_hold_what_looks_like_markup() -> None:
    text = webvtt.render([Cue(0, 1, "a < b --> c & <i>")])
    assert "a &lt; b --&gt; c &amp; &lt;i&gt;" in text
    assert webvtt.parse(text) == [Cue(0, 1, "a < b --> c & <i>")]


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("", 1, "WEBVTT"),
        ("WEBVTTX\n", 1, "WEBVTT"),
        (HEAD + "hello\n\n00:01.000 --> 00:02.000\nx", 3, "没有时间"),
        (HEAD + "00:01.000 --> 00:01.000\nx", 3, "不晚于"),
        (HEAD + "1\n00:05.000 --> 00:01.000\nx", 4, "不晚于"),
        (HEAD + "00:61.000 --> 00:62.000\nx", 3, "59"),
        (HEAD + "00:1.0 --> 00:02.000\nx", 3, "写法不对"),
        (HEAD + "00:01.000 -->\nx", 3, "写法不对"),
        (HEAD + "00:01.000 --> soon\nx", 3, "写法不对"),
        (HEAD + "1000:00:01.000 --> 1000:00:02.000\nx", 3, "超出范围"),
        (HEAD + "00:01.000 --> 00:02.000\n" + "长" * 1001, 3, "1000 字"),
    ],
)
def test_a_mistake_is_named_with_its_line(text: str, line: int, says: str) -> None:
    with pytest.raises(WebVTTError) as caught:
        webvtt.parse(text)
    assert caught.value.line == line
    assert says in caught.value.sentence
    assert line == 1 or f"第 {line} 行" in caught.value.sentence


def test_cues_out_of_order_are_put_in_order() -> None:
    text = HEAD + "00:05.000 --> 00:06.000\n后\n\n00:01.000 --> 00:02.000\n先\n"
    assert [cue.text for cue in webvtt.parse(text)] == ["先", "后"]


def test_subrip_is_read() -> None:
    text = (
        "\ufeff1\r\n00:00:01,000 --> 00:00:02,500\r\n{\\an8}<font color=red>大家好</font>\r\n\r\n"
        "2\r\n01:00:00,000 --> 01:00:01,000\r\n两行\r\n字幕\r\n"
    )
    assert webvtt.read_file(text.encode()) == [Cue(1.0, 2.5, "大家好"), Cue(3600.0, 3601.0, "两行\n字幕")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_the_encodings_that_chinese_files_come_in(encoding: str) -> None:
    text = HEAD + "00:01.000 --> 00:02.000\n太极拳 𠮷\n"
    assert webvtt.read_file(text.encode(encoding)) == [Cue(1.0, 2.0, "太极拳 𠮷")]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "没有找到字幕"),
        (b"WEBVTT\n\n", "没有找到字幕"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\xff", "编码"),
        (b"x" * (webvtt.MAX_BYTES + 1), "2 MB"),
        ("只是一篇文章。".encode(), "没有时间"),
    ],
)
def test_a_file_that_holds_no_captions_is_refused(data: bytes, says: str) -> None:
    with pytest.raises(WebVTTError, match=says):
        webvtt.read_file(data)


def test_too_many_cues_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webvtt, "MAX_CUES", 3)
    many = [Cue(number, number + 1, "x") for number in range(4)]
    with pytest.raises(WebVTTError, match="3 条"):
        webvtt.render(many)
    with pytest.raises(WebVTTError, match="3 条"):
        webvtt.parse(HEAD + "00:01.000 --> 00:02.000\nx\n\n" * 4)
