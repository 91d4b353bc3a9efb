"""The bucket as the place of everything: several machines, outages, pictures of the admin."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client
from PIL import Image

from accounts.enums import Role
from core import clock
from core.object_storage import ObjectStorage, read_storage_url
from media_pipeline.enums import SourceState, StepState, UploadState
from media_pipeline.models import MediaAsset, Source, Upload
from media_pipeline.operations.assets import delete_asset
from media_pipeline.operations.sweep import tidy
from media_pipeline.operations.work import run_until_idle, work_next
from media_pipeline.queries.verify import find_faults
from media_pipeline.storage import store
from tests.accounts.factories import UserFactory
from tests.media_pipeline import clips
from tests.media_pipeline.factories import receive
from tests.media_pipeline.tus import TusClient
from tests.servers import free_port, object_storage

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def bucket_url() -> Iterator[str]:
    with object_storage() as url:
        yield url


@pytest.fixture
def bucket(bucket_url: str, settings: Any, request: pytest.FixtureRequest) -> ObjectStorage:
    """A part of the bucket for this test alone, and the settings that name it."""
    place = read_storage_url(bucket_url.replace("/house", f"/{request.node.name}"))
    assert place is not None
    settings.OBJECT_STORAGE = place
    return place


@pytest.fixture
def nowhere() -> ObjectStorage:
    """A bucket on a machine that doesn't answer."""
    place = read_storage_url(f"s3://a:b@127.0.0.1:{free_port()}/films?tls=0")
    assert place is not None
    return place


def files(folder: Path) -> list[str]:
    return [path.name for path in folder.rglob("*") if path.is_file()]


@pytest.mark.usefixtures("bucket")
def test_a_machine_that_never_saw_the_upload_makes_it(settings: Any, data_dir: Path, tmp_path: Path) -> None:
    asset = receive(clips.copyable())
    assert files(data_dir / "uploads") == files(data_dir / "sources") == []
    settings.DATA_DIR = tmp_path / "another-machine"
    for name in ("work", "uploads"):
        (settings.DATA_DIR / name).mkdir(parents=True)
    source = run_until_idle(asset.source)
    assert source.state == SourceState.READY
    assert find_faults(source) == []
    assert files(settings.DATA_DIR / "work") == []
    assert len(files(settings.DATA_DIR / "fetched")) == 1  # kept for the next step of the same source
    assert set(source.extras) <= set(store().sizes(source.folder))


def test_the_last_asset_takes_everything_out_of_the_bucket(
    bucket: ObjectStorage,
    nowhere: ObjectStorage,
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Any,
) -> None:
    one, two = receive(clips.silent()), receive(clips.upright())
    run_until_idle(one.source)
    with django_capture_on_commit_callbacks(execute=True):
        delete_asset(asset=one)
    assert store().sizes("streams") == {}
    assert [name for name, _ in store().entries("sources")] == [two.source.original.partition("/")[2]]
    settings.OBJECT_STORAGE = nowhere
    with django_capture_on_commit_callbacks(execute=True):
        delete_asset(asset=two)
    assert not Source.objects.exists()
    settings.OBJECT_STORAGE = bucket
    assert len(store().sizes("sources")) == 1
    tidy()
    assert len(store().sizes("sources")) == 1  # too fresh: its row may be about to be written
    monkeypatch.setattr("media_pipeline.operations.sweep.ORPHAN_AGE", dt.timedelta(minutes=-5))
    tidy()
    assert store().sizes("sources") == {}


def test_an_outage_delays_a_step_and_loses_nothing(
    bucket: ObjectStorage, nowhere: ObjectStorage, settings: Any, data_dir: Path
) -> None:
    source = receive(clips.copyable()).source
    settings.OBJECT_STORAGE = nowhere
    assert work_next(queue=None, source=source)
    step = source.steps.get()
    assert (step.state, step.failures) == (StepState.READY, 1)
    assert "存储暂时连不上" in step.reason
    assert files(data_dir / "work") == []
    settings.OBJECT_STORAGE = bucket
    with time_machine.travel(clock.now() + dt.timedelta(minutes=1), tick=False):
        assert run_until_idle(source).state == SourceState.READY


def test_an_upload_that_cannot_be_kept_waits(
    bucket: ObjectStorage, nowhere: ObjectStorage, settings: Any, data_dir: Path
) -> None:
    tus = TusClient.of(UserFactory(role=Role.EDITOR))
    data = clips.silent().read_bytes()
    url = tus.create(len(data))
    settings.OBJECT_STORAGE = nowhere
    refused = tus.patch(url, data, 0)
    assert refused.status_code == 503
    assert "传来的内容都还在" in refused.content.decode()
    assert Upload.objects.get().state == UploadState.RECEIVING
    assert not MediaAsset.objects.exists()
    settings.OBJECT_STORAGE = bucket
    assert tus.head(url)["Upload-Offset"] == str(len(data))
    asset = MediaAsset.objects.get()
    assert b"".join(store().read(asset.source.original, 0, len(data))) == data
    assert files(data_dir / "work") == []


@pytest.mark.usefixtures("bucket")
def test_viewers_are_told_of_an_outage(nowhere: ObjectStorage, settings: Any, client: Client) -> None:
    asset = receive(clips.silent())
    run_until_idle(asset.source)
    MediaAsset.objects.filter(pk=asset.pk).update(is_open=True)
    top = Source.objects.get().renditions.filter(kind="video").first()
    assert top is not None
    segment = f"/media/play/{asset.key}/open/{top.name}/0.m4s"
    whole = client.get(segment)
    assert whole.status_code == 200
    body = b"".join(whole.streaming_content)  # type: ignore[attr-defined]
    part = client.get(segment, headers={"Range": "bytes=5-8"})
    assert (part.status_code, b"".join(part.streaming_content)) == (206, body[5:9])  # type: ignore[attr-defined]
    settings.OBJECT_STORAGE = nowhere
    down = client.get(segment)
    assert (down.status_code, down["Cache-Control"]) == (503, "no-store")
    assert "请过几分钟再试" in down.content.decode()
    assert client.get(f"/media/play/{asset.key}/open/master.m3u8").status_code == 200  # from the database


def test_pictures_of_the_admin_lie_in_the_bucket_and_come_from_our_host(
    bucket: ObjectStorage, settings: Any, client: Client, data_dir: Path
) -> None:
    settings.STORAGES = {**settings.STORAGES, "default": bucket.picture_storage()}
    drawn = BytesIO()
    Image.new("RGB", (4, 4), "red").save(drawn, "PNG")
    name = default_storage.save("images/红.png", ContentFile(drawn.getvalue()))
    default_storage.save("documents/内部.pdf", ContentFile(b"inside"))
    assert files(data_dir / "images") == []
    address = default_storage.url(name)
    assert address.startswith("/files/images/")
    answer = client.get(address)
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/png")
    assert b"".join(answer.streaming_content) == drawn.getvalue()  # type: ignore[attr-defined]
    assert client.get(address, headers={"If-Modified-Since": answer["Last-Modified"]}).status_code == 304
    for hidden in ("/files/documents/内部.pdf", "/files/images/none.png", "/files/images/../documents/内部.pdf"):
        assert client.get(hidden).status_code == 404
