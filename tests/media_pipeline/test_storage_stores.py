"""The two stores keep the same promises: a folder of this machine, and a bucket behind a real S3 server."""

from __future__ import annotations

import datetime as dt
import multiprocessing
import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from core import clock
from core.object_storage import read_storage_url
from media_pipeline.storage import MediaStore, StoreDown
from media_pipeline.storage.bucket import BucketStore
from media_pipeline.storage.disk import DiskStore
from media_pipeline.storage.fetched import IDLE_SECONDS, drop_copy, held_copy
from tests.servers import free_port, object_storage

LARGE = 9 * 1024**2
"""Above what the client sends in one piece."""


def nothing() -> None:
    """No heartbeat is due."""


@pytest.fixture(scope="module")
def bucket_url() -> Iterator[str]:
    with object_storage() as url:
        yield url


@pytest.fixture(params=["disk", "bucket"])
def shelf(request: pytest.FixtureRequest, data_dir: Path) -> MediaStore:
    if request.param == "disk":
        return DiskStore(data_dir)
    url = request.getfixturevalue("bucket_url").replace("/house", f"/{request.node.name.replace('[', '-')[:-1]}")
    place = read_storage_url(url)
    assert place is not None
    return BucketStore(place, data_dir / "fetched")


def keep(shelf: MediaStore, folder: Path, files: dict[str, bytes]) -> None:
    paths = {}
    for number, (name, content) in enumerate(files.items()):
        paths[name] = folder / "work" / f"made-{number}"
        paths[name].write_bytes(content)
    shelf.keep(paths)
    assert not any(path.exists() for path in paths.values())


def test_what_is_kept_is_found_listed_and_read(shelf: MediaStore, data_dir: Path) -> None:
    files = {"streams/k/v720/0.m4s": b"0123456789", "streams/k/v720/1.m4s": b"x", "streams/k/poster.jpg": b"pic"}
    keep(shelf, data_dir, files)
    found = shelf.find("streams/k/v720/0.m4s")
    assert found is not None
    assert found.size == 10
    assert abs(clock.now() - found.modified) < dt.timedelta(minutes=5)
    assert shelf.sizes("streams/k") == {"v720/0.m4s": 10, "v720/1.m4s": 1, "poster.jpg": 3}
    assert [name for name, _ in shelf.entries("streams")] == ["k"]
    assert b"".join(shelf.read("streams/k/v720/0.m4s", 2, 5)) == b"2345"
    into = data_dir / "work" / "here"
    local = shelf.local_folder("streams/k/v720", into=into, on_tick=nothing)
    assert sorted(path.name for path in local.iterdir()) == ["0.m4s", "1.m4s"]


def test_another_content_is_another_version(shelf: MediaStore, data_dir: Path) -> None:
    keep(shelf, data_dir, {"streams/k/poster.jpg": b"one"})
    before = shelf.find("streams/k/poster.jpg")
    keep(shelf, data_dir, {"streams/k/poster.jpg": b"other"})
    after = shelf.find("streams/k/poster.jpg")
    assert before is not None
    assert after is not None
    assert before.version != after.version
    assert b"".join(shelf.read("streams/k/poster.jpg", 0, 4)) == b"other"


def test_nothing_is_said_of_what_is_not_there(shelf: MediaStore) -> None:
    assert shelf.find("streams/none/0.m4s") is None
    assert shelf.find("streams") is None
    assert shelf.sizes("streams/none") == {}
    with pytest.raises(FileNotFoundError):
        shelf.read("streams/none/0.m4s", 0, 1)
    with pytest.raises(FileNotFoundError), shelf.local("sources/none", on_tick=nothing):
        pass
    shelf.drop("streams/none")


def test_dropping_takes_everything_under_a_name_and_nothing_beside_it(shelf: MediaStore, data_dir: Path) -> None:
    keep(shelf, data_dir, {"streams/k/v/0.m4s": b"1", "streams/k/a.jpg": b"2", "streams/kk/a.jpg": b"3"})
    shelf.drop("streams/k")
    assert shelf.sizes("streams/k") == {}
    assert shelf.sizes("streams/kk") == {"a.jpg": 1}
    keep(shelf, data_dir, {"sources/one": b"1", "sources/one-more": b"2"})
    shelf.drop("sources/one")
    assert [name for name, _ in shelf.entries("sources")] == ["one-more"]


def test_a_large_object_is_on_this_machine_while_it_is_held(shelf: MediaStore, data_dir: Path) -> None:
    content = os.urandom(LARGE)
    keep(shelf, data_dir, {"sources/film": content})
    for _ in range(2):
        with shelf.local("sources/film", on_tick=nothing) as path:
            assert path.read_bytes() == content


def test_an_interrupted_copy_is_gone_on_with(data_dir: Path) -> None:
    asked = []

    def pieces(offset: int) -> Iterator[bytes]:
        asked.append(offset)
        yield from (b"0123456789"[at : at + 3] for at in range(offset, 10, 3))

    copy = data_dir / "fetched" / "film"
    copy.parent.mkdir(exist_ok=True)
    copy.write_bytes(b"01234")
    with held_copy(copy, size=10, pieces=pieces, on_tick=nothing) as path:
        assert path.read_bytes() == b"0123456789"
    with held_copy(copy, size=10, pieces=pieces, on_tick=nothing):
        assert asked == [5]
        drop_copy(copy)
        assert copy.exists()  # somebody reads it
    drop_copy(copy)
    assert not copy.exists()


def test_a_copy_longer_than_its_object_is_fetched_anew(data_dir: Path) -> None:
    copy = data_dir / "fetched" / "film"
    copy.parent.mkdir(exist_ok=True)
    copy.write_bytes(b"of another object")
    with held_copy(copy, size=3, pieces=lambda offset: iter([b"new"[offset:]]), on_tick=nothing) as path:
        assert path.read_bytes() == b"new"


def _fetch_slowly(copy: Path, begun: object, told: object) -> None:
    def pieces(offset: int) -> Iterator[bytes]:
        begun.set()  # type: ignore[attr-defined]
        told.wait(30)  # type: ignore[attr-defined]
        yield b"whole"[offset:]

    with held_copy(copy, size=5, pieces=pieces, on_tick=nothing):
        pass


def test_two_processes_fetch_once(data_dir: Path) -> None:
    context = multiprocessing.get_context("fork")
    begun, told = context.Event(), context.Event()
    copy = data_dir / "fetched" / "film"
    other = context.Process(target=_fetch_slowly, args=(copy, begun, told))
    other.start()
    assert begun.wait(30)
    ticks = []

    def tick() -> None:
        ticks.append(1)
        told.set()

    def never(offset: int) -> Iterator[bytes]:
        raise AssertionError(offset)

    with held_copy(copy, size=5, pieces=never, on_tick=tick) as path:
        assert path.read_bytes() == b"whole"
    other.join(30)
    assert ticks  # whoever waits keeps its lease
    assert other.exitcode == 0


def test_idle_copies_make_way(data_dir: Path, settings) -> None:
    folder = data_dir / "fetched"
    folder.mkdir(exist_ok=True)
    for name, age in (("idle", IDLE_SECONDS + 60), ("fresh", 60)):
        (folder / name).write_bytes(b"x")
        os.utime(folder / name, (time.time() - age,) * 2)
    with held_copy(folder / "new", size=1, pieces=lambda _: iter([b"n"]), on_tick=nothing):
        assert sorted(path.name for path in folder.iterdir()) == ["fresh", "new"]
    settings.MEDIA_MIN_FREE_BYTES = 2**62
    with held_copy(folder / "newer", size=1, pieces=lambda _: iter([b"n"]), on_tick=nothing):
        assert sorted(path.name for path in folder.iterdir()) == ["newer"]


def test_a_bucket_that_does_not_answer_is_one_kind_of_error(data_dir: Path) -> None:
    place = read_storage_url(f"s3://a:b@127.0.0.1:{free_port()}/films?tls=0")
    assert place is not None
    shelf = BucketStore(place, data_dir / "fetched")
    made = data_dir / "work" / "made"
    made.write_bytes(b"x")
    for call in (
        lambda: shelf.find("a"),
        lambda: shelf.keep({"a": made}),
        lambda: shelf.drop("a"),
        lambda: shelf.sizes("a"),
        lambda: list(shelf.entries("a")),
        lambda: list(shelf.read("a", 0, 1)),
        lambda: shelf.local_folder("a", into=data_dir / "work" / "b", on_tick=nothing),
    ):
        with pytest.raises(StoreDown):
            call()
    assert made.exists()
