"""`manage.py ingest` and `manage.py media`, as a shell meets them."""

from __future__ import annotations

import json
import os
import re
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command

from media_pipeline.enums import SourceState, StepState
from media_pipeline.models import MediaAsset, Source, Step
from media_pipeline.operations.work import run_until_idle
from tests.accounts.factories import UserFactory
from tests.media_pipeline import clips
from tests.media_pipeline.factories import MediaAssetFactory, SourceFactory, StepFactory, receive
from tests.media_pipeline.readback import leftovers, on_disk

pytestmark = pytest.mark.django_db


def run(*words: str) -> tuple[list[str], CommandError | None]:
    """The lines a command printed, and how it failed if it did."""
    said = StringIO()
    failed = None
    try:
        call_command(*words, stdout=said)
    except CommandError as error:
        failed = error
    return said.getvalue().splitlines(), failed


@pytest.fixture
def sound() -> Path:
    return clips.clip(*clips.tone(seconds=1), "-c:a", "pcm_s16le", suffix=".wav")


def test_ingest_takes_files_in_order_and_leaves_them_where_they_are(
    sound: Path, data_dir: Path, nudges: list[Any]
) -> None:
    lines, failed = run("ingest", str(sound), str(clips.silent(seconds=3)), "--title", "第一讲", "--json")
    assert failed is None
    facts = [json.loads(line) for line in lines]
    assert [fact["file"] for fact in facts] == [str(sound), str(clips.silent(seconds=3))]
    assert {fact["state"] for fact in facts} == {"received"}
    assert {fact["title"] for fact in facts} == {"第一讲"}
    assert sound.exists()
    assert leftovers(data_dir) == []
    assert Source.objects.filter(sha256=facts[0]["sha256"]).exists()


def test_ingest_with_wait_does_the_work_itself(sound: Path, data_dir: Path) -> None:
    owner = UserFactory()
    lines, failed = run("ingest", str(sound), "--wait", "--json", "--owner", owner.username)
    assert failed is None
    (fact,) = [json.loads(line) for line in lines]
    asset = MediaAsset.objects.get(pk=fact["id"])
    assert (fact["state"], fact["playable"], fact["reason"]) == ("ready", True, "")
    assert fact["duration"] == pytest.approx(1, abs=0.01)
    assert fact["key"] == str(asset.key)
    assert asset.owner == owner
    assert asset.title == sound.stem
    assert leftovers(data_dir) == []


def test_ingest_says_which_files_it_refused(sound: Path, tmp_path: Path, data_dir: Path) -> None:
    letter = tmp_path / "信.mp4"
    letter.write_text("这不是视频。" * 40)
    empty = tmp_path / "empty.mp4"
    empty.touch()
    lines, failed = run(
        "ingest", str(letter), str(empty), str(tmp_path / "absent.mp4"), str(tmp_path), str(sound), "--wait", "--json"
    )
    facts = [json.loads(line) for line in lines]
    assert [fact["state"] for fact in facts] == ["refused", "unreadable", "unreadable", "unreadable", "ready"]
    assert facts[2]["reason"] == "没有这个文件。"
    assert all(
        fact["reason"] and not re.search("[A-Za-z]{3}", fact["reason"].replace("MOV", "").replace("MKV", ""))
        for fact in facts[1:4]
    )
    assert facts[0]["reason"]
    assert failed is not None
    assert failed.returncode == 1
    assert "4 个文件" in str(failed)
    assert leftovers(data_dir) == []


def test_ingest_takes_names_that_are_not_text(sound: Path, tmp_path: Path) -> None:
    name = os.fsdecode(b"\xd6\xd0\xce\xc4\n\xff-x.wav")
    target = clips.as_new(sound, folder=tmp_path, name=name)
    lines, failed = run("ingest", str(target), "--json")
    assert failed is None
    fact = json.loads(lines[0])
    fact["file"].encode("utf-8")
    asset = MediaAsset.objects.get(pk=fact["id"])
    assert asset.original_name.endswith("-x.wav")
    asset.original_name.encode("utf-8")
    plain, failed = run("ingest", str(target))
    assert failed is None
    "\n".join(plain).encode("utf-8")


def test_ingest_for_nobody_takes_nothing(sound: Path) -> None:
    lines, failed = run("ingest", str(sound), "--owner", "nobody")
    assert (lines, str(failed)) == ([], "没有叫 nobody 的用户，什么也没有收。")
    assert not MediaAsset.objects.exists()


def test_ingest_needs_room_on_the_disk(sound: Path, settings: Any, data_dir: Path) -> None:
    settings.MEDIA_MIN_FREE_BYTES = 2**62
    lines, failed = run("ingest", str(sound), "--json")
    assert json.loads(lines[0])["reason"] == "磁盘空间不够，没有收。"
    assert failed is not None
    assert leftovers(data_dir) == []


def test_status_tells_steps_and_renditions() -> None:
    lines, _ = run("ingest", str(clips.encodable(seconds=3, size="320x180")), "--wait", "--json")
    number = str(json.loads(lines[0])["id"])
    lines, failed = run("media", "status", number, "--json")
    assert failed is None
    (facts,) = [json.loads(line) for line in lines]
    assert (facts["state"], facts["percent"], facts["playable"]) == ("ready", 100, True)
    assert {step["state"] for step in facts["steps"]} == {"done"}
    rungs = {row["name"]: row for row in facts["renditions"]}
    assert set(rungs) == {"v180", "a40", "360p.mp4", "audio.m4a"}
    assert (rungs["v180"]["width"], rungs["v180"]["height"], rungs["v180"]["segments"]) == (320, 180, 1)
    assert rungs["v180"]["codecs"].startswith("avc1.64")
    assert rungs["a40"]["codecs"] == "mp4a.40.2"
    assert all(row["complete"] and row["bytes"] > 0 for row in rungs.values())
    plain, _ = run("media", "status", number)
    assert plain[0].endswith("已完成，可以使用。")


def test_verify_finds_what_is_missing_cut_or_broken() -> None:
    lines, _ = run("ingest", str(clips.encodable(seconds=3, size="320x180")), "--wait", "--json")
    asset = MediaAsset.objects.get(pk=json.loads(lines[0])["id"])
    lines, failed = run("media", "verify", "--all", "--json")
    assert failed is None
    assert [json.loads(line) for line in lines] == [{"ids": [asset.pk], "ok": True, "faults": []}]
    segment = on_disk(asset.source.folder) / "v180" / "0.m4s"
    content = segment.read_bytes()
    broken = bytearray(content)
    quarter = len(broken) // 4
    broken[quarter : 3 * quarter] = bytes(number * 37 % 251 for number in range(2 * quarter))
    for changed in (None, content[:-1], bytes(broken)):
        segment.unlink() if changed is None else segment.write_bytes(changed)
        lines, failed = run("media", "verify", str(asset.pk), "--json")
        assert failed is not None
        assert failed.returncode == 1
        (facts,) = [json.loads(line) for line in lines]
        assert not facts["ok"]
        assert "v180" in facts["faults"][0]
    segment.write_bytes(content)
    assert run("media", "verify", str(asset.pk))[1] is None


def test_verify_of_something_unfinished_is_a_fault() -> None:
    asset = MediaAssetFactory()
    lines, failed = run("media", "verify", str(asset.pk), "--json")
    assert failed is not None
    assert "还没有做完" in json.loads(lines[0])["faults"][0]


@pytest.mark.parametrize("words", ["verify", "verify 1 --all", "status 999", "retry 999", "verify 999"])
def test_wrong_questions_are_answered_with_a_sentence(words: str) -> None:
    _, failed = run("media", *words.split())
    assert failed is not None
    assert str(failed).endswith("。")


def test_retry_takes_up_what_failed() -> None:
    source = SourceFactory(failed=True)
    asset = MediaAssetFactory(source=source)
    StepFactory(source=source, state=StepState.FAILED, reason="磁盘满了", attempts=3)
    lines, failed = run("media", "retry", str(asset.pk))
    assert failed is None
    assert lines == [f"《{asset.title}》从失败的步骤接着做。"]
    step = Step.objects.get()
    assert (step.state, step.reason) == (StepState.READY, "")
    source.refresh_from_db()
    assert source.state == SourceState.RECEIVED


def test_retry_of_what_has_not_failed_is_refused() -> None:
    asset = MediaAssetFactory(source=SourceFactory(ready=True))
    _, failed = run("media", "retry", str(asset.pk))
    assert str(failed) == "没有失败的步骤，不用重试。"


def test_a_lost_original_fails_and_comes_back(sound: Path) -> None:
    """Three attempts, then failed with a reason; with the file back, a retry makes it ready."""
    asset = receive(sound)
    content = on_disk(asset.source.original).read_bytes()
    on_disk(asset.source.original).unlink()
    with time_machine.travel("2026-03-02 01:00Z", tick=True) as moved:
        for _ in range(3):
            source = run_until_idle(asset.source)
            moved.shift(60)
    assert source.state == SourceState.FAILED
    assert "找不到" in source.reason
    on_disk(asset.source.original).write_bytes(content)
    assert run("media", "retry", str(asset.pk))[1] is None
    assert run_until_idle(asset.source).state == SourceState.READY
