"""Playback addresses as a player, a browser and a thief see them."""

from __future__ import annotations

import datetime as dt
import uuid
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.http import HttpResponseBase
from django.test import Client
from django.urls import reverse

from core import clock
from media_pipeline.enums import RenditionKind
from media_pipeline.ladder import plan_ladder
from media_pipeline.links import playback
from media_pipeline.models import MediaAsset, Part, Rendition
from tests.media_pipeline.factories import MediaAssetFactory, SourceFactory
from tests.media_pipeline.probes import audio, probe, video
from tests.media_pipeline.readback import on_disk

pytestmark = pytest.mark.django_db
CONTENT = bytes(range(256)) * 4


@pytest.fixture
def asset(data_dir: Path) -> MediaAsset:
    """An open, finished asset whose files hold 1024 bytes each; its original lies beside them."""
    plan = plan_ladder(probe(video(width=426, height=240, end=4.0, codec="hevc"), audio(duration=4.0)))
    source = SourceFactory(ready=True, plan=plan.to_json())
    on_disk(source.original).write_bytes(b"the original")
    for name, kind in (("v240", RenditionKind.VIDEO), ("a40", RenditionKind.AUDIO), ("a96", RenditionKind.AUDIO)):
        row = Rendition.objects.create(
            source=source, name=name, kind=kind, complete=True, codecs="x", peak_bandwidth=9, average_bandwidth=8
        )
        Part.objects.create(rendition=row, number=0, segments=[[4.0, 1024]], complete=True)
        on_disk(row.folder).mkdir(parents=True)
        for file in ("init.mp4", "0.m4s"):
            (on_disk(row.folder) / file).write_bytes(CONTENT)
    source.extras = dict.fromkeys(("poster.jpg", "sprite-0.jpg", "sprite.vtt"), len(CONTENT))
    source.save()
    for file in (*source.extras, "360p.mp4", "audio.m4a", "notes.txt"):
        (on_disk(source.folder) / file).write_bytes(CONTENT)
    return MediaAssetFactory(source=source, is_open=True)


def address(asset: MediaAsset, name: str, access: str = "open") -> str:
    return reverse("media_pipeline:play", args=[asset.key, access, name])


def body(response: HttpResponseBase) -> bytes:
    if response.streaming:
        return b"".join(response.streaming_content)  # type: ignore[attr-defined]
    return bytes(response.content)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("wanted", "span"),
    [
        ("bytes=0-0", (0, 0)),
        ("bytes=0-99", (0, 99)),
        ("bytes=1000-", (1000, 1023)),
        ("bytes=-10", (1014, 1023)),
        ("bytes=-5000", (0, 1023)),
        ("bytes=1000-99999", (1000, 1023)),
    ],
)
def test_a_range_is_answered_with_just_that(
    client: Client, asset: MediaAsset, wanted: str, span: tuple[int, int]
) -> None:
    response = client.get(address(asset, "v240/0.m4s"), headers={"range": wanted})
    first, last = span
    assert response.status_code == 206
    assert response["Content-Range"] == f"bytes {first}-{last}/1024"
    assert response["Content-Length"] == str(last - first + 1)
    assert body(response) == CONTENT[first : last + 1]


@pytest.mark.parametrize("wanted", ["bytes=1024-", "bytes=5000-6000", "bytes=-0", "bytes=9-3"])
def test_a_range_outside_the_file_is_said_to_be(client: Client, asset: MediaAsset, wanted: str) -> None:
    response = client.get(address(asset, "v240/0.m4s"), headers={"range": wanted})
    assert response.status_code == 416
    assert response["Content-Range"] == "bytes */1024"
    assert body(response) == b""
    assert response["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "wanted",
    [
        "bytes=0-1,5-6",
        "bytes=-",
        "bytes=a-b",
        "lines=0-1",
        "bytes=" + "9" * 5000 + "-",
        "bytes=٣-٤".encode().decode("latin-1"),
    ],
)
def test_a_range_that_means_nothing_gets_the_whole_file(client: Client, asset: MediaAsset, wanted: str) -> None:
    response = client.get(address(asset, "v240/0.m4s"), headers={"range": wanted})
    assert response.status_code == 200
    assert body(response) == CONTENT


def test_what_the_browser_has_isnt_sent_again(client: Client, asset: MediaAsset) -> None:
    url = address(asset, "v240/0.m4s")
    first = client.get(url)
    again = client.get(url, headers={"if-none-match": first["ETag"]})
    assert again.status_code == 304
    assert body(again) == b""
    assert again["ETag"] == first["ETag"]
    assert client.get(url, headers={"if-none-match": '"other"'}).status_code == 200


def test_a_range_of_another_version_gets_the_whole_file(client: Client, asset: MediaAsset) -> None:
    url = address(asset, "v240/0.m4s")
    etag = client.get(url)["ETag"]
    same = client.get(url, headers={"range": "bytes=0-3", "if-range": etag})
    assert (same.status_code, body(same)) == (206, CONTENT[:4])
    other = client.get(url, headers={"range": "bytes=0-3", "if-range": '"older"'})
    assert (other.status_code, body(other)) == (200, CONTENT)


def test_head_tells_the_length_and_sends_nothing(client: Client, asset: MediaAsset) -> None:
    response = client.head(address(asset, "v240/0.m4s"))
    assert response["Content-Length"] == "1024"
    assert response["Accept-Ranges"] == "bytes"
    assert body(response) == b""


def test_only_reading_is_possible(client: Client, asset: MediaAsset) -> None:
    for method in ("post", "put", "delete", "patch"):
        assert getattr(client, method)(address(asset, "v240/0.m4s")).status_code == 405


KINDS = {
    "master.m3u8": "application/vnd.apple.mpegurl",
    "v240/index.m3u8": "application/vnd.apple.mpegurl",
    "v240/init.mp4": "video/mp4",
    "v240/0.m4s": "video/mp4",
    "360p.mp4": "video/mp4",
    "audio.m4a": "audio/mp4",
    "poster.jpg": "image/jpeg",
    "sprite-0.jpg": "image/jpeg",
    "sprite.vtt": "text/vtt; charset=utf-8",
}


@pytest.mark.parametrize("name", KINDS)
def test_types_and_caching_of_open_media(client: Client, asset: MediaAsset, name: str) -> None:
    response = client.get(address(asset, name))
    assert response.status_code == 200
    assert response["Content-Type"] == KINDS[name]
    assert response["X-Content-Type-Options"] == "nosniff"
    lasting = "public, max-age=300" if name.endswith(".m3u8") else "public, max-age=31536000, immutable"
    assert response["Cache-Control"] == lasting
    assert response["Access-Control-Allow-Origin"] == "*"
    assert "Content-Range" in response["Access-Control-Expose-Headers"]
    assert "Set-Cookie" not in response


def test_other_sites_may_ask_before_they_fetch_a_range(client: Client, asset: MediaAsset) -> None:
    response = client.options(address(asset, "v240/0.m4s"))
    assert response.status_code == 204
    assert "Range" in response["Access-Control-Allow-Headers"]
    assert response["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"


@pytest.mark.parametrize("name", KINDS)
def test_signed_media_is_for_one_viewer_until_the_link_ends(client: Client, asset: MediaAsset, name: str) -> None:
    MediaAsset.objects.update(is_open=False)
    asset.refresh_from_db()
    assert client.get(address(asset, name)).status_code == 403
    access = playback(asset).master.split("/")[-2]
    assert access != "open"
    response = client.get(address(asset, name, access))
    assert response.status_code == 200
    assert "public" not in response["Cache-Control"]
    assert "Access-Control-Allow-Origin" not in response
    assert response["Cross-Origin-Resource-Policy"] == "same-origin"


def test_a_signed_link_ends(client: Client, asset: MediaAsset, settings: Any) -> None:
    settings.MEDIA_LINK_LIFETIME = 3600
    with time_machine.travel(dt.datetime(2026, 3, 2, 9, 0, 1, tzinfo=dt.UTC), tick=False) as moved:
        url = playback(asset, members_only=True).master
        assert client.get(url)["Cache-Control"].startswith("private, max-age=4")
        moved.shift(3590)
        assert client.get(url).status_code == 200
        moved.shift(620)
        response = client.get(url)
        assert response.status_code == 410
        assert "过期" in response.content.decode()
        assert response["Cache-Control"] == "no-store"


def test_links_of_the_same_minutes_are_the_same_so_that_caches_serve_reloads(asset: MediaAsset) -> None:
    with time_machine.travel(dt.datetime(2026, 3, 2, 9, 0, 1, tzinfo=dt.UTC), tick=False) as moved:
        before = playback(asset, members_only=True).master
        moved.shift(500)
        assert playback(asset, members_only=True).master == before
        moved.shift(200)
        assert playback(asset, members_only=True).master != before


def test_a_signature_opens_nothing_else(client: Client, asset: MediaAsset) -> None:
    other = MediaAssetFactory(source=asset.source)
    access = playback(asset, members_only=True).master.split("/")[-2]
    expiry, _, signature = access.partition("-")
    flipped = ("A" if signature[0] != "A" else "B") + signature[1:]
    assert client.get(address(other, "master.m3u8", access)).status_code == 403
    forged = [
        f"{int(expiry) + 600}-{signature}",
        f"{expiry}-{flipped}",
        f"{expiry}-签名",
        f"{expiry}-",
        expiry,
        f"-{signature}",
        f"-{expiry}-{signature}",
        f"٣{expiry}-{signature}",
        f"{'9' * 4999}-{signature}",
        "closed",
        "OPEN",
    ]
    for wrong in forged:
        response = client.get(address(asset, "master.m3u8", wrong))
        assert response.status_code == 403, wrong
        assert response["Cache-Control"] == "no-store"


def test_what_was_taken_back_is_closed_at_once(client: Client, asset: MediaAsset) -> None:
    url = address(asset, "master.m3u8")
    assert client.get(url).status_code == 200
    MediaAsset.objects.update(is_open=False)
    response = client.get(url)
    assert response.status_code == 403
    assert "没有公开" in response.content.decode()


TRICKS = [
    "../{sha}",
    "v240/../../../sources/{two}/{sha}",
    "v240/..%2f..%2f..%2fsources%2f{two}%2f{sha}",
    "%2e%2e/{sha}",
    "..\\{sha}",
    "{sha}",
    "source",
    "original",
    "notes.txt",
    "/etc/passwd",
    "v240",
    "v240/",
    "v240//0.m4s",
    "v240/0.m4s%00.jpg",
    "v240/0.m4s%0a",
    "360p.mp4%0a",
    "V240/0.m4s",
    "v240/0.M4S",
    "v240/-1.m4s",
    "v240/1.m4s",
    "v240/99999999.m4s",
    "v240/٣.m4s",
    "v240/index.m3u8/..",
    "v999/index.m3u8",
    "360p.mp4/index.m3u8",
    "sprite-.jpg",
    "sprite-99999.jpg",
    "captions/zh-Hans.vtt",
    "captions/../../x.vtt",
]


@pytest.mark.parametrize("trick", TRICKS)
def test_nothing_but_the_streams_can_be_reached(client: Client, asset: MediaAsset, trick: str) -> None:
    sha = asset.source.sha256
    path = trick.format(sha=sha, two=sha[:2])
    response = client.get(f"/media/play/{asset.key}/open/{path}")
    assert response.status_code in {400, 404}
    assert b"the original" not in body(response)
    assert CONTENT not in body(response)


def test_a_link_inside_the_streams_leads_nowhere_else(client: Client, asset: MediaAsset) -> None:
    """Nobody but the house writes there, and it never makes links; should one appear, its name must still match."""
    (on_disk(asset.source.folder) / "original").symlink_to(on_disk(asset.source.original))
    assert client.get(address(asset, "original")).status_code == 404


def test_an_asset_that_isnt_there(client: Client) -> None:
    response = client.get(reverse("media_pipeline:play", args=[uuid.uuid4(), "open", "master.m3u8"]))
    assert response.status_code == 404
    assert response["Cache-Control"] == "no-store"


def test_before_anything_plays_there_is_a_sentence(client: Client) -> None:
    asset = MediaAssetFactory(is_open=True)
    response = client.get(address(asset, "master.m3u8"))
    assert response.status_code == 404
    assert "还没有做好" in response.content.decode()


def test_a_growing_playlist_is_asked_for_again_soon(client: Client, asset: MediaAsset) -> None:
    asset.source.ready_at = None
    asset.source.playable_at = clock.now()
    asset.source.save()
    Part.objects.update(complete=False)
    for name in ("master.m3u8", "v240/index.m3u8"):
        assert client.get(address(asset, name))["Cache-Control"] == "no-cache, max-age=2"


def test_every_address_a_page_is_given_works(client: Client, asset: MediaAsset) -> None:
    for members_only in (False, True):
        given = playback(asset, members_only=members_only)
        urls = [given.master, given.audio, given.poster, given.sprite_vtt]
        assert all(urls)
        for url in urls:
            assert client.get(url).status_code == 200
    lines = client.get(playback(asset).master).content.decode().splitlines()
    assert [line for line in lines if line.endswith(".m3u8")] == ["v240/index.m3u8", "a40/index.m3u8"]


def test_segments_cost_one_query(client: Client, asset: MediaAsset, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        client.get(address(asset, "v240/0.m4s"))
