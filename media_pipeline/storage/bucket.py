"""Object storage by the S3 protocol: one bucket that every web and worker machine reaches."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import urlsplit

import boto3
from boto3.exceptions import Boto3Error
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from core.object_storage import ObjectStorage
from media_pipeline.storage.fetched import held_copy
from media_pipeline.storage.store import CONTENT_TYPES, Found, StoreDown

PIECE = 1 << 20
AT_ONCE = 8
"""Objects under way at the same time: each costs a round trip, and a long film has thousands."""
ACCESS_SECONDS = 300
"""How long an address given to nginx is good: it is fetched at once."""
ABSENT = {"404", "NoSuchKey", "NotFound"}


class BucketStore:
    """See `MediaStore`. `fetched` is where copies of originals lie on this machine."""

    def __init__(self, place: ObjectStorage, fetched: Path) -> None:
        self.bucket, self.prefix, self.fetched = place.bucket, place.prefix, fetched
        self.client = boto3.client(
            "s3",
            endpoint_url=place.endpoint,
            region_name=place.region,
            aws_access_key_id=place.key or None,
            aws_secret_access_key=place.secret or None,
            config=Config(
                signature_version="s3v4",
                s3={"addressing_style": "path"},
                connect_timeout=5,
                read_timeout=60,
                retries={"mode": "standard", "max_attempts": 4},
                max_pool_connections=2 * AT_ONCE,
                # Checksums in trailers are an invention of one vendor; others refuse them.
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
            ),
        )

    def keep(self, files: Mapping[str, Path]) -> None:
        with _told(), ThreadPoolExecutor(AT_ONCE) as pool:
            for _ in pool.map(self._keep_one, files, files.values()):
                pass

    def _keep_one(self, name: str, path: Path) -> None:
        kind = CONTENT_TYPES.get(PurePosixPath(name).suffix, "application/octet-stream")
        self.client.upload_file(str(path), self.bucket, self.prefix + name, ExtraArgs={"ContentType": kind})
        path.unlink()

    def drop(self, name: str) -> None:
        with _told():
            self.client.delete_object(Bucket=self.bucket, Key=self.prefix + name)
            for page in self._pages(f"{name}/"):
                listed = [{"Key": entry["Key"]} for entry in page.get("Contents", [])]
                if listed:
                    self.client.delete_objects(Bucket=self.bucket, Delete={"Objects": listed, "Quiet": True})
        self._copy_of(name).unlink(missing_ok=True)

    def find(self, name: str) -> Found | None:
        with _told():
            try:
                head = self.client.head_object(Bucket=self.bucket, Key=self.prefix + name)
            except ClientError as error:
                if _is_absent(error):
                    return None
                raise
        return Found(head["ContentLength"], head["LastModified"], head["ETag"].strip('"'))

    def sizes(self, folder: str) -> dict[str, int]:
        above = len(self.prefix) + len(folder) + 1
        with _told():
            return {
                entry["Key"][above:]: entry["Size"]
                for page in self._pages(f"{folder}/")
                for entry in page.get("Contents", [])
            }

    def entries(self, folder: str) -> Iterator[tuple[str, dt.datetime]]:
        above = len(self.prefix) + len(folder) + 1
        changed: dict[str, dt.datetime] = {}
        with _told():
            for page in self._pages(f"{folder}/"):
                for entry in page.get("Contents", []):
                    child = entry["Key"][above:].partition("/")[0]
                    changed[child] = max(entry["LastModified"], changed.get(child, entry["LastModified"]))
        yield from changed.items()

    def read(self, name: str, start: int, end: int) -> Iterator[bytes]:
        with _told():
            body = self._body(name, f"bytes={start}-{end}")
        return _pieces(body)

    def local(self, name: str, *, on_tick: Callable[[], None]) -> AbstractContextManager[Path]:
        found = self.find(name)
        if found is None:
            raise FileNotFoundError(name)

        def pieces(offset: int) -> Iterator[bytes]:
            return self.read(name, offset, found.size - 1)

        return held_copy(self._copy_of(name), size=found.size, pieces=pieces, on_tick=on_tick)

    def local_folder(self, folder: str, *, into: Path, on_tick: Callable[[], None]) -> Path:
        into.mkdir(parents=True, exist_ok=True)
        names = [name for name in self.sizes(folder) if "/" not in name]

        def fetch(name: str) -> None:
            self.client.download_file(self.bucket, f"{self.prefix}{folder}/{name}", str(into / name))

        with _told(), ThreadPoolExecutor(AT_ONCE) as pool:
            for _ in pool.map(fetch, names):
                on_tick()
        return into

    def access_query(self, name: str, *, method: str) -> str:
        call = "head_object" if method == "HEAD" else "get_object"
        signed: str = self.client.generate_presigned_url(
            call, Params={"Bucket": self.bucket, "Key": self.prefix + name}, ExpiresIn=ACCESS_SECONDS
        )
        return urlsplit(signed).query

    def _pages(self, prefix: str) -> Iterator[dict[str, Any]]:
        pages: Iterator[dict[str, Any]] = iter(
            self.client.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=self.prefix + prefix)
        )
        return pages

    def _body(self, name: str, wanted: str) -> Any:
        try:
            return self.client.get_object(Bucket=self.bucket, Key=self.prefix + name, Range=wanted)["Body"]
        except ClientError as error:
            if _is_absent(error):
                raise FileNotFoundError(name) from error
            raise

    def _copy_of(self, name: str) -> Path:
        return self.fetched / name.replace("/", "-")


@lru_cache
def _store_of(place: ObjectStorage, fetched: Path, process: int) -> BucketStore:
    return BucketStore(place, fetched)


def bucket_store(place: ObjectStorage, fetched: Path) -> BucketStore:
    """One store a process: a client keeps its connections, and a forked child needs its own."""
    return _store_of(place, fetched, os.getpid())


def _pieces(body: Any) -> Iterator[bytes]:
    with _told(), body:
        yield from body.iter_chunks(PIECE)


@contextmanager
def _told() -> Iterator[None]:
    """Whatever the client library raises, as the one error that callers know."""
    try:
        yield
    except (BotoCoreError, ClientError, Boto3Error) as error:
        raise StoreDown(f"object storage: {error}") from error


def _is_absent(error: ClientError) -> bool:
    return str(error.response.get("Error", {}).get("Code")) in ABSENT
