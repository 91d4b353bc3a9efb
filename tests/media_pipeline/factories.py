"""Rows of the media pipeline without files behind them; `receive` makes real ones."""

from __future__ import annotations

import hashlib
from pathlib import Path

import factory
from django.conf import settings

from accounts.models import User
from core import clock
from media_pipeline.enums import MediaKind, Queue, SourceState, StepKind, StepState
from media_pipeline.models import MediaAsset, Source, Step
from media_pipeline.operations.receive import receive_file


class SourceFactory(factory.django.DjangoModelFactory):
    """A source; `ready` and `failed` are traits."""

    class Meta:
        model = Source

    class Params:
        ready = factory.Trait(
            state=SourceState.READY,
            playable_at=factory.LazyFunction(clock.now),
            ready_at=factory.LazyFunction(clock.now),
        )
        failed = factory.Trait(state=SourceState.FAILED, reason="磁盘满了")
        refused = factory.Trait(state=SourceState.REFUSED, reason="没有画面也没有声音")

    sha256 = factory.Sequence(lambda number: hashlib.sha256(str(number).encode()).hexdigest())
    size = 1000
    original = factory.Sequence("sources/original-{}".format)
    kind = MediaKind.VIDEO
    duration = 12.0


class MediaAssetFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = MediaAsset

    title = factory.Sequence("视频 {}".format)
    original_name = "video.mp4"
    source = factory.SubFactory(SourceFactory)


class StepFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Step

    source = factory.SubFactory(SourceFactory)
    kind = StepKind.ENCODE
    part = factory.Sequence(int)
    queue = Queue.BULK
    state = StepState.READY


def receive(path: Path, *, owner: User | None = None, title: str = "", name: str = "") -> MediaAsset:
    """Take a copy of a real file into the house, as an upload would."""
    data = path.read_bytes()
    sha256 = hashlib.sha256(data).hexdigest()
    taken = Path(settings.DATA_DIR) / "uploads" / f"{sha256[:16]}.part"
    taken.write_bytes(data)
    return receive_file(
        path=taken, sha256=sha256, size=len(data), title=title or path.stem, name=name or path.name, owner=owner
    )
