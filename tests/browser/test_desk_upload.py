"""Uploading in the admin, as an editor sees it: per cent, pause, a dropped link, a reload, the chooser, no scripts."""

from __future__ import annotations

import hashlib
import os
import random
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, Request, expect

from accounts.enums import Role
from accounts.models import User
from media_pipeline.enums import NoticeKind
from media_pipeline.models import MediaAsset, Notice, Upload
from media_pipeline.operations.notices import tell_owners
from media_pipeline.operations.work import run_until_idle
from tests.accounts.factories import UserFactory
from tests.courses.factories import LessonFactory
from tests.media_pipeline import clips
from tests.media_pipeline.factories import MediaAssetFactory

pytestmark = pytest.mark.django_db(transaction=True)
MIB = 1024 * 1024
UPLOAD = "/admin/media/new/"


@pytest.fixture
def editor() -> User:
    return UserFactory(role=Role.ADMIN, display_name="李老师")


@pytest.fixture
def large(tmp_path: Path) -> Path:
    """Bytes enough to be interrupted; the verdict on them is another matter."""
    path = tmp_path / "大文件.mp4"
    path.write_bytes(random.Random(3).randbytes(24 * MIB))
    return path


class Link:
    """How long the server takes over each MB. A browser's own throttling does not hold for this host."""

    def __init__(self) -> None:
        self.seconds_per_mib = 0.0

    def append(self, descriptor: int, data: bytes) -> None:
        time.sleep(self.seconds_per_mib * len(data) / MIB)
        os.write(descriptor, data)


@pytest.fixture
def link(monkeypatch: pytest.MonkeyPatch) -> Link:
    link = Link()
    monkeypatch.setattr("media_pipeline.uploads.partfile.append", link.append)
    return link


def patches(page: Page) -> list[Request]:
    """PATCH requests, as they are sent from now on."""
    seen: list[Request] = []
    page.on("request", lambda request: seen.append(request) if request.method == "PATCH" else None)
    return seen


def sentence(page: Page) -> Locator:
    return page.locator("[data-desk-sentence]")


def settled_offset(page: Page) -> int:
    """The offset once what was still in the pipes has been written."""
    upload = Upload.objects.get()
    before = -1
    while upload.offset != before:
        before = upload.offset
        page.wait_for_timeout(1500)
    return before


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_two_files_go_up_and_their_making_is_seen_without_a_reload(
    open_page: Callable[..., Page], editor: User, tmp_path: Path
) -> None:
    first = clips.as_new(clips.copyable(seconds=4), folder=tmp_path, name="太极拳_第一讲.mp4")
    broken = tmp_path / "不是视频.mp4"
    broken.write_text("只是文字", encoding="utf-8")
    page = open_page(UPLOAD, user=editor)
    page.locator("#desk-files").set_input_files([first, broken])
    lines = page.locator(".desk-upload")
    expect(lines).to_have_count(2)
    expect(page.locator("[data-desk-sentence]")).to_have_text(["传完了。", "传完了。"])
    asset = MediaAsset.objects.get(title="太极拳 第一讲")
    assert (asset.owner, asset.source.sha256) == (editor, sha256(first))
    expect(lines.first.get_by_text("已收到，正在检查文件。")).to_be_visible()
    for one in MediaAsset.objects.all():
        run_until_idle(one.source)
    expect(lines.first.get_by_text("已完成，可以使用。")).to_be_visible()
    expect(lines.last.get_by_text("不能使用：")).to_be_visible()
    # Told on whatever admin page one is, and once.
    page.goto("/admin/reports/site-history/")
    notice = page.locator(".desk-notice", has_text="《太极拳 第一讲》做好了")
    expect(notice).to_be_visible()
    notice.get_by_role("button", name="知道了").click()
    expect(notice).to_have_count(0)
    lines.first.wait_for(state="detached")
    page.goto("/admin/media/")
    expect(page.locator(f"img[src*='{asset.key}']")).to_be_visible()
    assert page.locator(".desk-notice", has_text="太极拳").count() == 0


def test_many_notices_at_once_are_one(open_page: Callable[..., Page], editor: User) -> None:
    for number in range(4):
        asset = MediaAssetFactory(owner=editor, title=f"第{number}讲", source__ready=True)
        tell_owners(source=asset.source, kind=NoticeKind.READY if number else NoticeKind.FAILED)
    page = open_page("/admin/reports/site-history/", user=editor)
    notice = page.locator(".desk-notice")
    expect(notice).to_have_count(1)
    expect(notice).to_contain_text("4 个媒体有了结果，其中 1 个没有做成")
    with page.expect_response("**/notices/", timeout=10_000) as answered:
        notice.get_by_role("button", name="知道了").click()
    assert answered.value.request.method == "POST"
    expect(notice).to_have_count(0)
    assert not Notice.objects.filter(seen_at=None).exists()


def test_speed_and_time_are_shown_and_a_pause_is_a_pause(
    open_page: Callable[..., Page], editor: User, large: Path, link: Link
) -> None:
    page = open_page(UPLOAD, user=editor)
    link.seconds_per_mib = 0.15
    page.locator("#desk-files").set_input_files(large)
    expect(sentence(page)).to_contain_text("每秒")
    expect(sentence(page)).to_contain_text("大约还要")
    page.get_by_role("button", name="暂停").click()
    expect(sentence(page)).to_contain_text("已暂停")
    stood = settled_offset(page)
    assert 0 < stood < large.stat().st_size
    link.seconds_per_mib = 0.0
    page.get_by_role("button", name="继续").click()
    expect(sentence(page)).to_have_text("传完了。")
    assert MediaAsset.objects.get().source.sha256 == sha256(large)


def test_a_reload_in_the_middle_goes_on_where_it_was(
    open_page: Callable[..., Page], editor: User, large: Path, link: Link
) -> None:
    page = open_page(UPLOAD, user=editor)
    link.seconds_per_mib = 0.15
    page.locator("#desk-files").set_input_files(large)
    upload_is_under_way(page)
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    expect(page.get_by_text("上次有一个没传完的文件：大文件.mp4")).to_be_visible()
    have = settled_offset(page)
    assert 0 < have < large.stat().st_size
    link.seconds_per_mib = 0.0
    sent = patches(page)
    page.locator("#desk-files").set_input_files(large)
    expect(sentence(page)).to_have_text("传完了。")
    assert int(sent[0].headers["upload-offset"]) >= have
    assert MediaAsset.objects.get().source.sha256 == sha256(large)


def test_a_dropped_link_goes_on_by_itself(
    open_page: Callable[..., Page], editor: User, large: Path, link: Link
) -> None:
    page = open_page(UPLOAD, user=editor)
    link.seconds_per_mib = 0.15
    page.locator("#desk-files").set_input_files(large)
    upload_is_under_way(page)
    page.context.set_offline(True)
    expect(sentence(page)).to_have_text("网络断了，正在自动接着传……")
    page.context.set_offline(False)
    expect(sentence(page)).to_have_text("传完了。", timeout=60_000)
    assert MediaAsset.objects.get().source.sha256 == sha256(large)


def upload_is_under_way(page: Page) -> None:
    """Waits until the server has some bytes and not all of them."""
    expect(sentence(page)).to_contain_text("每秒")
    for _ in range(100):
        if Upload.objects.get().offset:
            return
        page.wait_for_timeout(50)
    raise AssertionError("no byte arrived")


def test_what_is_too_large_is_refused_at_once(
    open_page: Callable[..., Page], editor: User, large: Path, settings: Any
) -> None:
    settings.MEDIA_MAX_UPLOAD_BYTES = MIB
    page = open_page(UPLOAD, user=editor)
    sent = patches(page)
    page.locator("#desk-files").set_input_files(large)
    expect(sentence(page)).to_have_text("文件太大，没有上传。一个文件最大 1 MB。")
    assert not sent


def test_an_upload_can_be_given_up(open_page: Callable[..., Page], editor: User, large: Path, link: Link) -> None:
    page = open_page(UPLOAD, user=editor)
    link.seconds_per_mib = 0.15
    page.locator("#desk-files").set_input_files(large)
    upload_is_under_way(page)
    page.get_by_role("button", name="取消").click()
    expect(sentence(page)).to_have_text("已取消。")
    upload = Upload.objects.get()
    assert upload.state == "terminated"
    assert not upload.file.exists()


def test_a_lesson_gets_its_video_in_the_chooser_before_it_is_made(
    open_page: Callable[..., Page], editor: User, tmp_path: Path
) -> None:
    lesson = LessonFactory(media=None)
    file = clips.as_new(clips.copyable(seconds=4), folder=tmp_path, name="八段锦_第一讲.mp4")
    page = open_page(f"/admin/snippets/courses/lesson/edit/{lesson.pk}/", user=editor)
    page.get_by_role("button", name="选择视频或音频").click()
    page.get_by_role("tab", name="上传新的").click()
    page.locator("input[type=file][name=file]").set_input_files(file)
    chooser = page.locator(".desk-chooser")
    expect(chooser.locator("[data-chooser-title]")).to_have_text("八段锦 第一讲")
    expect(chooser.get_by_text("已收到，正在检查文件。")).to_be_visible()
    asset = MediaAsset.objects.get()
    run_until_idle(asset.source)
    expect(chooser.get_by_text("已完成，可以使用。")).to_be_visible()
    expect(chooser.locator(f"img[src*='{asset.key}']")).to_be_visible()
    page.get_by_role("button", name="保存草稿").click()
    expect(page.locator(".desk-chooser").get_by_text("已完成，可以使用。")).to_be_visible()
    lesson.refresh_from_db()
    assert lesson.get_latest_revision_as_object().media == asset


def test_the_chooser_finds_a_word_inside_a_title(open_page: Callable[..., Page], editor: User, tmp_path: Path) -> None:
    for title in ("第三讲太极拳云手", "手机拍照入门"):
        MediaAssetFactory(title=title)
    lesson = LessonFactory(media=None)
    page = open_page(f"/admin/snippets/courses/lesson/edit/{lesson.pk}/", user=editor)
    page.get_by_role("button", name="选择视频或音频").click()
    results = page.locator("#search-results")
    expect(results.get_by_text("手机拍照入门")).to_be_visible()
    page.locator(".modal #id_q").fill("太极拳")
    expect(results.get_by_text("手机拍照入门")).to_have_count(0)
    results.get_by_role("link", name="第三讲太极拳云手").click()
    expect(page.locator(".desk-chooser [data-chooser-title]")).to_have_text("第三讲太极拳云手")


def test_without_scripts_a_plain_form_does_the_same(
    open_page: Callable[..., Page], editor: User, tmp_path: Path
) -> None:
    file = clips.as_new(clips.copyable(seconds=4), folder=tmp_path, name="八段锦.mp4")
    page = open_page(UPLOAD, user=editor, js=False)
    page.locator("#desk-files").set_input_files(file)
    page.locator("noscript button").click()
    page.wait_for_url("**/admin/media/")
    asset = MediaAsset.objects.get()
    assert (asset.title, asset.owner, asset.source.sha256) == ("八段锦", editor, sha256(file))
    run_until_idle(asset.source)
    page.reload()
    assert "已完成，可以使用。" in page.content()
