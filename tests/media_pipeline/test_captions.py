"""Versions of captions, the editor's doors, and what a machine may not do."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from accounts.enums import Role
from accounts.models import User
from core.errors import Refusal
from media_pipeline import speech, webvtt
from media_pipeline.enums import CaptionOrigin
from media_pipeline.models import CaptionVersion, MediaAsset
from media_pipeline.operations.captions import (
    CaptionConflict,
    add_machine_draft,
    draft_captions,
    save_captions,
    upload_captions,
)
from media_pipeline.queries.captions import caption_history, current_caption, current_captions
from media_pipeline.webvtt import Cue
from tests.accounts.factories import UserFactory
from tests.media_pipeline.factories import MediaAssetFactory
from tests.media_pipeline.readback import on_disk

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor() -> User:
    return UserFactory(role=Role.EDITOR)


@pytest.fixture
def asset(editor: User) -> MediaAsset:
    return MediaAssetFactory(owner=editor, title="第一讲")


@pytest.fixture
def desk(editor: User) -> Client:
    client = Client()
    client.force_login(editor)
    return client


def cue(text: str, start: float = 1.0) -> Cue:
    return Cue(start, start + 1, text)


def save(asset: MediaAsset, text: str, based_on: int, author: User | None = None) -> CaptionVersion:
    return save_captions(asset=asset, cues=[cue(text)], author=author, based_on=based_on)


def test_versions_are_added_and_the_newest_is_shown(asset: MediaAsset, editor: User) -> None:
    first = save(asset, "第一版", 0, editor)
    second = save(asset, "第二版", first.number, editor)
    assert (first.number, second.number) == (1, 2)
    assert current_caption(asset) == second
    assert [version.number for version in caption_history(asset)] == [2, 1]
    assert webvtt.parse(second.text) == [cue("第二版")]
    assert second.author == editor


def test_the_second_of_two_editors_is_refused_and_gets_both_texts(asset: MediaAsset) -> None:
    base = save(asset, "原来的", 0)
    theirs = save(asset, "乌云写的", base.number)
    with pytest.raises(CaptionConflict) as caught:
        save(asset, "李老师写的", base.number)
    assert caught.value.theirs == theirs
    assert current_caption(asset) == theirs
    assert save(asset, "合并好的", theirs.number).number == 3


def test_saving_the_same_text_twice_is_one_version(asset: MediaAsset) -> None:
    assert save(asset, "一样", 0) == save(asset, "一样", 0)
    assert CaptionVersion.objects.count() == 1


def test_a_machine_draft_is_shown_as_such_until_a_person_saves(asset: MediaAsset, editor: User) -> None:
    draft = add_machine_draft(asset=asset, cues=[cue("机器听的")])
    shown = current_caption(asset)
    assert shown == draft
    assert shown.origin == CaptionOrigin.MACHINE
    human = save(asset, "人核对的", draft.number, editor)
    later = add_machine_draft(asset=asset, cues=[cue("机器又听了一遍")])
    assert later.number > human.number
    assert current_caption(asset) == human
    assert current_captions(asset) == [human]


def test_a_draft_that_comes_while_a_person_writes_is_no_conflict(asset: MediaAsset) -> None:
    add_machine_draft(asset=asset, cues=[cue("草稿一")])
    add_machine_draft(asset=asset, cues=[cue("草稿二")])
    assert save(asset, "人写的", 1).number == 3


def test_each_language_has_its_own_versions(asset: MediaAsset) -> None:
    save_captions(asset=asset, cues=[cue("hello")], author=None, based_on=0, language="en")
    save(asset, "你好", 0)
    assert [version.track.language for version in current_captions(asset)] == ["zh-Hans", "en"]
    with pytest.raises(Refusal, match="语言"):
        save_captions(asset=asset, cues=[cue("?")], author=None, based_on=0, language="xx")


def test_nothing_at_all_is_not_saved(asset: MediaAsset) -> None:
    with pytest.raises(Refusal, match="一条也没有"):
        save_captions(asset=asset, cues=[], author=None, based_on=0)
    with pytest.raises(Refusal, match="第 3 行"):
        upload_captions(asset=asset, data=b"WEBVTT\n\n00:02.000 --> 00:01.000\nx", author=None, based_on=0)
    assert not CaptionVersion.objects.exists()


class FakeTranscriber:
    """Says what it was asked to hear."""

    def transcribe(self, audio: Path, *, language: str) -> Iterator[Cue]:
        yield Cue(0.0, 1.5, f"{audio.name} {language}")


def test_speech_to_text_only_ever_adds_a_draft(asset: MediaAsset, tmp_path: Path) -> None:
    human = save(asset, "人写的", 0)
    on_disk(asset.source.folder).mkdir(parents=True)
    with pytest.raises(Refusal, match="还没有声音"):
        draft_captions(asset=asset, transcriber=FakeTranscriber())
    (on_disk(asset.source.folder) / "audio.m4a").write_bytes(b"sound")
    version = draft_captions(asset=asset, transcriber=FakeTranscriber())
    assert version.origin == CaptionOrigin.MACHINE
    assert webvtt.parse(version.text) == [Cue(0.0, 1.5, "audio.m4a zh-Hans")]
    assert current_caption(asset) == human


def test_speech_to_text_is_off_unless_a_model_is_named(settings: Any) -> None:
    assert speech.transcriber() is None
    settings.SPEECH_MODEL_DIR = "/models/small"
    machine = speech.transcriber()
    assert isinstance(machine, speech.FasterWhisper)
    assert machine.model_dir == Path("/models/small")


def address(name: str, asset: MediaAsset) -> str:
    return reverse(f"media_library:{name}", args=[asset.pk])


def test_the_list_of_cues_is_saved(desk: Client, asset: MediaAsset, editor: User) -> None:
    cues = [["00:00:03.000", "00:00:04.000", "第二句"], ["0:01.000", "00:02.000", " 第一句 \n\n 换行 "]]
    response = desk.post(address("captions", asset), {"cues": json.dumps(cues), "based_on": "0"})
    assert response.status_code == 302
    version = current_caption(asset)
    assert version is not None
    assert webvtt.parse(version.text) == [Cue(1.0, 2.0, "第一句\n换行"), Cue(3.0, 4.0, "第二句")]
    assert (version.author, version.origin) == (editor, CaptionOrigin.HUMAN)


def test_without_scripts_the_text_itself_is_saved(desk: Client, asset: MediaAsset) -> None:
    desk.post(
        address("captions", asset), {"text": "WEBVTT\r\n\r\n00:01.000 --> 00:02.000\r\n你好\r\n", "based_on": "0"}
    )
    version = current_caption(asset)
    assert version is not None
    assert webvtt.parse(version.text) == [cue("你好")]


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        ({"cues": '[["00:01.000","00:02.000","好"],["00:05.000","00:04.000","坏"]]'}, "第 2 条：结束时间"),
        ({"cues": '[["一分","00:02.000","坏"]]'}, "第 1 条：时间「一分」"),
        ({"cues": '[["00:01.000","00:02.000"," "]]'}, "第 1 条：没有文字"),
        ({"cues": "[[1]]"}, "不完整"),
        ({"cues": "{"}, "不完整"),
        ({"cues": "[]"}, "一条也没有"),
        ({"text": "WEBVTT\n\n00:09.000 --> 00:02.000\n坏"}, "第 3 行"),
        ({"text": ""}, "WEBVTT"),
    ],
)
def test_what_cannot_be_saved_stays_on_the_page(
    desk: Client, asset: MediaAsset, sent: dict[str, str], says: str
) -> None:
    response = desk.post(address("captions", asset), {**sent, "based_on": "0"})
    assert response.status_code == 422
    shown = response.content.decode()
    assert says in shown
    assert ("坏" in shown) == ("坏" in str(sent))
    assert not CaptionVersion.objects.exists()


def test_the_second_editor_sees_both_texts_and_may_then_save(desk: Client, asset: MediaAsset) -> None:
    save(asset, "乌云写的", 0)
    mine = json.dumps([["00:01.000", "00:02.000", "李老师写的"]])
    response = desk.post(address("captions", asset), {"cues": mine, "based_on": "0"})
    assert response.status_code == 409
    shown = response.content.decode()
    assert "乌云写的" in shown
    assert "李老师写的" in shown
    assert 'name="based_on" value="1"' in " ".join(shown.split())
    assert desk.post(address("captions", asset), {"cues": mine, "based_on": "1"}).status_code == 302
    assert caption_history(asset).count() == 2


def test_a_file_replaces_the_text_and_a_conflict_loses_neither(desk: Client, asset: MediaAsset) -> None:
    srt = "1\n00:00:01,000 --> 00:00:02,000\n大家好\n".encode("gb18030")
    response = desk.post(
        address("caption_file", asset), {"file": SimpleUploadedFile("a.srt", srt), "based_on": "0"}, follow=True
    )
    assert ["第 1 版，共 1 条" in str(message) for message in response.context["messages"]] == [True]
    version = current_caption(asset)
    assert version is not None
    assert webvtt.parse(version.text) == [cue("大家好")]
    other = "WEBVTT\n\n00:01.000 --> 00:02.000\n另一份\n".encode()
    clash = desk.post(address("caption_file", asset), {"file": SimpleUploadedFile("b.vtt", other), "based_on": "0"})
    assert clash.status_code == 409
    assert "大家好" in clash.content.decode()
    assert "另一份" in clash.content.decode()
    bad = SimpleUploadedFile("c.vtt", b"WEBVTT\n\nhello\nworld")
    refused = desk.post(address("caption_file", asset), {"file": bad, "based_on": "1"}, follow=True)
    assert "第 3 行" in str(list(refused.context["messages"])[-1])


def test_only_the_owner_and_administrators_write(asset: MediaAsset) -> None:
    cues = json.dumps([["00:01.000", "00:02.000", "改"]])
    for role, status in ((Role.EDITOR, 302), (Role.TEACHER, 302), (Role.SENIOR, 302)):
        client = Client()
        client.force_login(UserFactory(role=role))
        assert client.post(address("captions", asset), {"cues": cues, "based_on": "0"}).status_code == status
        assert not CaptionVersion.objects.exists()
    client = Client()
    client.force_login(UserFactory(role=Role.ADMIN))
    client.post(address("captions", asset), {"cues": cues, "based_on": "0"})
    assert CaptionVersion.objects.count() == 1


def test_a_machine_draft_is_labelled_for_the_editor(desk: Client, asset: MediaAsset) -> None:
    add_machine_draft(asset=asset, cues=[cue("机器听的")])
    shown = desk.get(address("captions", asset)).content.decode()
    assert "机器草稿" in shown
    assert "还没有人核对过" in shown


def test_the_command_writes_drafts_only_where_a_machine_is_set_up(
    asset: MediaAsset, settings: Any, monkeypatch: Any, capsys: Any
) -> None:
    with pytest.raises(CommandError, match="关着"):
        call_command("transcribe", asset.pk)
    settings.SPEECH_MODEL_DIR = "/models/small"
    on_disk(asset.source.folder).mkdir(parents=True)
    (on_disk(asset.source.folder) / "audio.m4a").write_bytes(b"sound")
    monkeypatch.setattr("media_pipeline.management.commands.transcribe.transcriber", FakeTranscriber)
    call_command("transcribe", asset.pk)
    assert "机器草稿，1 条" in capsys.readouterr().out
    assert CaptionVersion.objects.get().origin == CaptionOrigin.MACHINE
