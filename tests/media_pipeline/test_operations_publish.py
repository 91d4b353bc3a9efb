"""Visible segments stay visible; a worker that lost its lease adds nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from media_pipeline.enums import RenditionKind, SourceState, StepState
from media_pipeline.errors import LeaseLost, StepFailed
from media_pipeline.models import Part, Rendition, Step
from media_pipeline.operations import jobs
from media_pipeline.operations.publish import complete_part, publish_segments
from media_pipeline.plan import Plan
from media_pipeline.queries.playlists import media_playlist, visible_segments
from tests.media_pipeline.factories import SourceFactory, StepFactory
from tests.media_pipeline.readback import on_disk

pytestmark = pytest.mark.django_db


@pytest.fixture
def step() -> Step:
    plan = Plan(duration=16.0, boundaries=[0.0, 4.0, 8.0, 12.0, 16.0], parts=[(0, 2), (2, 4)])
    StepFactory(source=SourceFactory(state=SourceState.PROCESSING, plan=plan.to_json()))
    claimed = jobs.claim_step(queue=None, worker="elsewhere:1:a")
    assert claimed is not None
    return claimed


def rendition(step: Step, name: str = "v240", kind: str = RenditionKind.VIDEO, parts: int = 2) -> Rendition:
    row = Rendition.objects.create(source=step.source, name=name, kind=kind, bandwidth_cap=1000)
    Part.objects.bulk_create([Part(rendition=row, number=number) for number in range(parts)])
    return row


def attempt(folder: Path, numbers: list[int], *, init: bytes = b"init", body: bytes = b"x" * 100) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "init.mp4").write_bytes(init)
    for number in numbers:
        (folder / f"{number}.m4s").write_bytes(body)
    return folder


def publish(step: Step, row: Rendition, number: int, folder: Path, numbers: list[int]) -> Part:
    part = row.parts.get(number=number)
    first = 2 * number
    found = [(f"{segment}.m4s", 4.0) for segment in numbers]
    publish_segments(step=step, rendition=row, part=part, first=first, folder=folder, found=found)
    return part


def test_a_second_attempt_leaves_what_is_visible_as_it_is(step: Step, tmp_path: Path) -> None:
    row = rendition(step)
    publish(step, row, 0, attempt(tmp_path / "one", [0]), [0])
    publish(step, row, 0, attempt(tmp_path / "two", [0, 1], body=b"y" * 70), [0, 1])
    assert row.parts.get(number=0).segments == [[4.0, 100], [4.0, 70]]
    assert (on_disk(row.folder) / "0.m4s").read_bytes() == b"x" * 100
    assert (on_disk(row.folder) / "1.m4s").read_bytes() == b"y" * 70


def test_the_playlist_never_shows_what_lies_behind_a_hole(step: Step, tmp_path: Path) -> None:
    row = rendition(step)
    publish(step, row, 1, attempt(tmp_path / "late", [2, 3]), [2, 3])
    complete_part(step=step, rendition=row, part=row.parts.get(number=1))
    assert visible_segments(list(row.parts.all())) == ([], False)
    part = publish(step, row, 0, attempt(tmp_path / "early", [0]), [0])
    assert visible_segments(list(row.parts.all())) == ([4.0], False)
    publish(step, row, 0, attempt(tmp_path / "early", [1]), [0, 1])
    complete_part(step=step, rendition=row, part=part)
    text, complete = media_playlist(Rendition.objects.get(pk=row.pk))
    assert complete
    assert text == (
        "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-TARGETDURATION:4\n#EXT-X-MEDIA-SEQUENCE:0\n#EXT-X-PLAYLIST-TYPE:VOD\n"
        '#EXT-X-INDEPENDENT-SEGMENTS\n#EXT-X-MAP:URI="init.mp4"\n'
        "#EXTINF:4.000000,\n0.m4s\n#EXTINF:4.000000,\n1.m4s\n#EXTINF:4.000000,\n2.m4s\n#EXTINF:4.000000,\n3.m4s\n"
        "#EXT-X-ENDLIST\n"
    )


def test_a_complete_rendition_is_measured_over_whole_segments(step: Step, tmp_path: Path) -> None:
    row = rendition(step, parts=1)
    folder = attempt(tmp_path / "one", [0])
    (folder / "1.m4s").write_bytes(b"z" * 500)
    part = publish(step, row, 0, folder, [0, 1])
    complete_part(step=step, rendition=row, part=part)
    row.refresh_from_db()
    assert (row.peak_bandwidth, row.average_bandwidth, row.size) == (1000, 600, 604)


def test_a_part_with_another_header_is_not_published(step: Step, tmp_path: Path) -> None:
    row = rendition(step)
    publish(step, row, 0, attempt(tmp_path / "one", [0]), [0])
    with pytest.raises(StepFailed, match="接不上"):
        publish(step, row, 1, attempt(tmp_path / "two", [2], init=b"other"), [2])
    assert row.parts.get(number=1).segments == []
    assert not (on_disk(row.folder) / "2.m4s").exists()


def test_a_worker_without_lease_publishes_nothing(step: Step, tmp_path: Path) -> None:
    row = rendition(step)
    Step.objects.filter(pk=step.pk).update(state=StepState.READY)
    with pytest.raises(LeaseLost):
        publish(step, row, 0, attempt(tmp_path / "one", [0]), [0])
    assert row.parts.get(number=0).segments == []
    with pytest.raises(LeaseLost):
        complete_part(step=step, rendition=row, part=row.parts.get(number=0))


def test_an_attempt_that_made_something_visible_is_no_failure(step: Step, tmp_path: Path) -> None:
    """A machine that is switched off every evening goes on every morning."""
    row = rendition(step)
    for evening in range(4):
        Step.objects.filter(pk=step.pk).update(failures=2)
        publish(
            step,
            row,
            evening // 2,
            attempt(tmp_path / str(evening), [evening]),
            [*range(2 * (evening // 2), evening + 1)],
        )
        jobs.give_back(step=step, sentence="制作程序中断了。")
        Step.objects.filter(pk=step.pk).update(not_before=None)
        again = jobs.claim_step(queue=None, worker=f"elsewhere:{evening}:b")
        assert again is not None
        assert again.failures == 1
        step = again


def test_playable_needs_a_first_picture_and_a_first_sound(step: Step, tmp_path: Path) -> None:
    picture = rendition(step)
    sound = rendition(step, "a40", RenditionKind.AUDIO, parts=1)
    publish(step, picture, 0, attempt(tmp_path / "one", [0]), [0])
    step.source.refresh_from_db()
    assert (step.source.state, step.source.plays) == (SourceState.PROCESSING, False)
    publish(step, sound, 0, attempt(tmp_path / "two", [0]), [0])
    step.source.refresh_from_db()
    assert (step.source.state, step.source.plays) == (SourceState.PLAYABLE, True)
