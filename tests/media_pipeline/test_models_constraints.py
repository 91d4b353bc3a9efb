"""Rules that hold even when code forgets them: the database refuses the row."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import IntegrityError, transaction

from core import clock
from media_pipeline.enums import RenditionKind, SourceState, StepKind, StepState
from media_pipeline.models import CaptionTrack, Part, Rendition, Source, Step, Upload
from tests.accounts.factories import UserFactory
from tests.media_pipeline.factories import MediaAssetFactory, SourceFactory, StepFactory

pytestmark = pytest.mark.django_db


def step_twice() -> None:
    step = StepFactory(kind=StepKind.AUDIO, part=0)
    StepFactory(source=step.source, kind=StepKind.AUDIO, part=0)


def rendition_twice() -> None:
    source = SourceFactory()
    for _ in range(2):
        Rendition.objects.create(source=source, name="v240", kind=RenditionKind.VIDEO)


def part_twice() -> None:
    row = Rendition.objects.create(source=SourceFactory(), name="v240", kind=RenditionKind.VIDEO)
    for _ in range(2):
        Part.objects.create(rendition=row, number=0)


def captions_twice() -> None:
    asset = MediaAssetFactory()
    for _ in range(2):
        CaptionTrack.objects.create(asset=asset, language="zh-Hans")


@pytest.mark.parametrize(
    "breach",
    [
        lambda: SourceFactory(state="done"),
        lambda: SourceFactory(state=SourceState.FAILED, reason=""),
        lambda: SourceFactory(state=SourceState.READY, playable_at=None),
        lambda: [SourceFactory(sha256="a" * 64), SourceFactory(sha256="a" * 64)],
        lambda: StepFactory(state="sleeping"),
        lambda: StepFactory(progress=1.2),
        lambda: StepFactory(state=StepState.RUNNING, lease_until=None),
        lambda: StepFactory(state=StepState.FAILED, reason=""),
        step_twice,
        rendition_twice,
        part_twice,
        captions_twice,
        lambda: Upload.objects.create(owner=UserFactory(), length=0, expires_at=clock.now()),
        lambda: Rendition.objects.create(source=SourceFactory(), name="x", kind="smell"),
    ],
)
def test_a_broken_row_is_refused(breach: Callable[[], object]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        breach()


@transaction.atomic
def delete_behind_djangos_back(source: Source) -> None:
    Source.objects.filter(pk=source.pk)._raw_delete("default")
    transaction.get_connection().check_constraints()


def test_a_source_with_assets_is_not_deleted_from_under_them() -> None:
    asset = MediaAssetFactory()
    with pytest.raises(IntegrityError):
        delete_behind_djangos_back(asset.source)
    asset.source.refresh_from_db()


def test_steps_go_with_their_source() -> None:
    step = StepFactory()
    step.source.delete()
    assert not Step.objects.filter(pk=step.pk).exists()
