"""The library, one asset's page, rights, deleting, the plain form."""

from __future__ import annotations

import hashlib
import os
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.enums import Role
from accounts.models import User
from media_pipeline.enums import NoticeKind, SourceState, StepState
from media_pipeline.models import MediaAsset, Notice, Source, Step
from media_pipeline.operations.notices import tell_owner
from media_pipeline.uploads import rules
from tests.accounts.factories import UserFactory
from tests.courses.factories import LessonFactory
from tests.media_pipeline.factories import MediaAssetFactory, SourceFactory, StepFactory
from tests.media_pipeline.readback import on_disk

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor() -> User:
    return UserFactory(role=Role.EDITOR)


@pytest.fixture
def desk(editor: User) -> Client:
    return signed_in(editor)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page(client: Client, name: str, *args: Any, query: str = "") -> str:
    response = client.get(reverse(f"media_library:{name}", args=args) + query)
    assert response.status_code == 200
    return response.content.decode()


def test_search_finds_words_inside_a_chinese_title(desk: Client) -> None:
    MediaAssetFactory(title="第三讲太极拳云手")
    MediaAssetFactory(title="手机拍照入门")
    found = page(desk, "index_results", query="?q=太极拳")
    assert "第三讲太极拳云手" in found
    assert "手机拍照入门" not in found


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("?state=ready", {"做好的录音"}),
        ("?kind=audio", {"做好的录音"}),
        ("?kind=video", {"坏的", "别人的"}),
        ("?state=failed&kind=video", {"坏的"}),
    ],
)
def test_filters(desk: Client, query: str, titles: set[str]) -> None:
    MediaAssetFactory(title="做好的录音", source=SourceFactory(ready=True, kind="audio"))
    MediaAssetFactory(title="坏的", source=SourceFactory(failed=True))
    MediaAssetFactory(title="别人的")
    found = page(desk, "index_results", query=query)
    assert {title for title in ("做好的录音", "坏的", "别人的") if f">{title}<" in found} == titles


def test_filter_by_who_uploaded_it(desk: Client, editor: User) -> None:
    MediaAssetFactory(title="我的", owner=editor)
    MediaAssetFactory(title="同事的", owner=UserFactory(display_name="乌云老师"))
    found = page(desk, "index", query=f"?owner={editor.pk}")
    assert ">我的<" in found
    assert ">同事的<" not in found
    assert "乌云老师" in found


def test_a_long_list_costs_no_more_questions_than_a_short_one(
    desk: Client, editor: User, django_assert_max_num_queries: Any
) -> None:
    for _ in range(15):
        asset = MediaAssetFactory(owner=editor, source=SourceFactory(state=SourceState.PROCESSING))
        StepFactory(source=asset.source)
        StepFactory(source=asset.source, state=StepState.DONE, progress=1.0)
    page(desk, "index_results")
    with django_assert_max_num_queries(12):
        page(desk, "index_results")
    ids = ",".join(str(pk) for pk in MediaAsset.objects.values_list("pk", flat=True))
    with django_assert_max_num_queries(9):
        answer = desk.get(reverse("media_library:live"), {"ids": ids}).json()
    assert len(answer) == 15


def test_live_states_say_when_nothing_more_will_come(desk: Client) -> None:
    making = MediaAssetFactory(source=SourceFactory(state=SourceState.PROCESSING))
    StepFactory(source=making.source, weight=10.0, progress=0.5, state=StepState.READY)
    broken = MediaAssetFactory(source=SourceFactory(failed=True))
    answer = desk.get(reverse("media_library:live"), {"ids": f"{making.pk},{broken.pk},x,99999999999999999999"}).json()
    assert answer[str(making.pk)]["final"] is False
    assert "50%" in answer[str(making.pk)]["html"]
    assert answer[str(broken.pk)]["final"] is True
    assert "磁盘满了" in answer[str(broken.pk)]["html"]


def test_an_asset_page_shows_why_it_failed_and_a_working_retry(
    desk: Client, editor: User, nudges: list[Any], django_capture_on_commit_callbacks: Any
) -> None:
    source = SourceFactory(failed=True)
    step = StepFactory(source=source, state=StepState.FAILED, reason="磁盘满了", failures=3)
    asset = MediaAssetFactory(source=source, owner=editor, title="第一讲")
    shown = page(desk, "edit", asset.pk)
    assert "磁盘满了" in shown
    assert "重试" in shown
    with django_capture_on_commit_callbacks(execute=True):
        response = desk.post(reverse("media_library:retry", args=[asset.pk]))
    assert response.status_code == 302
    step.refresh_from_db()
    assert (step.state, step.failures) == (StepState.READY, 0)
    assert nudges
    again = desk.post(reverse("media_library:retry", args=[asset.pk]), follow=True)
    assert [str(message) for message in again.context["messages"]][-1] == "没有失败的步骤，不用重试。"


def test_a_title_is_changed_by_its_owner_and_by_administrators_only(desk: Client, editor: User) -> None:
    asset = MediaAssetFactory(owner=editor, title="旧标题")
    url = reverse("media_library:edit", args=[asset.pk])
    colleague = signed_in(UserFactory(role=Role.EDITOR))
    assert colleague.get(url).status_code == 200
    assert "保存标题" not in colleague.get(url).content.decode()
    colleague.post(url, {"title": "抢来的"})
    asset.refresh_from_db()
    assert asset.title == "旧标题"
    for client, title in ((desk, "新标题"), (signed_in(UserFactory(role=Role.ADMIN)), "管理员改的")):
        assert client.post(url, {"title": title}).status_code == 302
        asset.refresh_from_db()
        assert asset.title == title
    refused = desk.post(url, {"title": " "}, follow=True)
    said = [str(message) for message in refused.context["messages"]]
    assert said[-1] == "标题要有 1 到 200 个字。原来的标题没有改动。"


@pytest.mark.parametrize(
    ("role", "name", "allowed"),
    [
        (Role.TEACHER, "index", True),
        (Role.TEACHER, "edit", True),
        (Role.TEACHER, "add", False),
        (Role.TEACHER, "delete", False),
        (Role.EDITOR, "delete", False),
        (Role.EDITOR, "add", True),
        (Role.ADMIN, "delete", True),
        (Role.SENIOR, "index", False),
        (Role.SENIOR, "live", False),
    ],
)
def test_rights(role: Role, name: str, allowed: bool) -> None:
    asset = MediaAssetFactory(owner=UserFactory(role=Role.EDITOR), title="别人的")
    args = [asset.pk] if name in {"edit", "delete"} else []
    response = signed_in(UserFactory(role=role)).get(reverse(f"media_library:{name}", args=args))
    assert (response.status_code == 200) is allowed
    if not allowed:
        assert response.status_code in {302, 403}
        assert "别人的" not in response.content.decode()


def test_deleting_takes_the_files_with_the_last_asset(
    desk: Client, editor: User, django_capture_on_commit_callbacks: Any
) -> None:
    source = SourceFactory(ready=True)
    on_disk(source.original).write_bytes(b"x")
    first, second = (MediaAssetFactory(owner=editor, source=source) for _ in range(2))
    for asset, left in ((first, True), (second, False)):
        with django_capture_on_commit_callbacks(execute=True):
            assert desk.post(reverse("media_library:delete", args=[asset.pk])).status_code == 302
        assert on_disk(source.original).exists() is left
        assert Source.objects.filter(pk=source.pk).exists() is left


def test_what_a_lesson_uses_is_not_deleted_and_the_lesson_is_named(desk: Client, editor: User) -> None:
    asset = MediaAssetFactory(owner=editor)
    lesson = LessonFactory(media=asset, title="云手怎么练")
    shown = page(desk, "delete", asset.pk)
    assert "云手怎么练" in shown
    assert "不能恢复" not in shown
    answer = desk.post(reverse("media_library:delete", args=[asset.pk]), follow=True)
    (message,) = answer.context["messages"]
    assert "云手怎么练" in str(message)
    assert "不能删除" in str(message)
    assert MediaAsset.objects.filter(pk=asset.pk).exists()
    assert "云手怎么练" in page(desk, "edit", asset.pk)
    lesson.media = None
    lesson.save()
    assert "不能恢复" in page(desk, "delete", asset.pk)


@pytest.mark.django_db(transaction=True)
def test_the_plain_form_takes_several_files(desk: Client, editor: User) -> None:
    data = os.urandom(300_000)
    files = [SimpleUploadedFile("太极 第一讲.mp4", data), SimpleUploadedFile("../b.mp3", b"sound")]
    response = desk.post(reverse("media_library:add"), {"files": files}, follow=True)
    assert [str(message) for message in response.context["messages"]] == [
        "《太极 第一讲》已经收到，正在检查。",
        "《b》已经收到，正在检查。",
    ]
    asset = MediaAsset.objects.get(title="太极 第一讲")
    assert (asset.owner, asset.source.sha256) == (editor, hashlib.sha256(data).hexdigest())
    assert on_disk(asset.source.original).read_bytes() == data
    assert Step.objects.filter(source=asset.source, kind="probe").count() == 1
    assert not list((django_settings.DATA_DIR / "work").iterdir())


def test_the_plain_form_asks_for_room_before_it_reads_the_body(desk: Client, settings: Any, monkeypatch: Any) -> None:
    settings.MEDIA_MAX_UPLOAD_BYTES = 1000
    read: list[int] = []
    monkeypatch.setattr("django.http.request.HttpRequest._load_post_and_files", lambda self: read.append(1))
    response = desk.post(reverse("media_library:add"), {"files": SimpleUploadedFile("a.mp4", b"x" * 200_000)})
    assert response.status_code == 413
    assert "文件太大" in response.content.decode()
    assert not read
    monkeypatch.undo()
    monkeypatch.setattr(rules, "free_bytes", lambda: 0)
    response = desk.post(reverse("media_library:add"), {"files": SimpleUploadedFile("a.mp4", b"x" * 900)})
    assert (response.status_code, "磁盘快满了" in response.content.decode()) == (507, True)
    assert not MediaAsset.objects.exists()


def test_the_plain_form_says_what_is_wrong_with_one_file(desk: Client) -> None:
    files = [SimpleUploadedFile("empty.mp4", b""), SimpleUploadedFile("a.mp4", b"abc")]
    response = desk.post(reverse("media_library:add"), {"files": files}, follow=True)
    said = [str(message) for message in response.context["messages"]]
    assert any("空的" in sentence for sentence in said)
    assert MediaAsset.objects.count() == 1
    nothing = desk.post(reverse("media_library:add"), {}, follow=True)
    assert ["还没有选文件" in str(message) for message in nothing.context["messages"]] == [True]


def test_the_plain_form_needs_its_token(editor: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(editor)
    url = reverse("media_library:add")
    file = SimpleUploadedFile("a.mp4", b"abc")
    assert client.post(url, {"files": file}).status_code == 403
    client.get(url)
    token = client.cookies["csrftoken"].value
    file.seek(0)
    assert client.post(url, {"files": file, "csrfmiddlewaretoken": token}).status_code == 302


def test_notices_reach_the_first_page_and_go_when_read(desk: Client, editor: User) -> None:
    asset = MediaAssetFactory(owner=editor, title="第一讲")
    other = UserFactory(role=Role.EDITOR)
    tell_owner(asset=asset, kind=NoticeKind.READY, sentence="《第一讲》做好了，可以使用。")
    tell_owner(asset=MediaAssetFactory(owner=other), kind=NoticeKind.READY, sentence="别人的")
    home = desk.get(reverse("wagtailadmin_home")).content.decode()
    assert "《第一讲》做好了" in home
    assert "别人的" not in home
    answer = desk.get(reverse("media_library:notices")).json()
    assert [notice["sentence"] for notice in answer["notices"]] == ["《第一讲》做好了，可以使用。"]
    foreign = Notice.objects.get(user=other)
    desk.post(reverse("media_library:notices"), {"id": foreign.pk})
    foreign.refresh_from_db()
    assert foreign.seen_at is None
    desk.post(reverse("media_library:notices"), {"next": "https://example.com/"})
    assert desk.get(reverse("media_library:notices")).json() == {"unseen": 0, "notices": []}
    assert "《第一讲》做好了" not in desk.get(reverse("wagtailadmin_home")).content.decode()
