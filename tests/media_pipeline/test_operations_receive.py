"""The same bytes are kept and made once; assets come and go on their own."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.errors import Refusal
from courses.models import Lesson
from media_pipeline.enums import SourceState, StepKind
from media_pipeline.models import MediaAsset, Source, Step
from media_pipeline.operations.assets import delete_asset, rename_asset
from media_pipeline.operations.jobs import claim_step, worker_name
from media_pipeline.operations.removal import remove_asset
from media_pipeline.operations.work import attempt_step, run_until_idle, work_next
from media_pipeline.storage.disk import DiskStore
from tests.courses.factories import LessonFactory
from tests.media_pipeline import clips
from tests.media_pipeline.factories import MediaAssetFactory, receive
from tests.media_pipeline.readback import on_disk

pytestmark = pytest.mark.django_db


def files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_identical_bytes_are_made_once_and_outlive_the_first_asset(
    data_dir: Path, django_capture_on_commit_callbacks
) -> None:
    one = receive(clips.silent(), title="甲")
    run_until_idle(one.source)
    two = receive(clips.silent(), title="乙")
    assert two.source == one.source
    assert Source.objects.count() == 1
    assert Step.objects.filter(kind=StepKind.PROBE).count() == 1
    assert files(data_dir / "uploads") == []
    before = files(data_dir / "streams")
    with django_capture_on_commit_callbacks(execute=True):
        delete_asset(asset=one)
    assert files(data_dir / "streams") == before
    assert on_disk(two.source.original).exists()
    with django_capture_on_commit_callbacks(execute=True):
        delete_asset(asset=two)
    assert (files(data_dir / "streams"), files(data_dir / "sources"), files(data_dir / "work")) == ([], [], [])
    assert (Source.objects.count(), Step.objects.count(), MediaAsset.objects.count()) == (0, 0, 0)


def test_refused_bytes_get_a_new_verdict_when_limits_change(settings, data_dir: Path) -> None:
    settings.MEDIA_MAX_DURATION = 1
    asset = receive(clips.silent())
    refused = run_until_idle(asset.source)
    assert refused.state == SourceState.REFUSED
    assert "上限" in refused.reason
    assert files(data_dir / "sources") == []
    settings.MEDIA_MAX_DURATION = 3600
    again = receive(clips.silent())
    assert again.source == asset.source
    assert run_until_idle(again.source).state == SourceState.READY


def test_what_a_worker_moves_after_the_deletion_goes_too(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks
) -> None:
    """The worst moment: segments of an attempt are moved when the source has just gone."""
    asset = receive(clips.encodable())
    source = asset.source
    assert work_next(queue=None, source=source)  # the verdict
    moved = DiskStore.keep

    def move_late(self: DiskStore, files) -> None:
        if MediaAsset.objects.filter(pk=asset.pk).exists():
            with django_capture_on_commit_callbacks(execute=True):
                delete_asset(asset=MediaAsset.objects.get(pk=asset.pk))
        moved(self, files)

    monkeypatch.setattr(DiskStore, "keep", move_late)
    assert work_next(queue=None, source=source)
    assert not Source.objects.exists()
    assert files(data_dir / "streams") == files(data_dir / "work") == []


def test_a_worker_that_just_claimed_finds_the_source_deleted_and_goes_on(
    data_dir: Path, django_capture_on_commit_callbacks
) -> None:
    asset = receive(clips.silent())
    step = claim_step(queue=None, worker=worker_name())
    assert step is not None
    with django_capture_on_commit_callbacks(execute=True):
        delete_asset(asset=MediaAsset.objects.get(pk=asset.pk))
    attempt_step(step)
    assert files(data_dir / "streams") == files(data_dir / "work") == files(data_dir / "sources") == []


def test_media_in_use_is_not_deleted_and_the_user_is_named() -> None:
    asset = MediaAssetFactory(source__ready=True)
    lesson = LessonFactory(media=asset, title="左右开弓似射雕")
    with pytest.raises(Refusal, match="左右开弓似射雕"):
        delete_asset(asset=asset)
    assert MediaAsset.objects.filter(pk=asset.pk).exists()
    assert Lesson.objects.get(pk=lesson.pk).media == asset


@pytest.mark.parametrize("title", ["", "   ", "长" * 201])
def test_a_bad_title_changes_nothing(title: str) -> None:
    asset = MediaAssetFactory(title="原来的")
    with pytest.raises(Refusal, match="没有改动"):
        rename_asset(asset=asset, title=title)
    asset.refresh_from_db()
    assert asset.title == "原来的"


def test_media_that_only_a_draft_uses_is_not_deleted() -> None:
    """An unpublished change names it; nothing live does."""
    old, new = MediaAssetFactory(source__ready=True), MediaAssetFactory(source__ready=True)
    lesson = LessonFactory(media=old, title="摇头摆尾去心火")
    lesson.media = new
    lesson.save_revision()
    with pytest.raises(Refusal, match="摇头摆尾去心火"):
        remove_asset(asset=new)
    lesson.refresh_from_db()
    assert lesson.get_latest_revision_as_object().media == new
