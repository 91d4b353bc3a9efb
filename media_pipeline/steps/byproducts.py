"""Steps beside the ladder: poster, seek preview, waveform, single files."""

from __future__ import annotations

import math
from pathlib import Path

from django.db import transaction

from media_pipeline import ffmpeg
from media_pipeline.enums import RenditionKind
from media_pipeline.errors import StepFailed
from media_pipeline.models import Rendition, Source
from media_pipeline.operations.jobs import check_lease
from media_pipeline.queries.inventory import local_playlist
from media_pipeline.steps.attempt import Attempt
from media_pipeline.storage import store

SHEET_COLUMNS = 10
SHEET_ROWS = 10
MOST_THUMBS = 200
THUMB_SIDE = 160
FILE_SIDE = 360
PICTURE_FILE = "360p.mp4"
SOUND_FILE = "audio.m4a"


def poster(attempt: Attempt) -> None:
    """A typical picture from a tenth into the source; its very first where a seek finds none."""
    made = attempt.folder / "poster.jpg"
    video = attempt.probe.video
    assert video is not None
    wanted = video.start + (video.last - video.start) * 0.1
    at = max((moment for moment in video.keyframes if moment <= wanted), default=0.0)
    argv = ffmpeg.poster(attempt.original, attempt.probe, attempt.plan, at=at, target=made)
    attempt.run(argv, sentence="封面没有截成。")
    if not made.exists():
        argv = ffmpeg.poster(attempt.original, attempt.probe, attempt.plan, at=None, target=made)
        attempt.run(argv, sentence="封面没有截成。")
    if not made.exists():
        raise StepFailed("封面没有截成。", "no picture came out")
    _keep(attempt, made)


def sprite(attempt: Attempt) -> None:
    """Small pictures of every few seconds on sheets, and the WebVTT that says which part of which sheet shows when.

    Pictures are segment starts of the smallest rung of at least 360 pixels, so nothing is decoded twice.
    """
    plan = attempt.plan
    rung = min(plan.rungs, key=lambda rung: (rung.short < FILE_SIDE, rung.copied, abs(rung.short - FILE_SIDE)))
    rendition = attempt.source.renditions.get(name=rung.name)
    keyframes = attempt.probe.video.keyframes if rung.copied and attempt.probe.video else plan.boundaries[:-1]
    every = math.ceil(len(keyframes) / MOST_THUMBS)
    shown = keyframes[::every]
    share = THUMB_SIDE / max(rung.width, rung.height)
    width, height = max(2, round(rung.width * share / 2) * 2), max(2, round(rung.height * share / 2) * 2)
    columns = min(SHEET_COLUMNS, len(shown))
    rows = min(SHEET_ROWS, math.ceil(len(shown) / columns))
    local = _local_playlist(attempt, rendition)
    pattern = attempt.folder / "sprite-%d.jpg"
    argv = ffmpeg.sprite(local, every=every, columns=columns, rows=rows, width=width, height=height, pattern=pattern)
    attempt.run(argv, sentence="进度预览图没有做成。")
    sheets = sorted(attempt.folder.glob("sprite-*.jpg"), key=lambda path: int(path.stem.split("-")[1]))
    if len(sheets) < math.ceil(len(shown) / (columns * rows)):
        raise StepFailed("进度预览图没有做全。", f"{len(sheets)} sheets for {len(shown)} pictures")
    lines = ["WEBVTT", ""]
    ends = [*shown[1:], plan.duration]
    for number, (start, end) in enumerate(zip(shown, ends, strict=True)):
        sheet, place_on = divmod(number, columns * rows)
        row, column = divmod(place_on, columns)
        box = f"{column * width},{row * height},{width},{height}"
        lines += [f"{_stamp(start)} --> {_stamp(end)}", f"sprite-{sheet}.jpg#xywh={box}", ""]
    listed = attempt.folder / "sprite.vtt"
    listed.write_text("\n".join(lines), "utf-8")
    _keep(attempt, *sheets, listed)


def waveform(attempt: Attempt) -> None:
    """The sound as a picture, for media without one of its own."""
    made = attempt.folder / "waveform.png"
    argv = ffmpeg.waveform(attempt.original, attempt.plan.sounds[0].stream, target=made)
    attempt.run(argv, sentence="声波图没有画成。")
    _keep(attempt, made)


def download(attempt: Attempt) -> None:
    """Single files for browsers without JavaScript: 360p with sound, and the sound alone."""
    plan = attempt.plan
    sounds = [sound for sound in plan.sounds if sound.track == 0]
    thin = [sound for sound in sounds if sound.group == "lo"]
    made: list[tuple[Path, Rendition | None]] = []
    if plan.rungs:
        rung = min(plan.rungs, key=lambda rung: (rung.copied, abs(rung.short - FILE_SIDE)))
        picture = attempt.source.renditions.get(name=rung.name)
        parts = [picture, *(attempt.source.renditions.get(name=sound.name) for sound in thin)]
        made.append((_join(attempt, parts, PICTURE_FILE), picture))
    if sounds:
        full = attempt.source.renditions.get(name=sounds[0].name if not plan.rungs else thin[0].name)
        made.append((_join(attempt, [full], SOUND_FILE), None))
    sizes = {path.name: path.stat().st_size for path, _ in made}
    _keep(attempt, *(path for path, _ in made))
    with transaction.atomic():
        check_lease(attempt.step)
        for path, shown in made:
            Rendition.objects.update_or_create(
                source=attempt.source,
                name=path.name,
                defaults={
                    "kind": RenditionKind.FILE,
                    "width": shown.width if shown else None,
                    "height": shown.height if shown else None,
                    "frame_rate": shown.frame_rate if shown else "",
                    "codecs": _codecs(shown, has_sound=bool(sounds)),
                    "size": sizes[path.name],
                    "average_bandwidth": round(sizes[path.name] * 8 / plan.duration),
                    "complete": True,
                },
            )


def _codecs(picture: Rendition | None, *, has_sound: bool) -> str:
    return ",".join(filter(None, [picture.codecs if picture else "", "mp4a.40.2" if has_sound else ""]))


def _join(attempt: Attempt, renditions: list[Rendition], name: str) -> Path:
    made = attempt.folder / name
    argv = ffmpeg.join_file([_local_playlist(attempt, rendition) for rendition in renditions], target=made)
    attempt.run(argv, sentence="单文件版没有做成。")
    return made


def _local_playlist(attempt: Attempt, rendition: Rendition) -> Path:
    """All segments of a finished rendition, listed for ffmpeg."""
    return local_playlist(rendition, attempt.folder / f"{rendition.name}.m3u8", on_tick=attempt.keep_alive)


def _keep(attempt: Attempt, *paths: Path) -> None:
    """Move files to where viewers find them, beside the renditions, and note their sizes."""
    sizes = {path.name: path.stat().st_size for path in paths}
    with transaction.atomic():
        check_lease(attempt.step)
    store().keep({f"{attempt.source.folder}/{path.name}": path for path in paths})
    with transaction.atomic():
        check_lease(attempt.step)
        source = Source.objects.select_for_update().get(pk=attempt.source.pk)
        source.extras = {**source.extras, **sizes}
        source.save(update_fields=["extras", "updated_at"])


def _stamp(seconds: float) -> str:
    whole = round(seconds * 1000)
    return f"{whole // 3600000:02d}:{whole // 60000 % 60:02d}:{whole // 1000 % 60:02d}.{whole % 1000:03d}"
