"""Editors are told once."""

from __future__ import annotations

import pytest

from accounts.enums import Role
from media_pipeline.enums import NoticeKind
from media_pipeline.models import Notice
from media_pipeline.operations.notices import forget_failure, mark_seen, tell_owner, tell_owners
from tests.accounts.factories import UserFactory
from tests.media_pipeline.factories import MediaAssetFactory, SourceFactory

pytestmark = pytest.mark.django_db


def test_every_owner_is_told_once_a_kind() -> None:
    source = SourceFactory(failed=True)
    owners = [UserFactory(role=Role.EDITOR) for _ in range(2)]
    for owner in owners:
        MediaAssetFactory(source=source, owner=owner, title="第一讲")
    MediaAssetFactory(source=source, owner=None)
    told = tell_owners(source=source, kind=NoticeKind.FAILED)
    assert sorted(notice.user_id for notice in told) == sorted(owner.pk for owner in owners)
    assert {notice.sentence for notice in told} == {"《第一讲》没有做成：磁盘满了"}
    assert tell_owners(source=source, kind=NoticeKind.FAILED) == []
    assert len(tell_owners(source=source, kind=NoticeKind.READY)) == 2
    assert Notice.objects.count() == 4


def test_a_failure_after_a_new_try_is_told_again() -> None:
    source = SourceFactory(failed=True)
    MediaAssetFactory(source=source, owner=UserFactory())
    tell_owners(source=source, kind=NoticeKind.FAILED)
    forget_failure(source=source)
    assert len(tell_owners(source=source, kind=NoticeKind.FAILED)) == 1


def test_a_refusal_is_told_with_its_reason() -> None:
    source = SourceFactory(refused=True)
    MediaAssetFactory(source=source, owner=UserFactory(), title="空文件")
    (notice,) = tell_owners(source=source, kind=NoticeKind.REFUSED)
    assert notice.sentence == "《空文件》不能使用：没有画面也没有声音"


def test_reading_marks_only_what_one_names_and_owns() -> None:
    owner = UserFactory()
    notices = [
        tell_owner(asset=MediaAssetFactory(owner=owner), kind=NoticeKind.READY, sentence="好了") for _ in range(3)
    ]
    first = notices[0]
    assert first is not None
    assert mark_seen(user=UserFactory(), notice_ids=[first.pk]) == 0
    assert mark_seen(user=owner, notice_ids=[first.pk]) == 1
    assert mark_seen(user=owner) == 2
    assert mark_seen(user=owner) == 0


def test_a_clerk_without_media_has_no_notices_and_no_message_about_rights(client):
    client.force_login(UserFactory(role=Role.SITE))
    assert client.get("/admin/media/notices/").json() == {"unseen": 0, "notices": []}
    assert "没有权限" not in client.get("/admin/", follow=True).content.decode()
