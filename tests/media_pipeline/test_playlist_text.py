"""Playlists, compared as text."""

from __future__ import annotations

from pathlib import Path

import pytest

from core import clock
from media_pipeline.enums import RenditionKind, SourceState
from media_pipeline.ladder import plan_ladder
from media_pipeline.models import Part, Rendition, Source
from media_pipeline.playlist import (
    Segment,
    SoundTrack,
    Variant,
    parse_durations,
    read_codec,
    render_local,
    render_master,
    render_media,
    target_duration,
)
from media_pipeline.queries.playlists import master_playlist, media_playlist
from tests.media_pipeline.factories import SourceFactory
from tests.media_pipeline.probes import audio, probe, video

GROWING = """#EXTM3U
#EXT-X-VERSION:7
#EXT-X-TARGETDURATION:4
#EXT-X-MEDIA-SEQUENCE:0
#EXT-X-PLAYLIST-TYPE:EVENT
#EXT-X-INDEPENDENT-SEGMENTS
#EXT-X-MAP:URI="init.mp4"
#EXTINF:4.000000,
0.m4s
#EXTINF:3.500000,
1.m4s
"""


def test_a_growing_playlist_has_no_end_and_a_complete_one_has() -> None:
    segments = [Segment(4.0, "0.m4s"), Segment(3.5, "1.m4s")]
    assert render_media(segments, target=4, complete=False) == GROWING
    complete = GROWING.replace("EVENT", "VOD") + "#EXT-X-ENDLIST\n"
    assert render_media(segments, target=4, complete=True) == complete


def test_a_local_playlist_names_files_by_their_whole_path() -> None:
    text = render_local(Path("/data/streams/x/v240"), [3, 4], [4.004, 1.0])
    assert '#EXT-X-MAP:URI="file:/data/streams/x/v240/init.mp4"' in text
    assert text.splitlines()[-3:] == ["#EXTINF:1.000000,", "file:/data/streams/x/v240/4.m4s", "#EXT-X-ENDLIST"]
    assert parse_durations(text) == [("3.m4s", 4.004), ("4.m4s", 1.0)]


def test_the_thinnest_picture_comes_first_and_sound_alone_last() -> None:
    tracks = [SoundTrack("lo", "汉语", "zh", "a40/index.m3u8", 1, True), SoundTrack("lo", "声音 2", "", "b", 2, False)]
    variants = [
        Variant("v720/index.m3u8", 3_000_000, 900_000, "avc1.64001f,mp4a.40.2", 1280, 720, 29.97, "hi"),
        Variant("v240/index.m3u8", 140_000, 0, "avc1.640015,mp4a.40.2", 426, 240, 15.0, "lo"),
        Variant("a40/index.m3u8", 47_000, 39_000, "mp4a.40.2"),
    ]
    assert render_master(variants, tracks) == (
        "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-INDEPENDENT-SEGMENTS\n"
        '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="lo",NAME="汉语",LANGUAGE="zh",DEFAULT=YES,AUTOSELECT=YES,CHANNELS="1",'
        'URI="a40/index.m3u8"\n'
        '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="lo",NAME="声音 2",DEFAULT=NO,AUTOSELECT=YES,CHANNELS="2",URI="b"\n'
        '#EXT-X-STREAM-INF:BANDWIDTH=140000,CODECS="avc1.640015,mp4a.40.2",RESOLUTION=426x240,FRAME-RATE=15.000,'
        'AUDIO="lo"\nv240/index.m3u8\n'
        '#EXT-X-STREAM-INF:BANDWIDTH=3000000,AVERAGE-BANDWIDTH=900000,CODECS="avc1.64001f,mp4a.40.2",'
        'RESOLUTION=1280x720,FRAME-RATE=29.970,AUDIO="hi"\nv720/index.m3u8\n'
        '#EXT-X-STREAM-INF:BANDWIDTH=47000,AVERAGE-BANDWIDTH=39000,CODECS="mp4a.40.2"\na40/index.m3u8\n'
    )


@pytest.mark.parametrize(("durations", "target"), [([4.0], 4), ([4.004], 5), ([3.2], 4), ([0.2], 1), ([], 1)])
def test_target_duration(durations: list[float], target: int) -> None:
    assert target_duration(durations) == target


def test_codec_names() -> None:
    assert read_codec(b"....avcC\x01\x64\x00\x1f....") == "avc1.64001f"
    assert read_codec(b"....esds....") == "mp4a.40.2"


def planned(*languages: str) -> Source:
    """A 12-second source with rows of its whole plan, nothing published yet."""
    picture = video(width=640, height=360, end=12.0, codec="hevc")
    sounds = [audio(index=number + 1, duration=12.0, language=code) for number, code in enumerate(languages)]
    plan = plan_ladder(probe(picture, *sounds))
    source = SourceFactory(plan=plan.to_json(), state=SourceState.PROCESSING)
    for rung in plan.rungs:
        row = Rendition.objects.create(source=source, name=rung.name, kind=RenditionKind.VIDEO, bandwidth_cap=rung.cap)
        Part.objects.bulk_create([Part(rendition=row, number=number) for number in range(len(plan.parts))])
    for sound in plan.sounds:
        row = Rendition.objects.create(
            source=source, name=sound.name, kind=RenditionKind.AUDIO, bandwidth_cap=sound.cap
        )
        Part.objects.create(rendition=row, number=0)
    return source


def publish(source: Source, name: str, *, part: int, segments: list[list[float]], complete: bool) -> None:
    row = source.renditions.get(name=name)
    row.codecs = "avc1.640015" if row.kind == RenditionKind.VIDEO else "mp4a.40.2"
    row.save()
    Part.objects.filter(rendition=row, number=part).update(segments=segments, complete=complete)
    if all(part.complete for part in row.parts.all()):
        Rendition.objects.filter(pk=row.pk).update(complete=True, peak_bandwidth=77_000, average_bandwidth=50_000)


@pytest.mark.django_db
def test_the_master_playlist_grows_and_never_shrinks() -> None:
    source = planned("zho")
    assert [rung["name"] for rung in source.plan["rungs"]] == ["v360", "v240"]
    publish(source, "v240", part=0, segments=[[4.0, 40_000]], complete=False)
    publish(source, "a40", part=0, segments=[[4.0, 20_000]], complete=False)
    Source.objects.filter(pk=source.pk).update(playable_at=clock.now())
    first = master_playlist(source)
    assert "v240/index.m3u8" in first
    assert "v360/index.m3u8" not in first
    rung = next(rung for rung in source.plan["rungs"] if rung["name"] == "v240")
    cap = source.renditions.get(name="v240").bandwidth_cap + source.renditions.get(name="a40").bandwidth_cap
    assert f"BANDWIDTH={cap},CODECS" in first
    assert rung["width"] == 426
    publish(source, "v360", part=0, segments=[[4.0, 90_000], [4.0, 90_000]], complete=True)
    assert "v360/index.m3u8" not in master_playlist(source)
    publish(source, "v360", part=1, segments=[[4.0, 90_000]], complete=True)
    second = master_playlist(source)
    assert {line for line in first.splitlines() if line.endswith(".m3u8")} < set(second.splitlines())
    assert second.index("v240/index.m3u8") < second.index("v360/index.m3u8")


@pytest.mark.django_db
def test_a_part_behind_a_hole_is_not_listed_yet() -> None:
    source = planned()
    publish(source, "v240", part=1, segments=[[4.0, 1000]], complete=True)
    publish(source, "v240", part=0, segments=[[4.0, 1000]], complete=False)
    text, complete = media_playlist(source.renditions.get(name="v240"))
    assert not complete
    assert [line for line in text.splitlines() if line.endswith(".m4s")] == ["0.m4s"]
    publish(source, "v240", part=0, segments=[[4.0, 1000], [4.0, 1000]], complete=True)
    text, complete = media_playlist(source.renditions.get(name="v240"))
    assert complete
    assert [line for line in text.splitlines() if line.endswith(".m4s")] == ["0.m4s", "1.m4s", "2.m4s"]
    assert text.endswith("#EXT-X-ENDLIST\n")


@pytest.mark.django_db
def test_every_sound_track_has_a_name_of_its_own() -> None:
    source = planned("zho", "chi", "mon", "", "xyz", "zho")
    for sound in source.plan["sounds"]:
        publish(source, sound["name"], part=0, segments=[[4.0, 10]], complete=True)
    publish(source, "v240", part=0, segments=[[4.0, 40_000]], complete=False)
    lines = [
        line for line in master_playlist(source).splitlines() if line.startswith("#EXT-X-MEDIA") and '"lo"' in line
    ]
    names = [line.split('NAME="')[1].split('"')[0] for line in lines]
    assert len(set(names)) == len(names) == 6
    assert "蒙古语" in names
    assert sum("DEFAULT=YES" in line for line in lines) == 1


@pytest.mark.django_db
def test_a_master_playlist_costs_two_queries(django_assert_num_queries: object) -> None:
    source = planned("zho")
    publish(source, "v240", part=0, segments=[[4.0, 40_000]], complete=False)
    with django_assert_num_queries(2):  # type: ignore[operator]
        master_playlist(source)
