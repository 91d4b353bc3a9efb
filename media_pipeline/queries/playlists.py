"""Playlists of a source as they stand now, from what is published."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

from media_pipeline.enums import RenditionKind
from media_pipeline.models import Part, Rendition, Source
from media_pipeline.plan import Plan, Sound
from media_pipeline.playlist import (
    Segment,
    SoundTrack,
    Variant,
    render_master,
    render_media,
    target_duration,
)

LANGUAGES = {"zh": "汉语", "mn": "蒙古语", "mvf": "蒙古语", "en": "英语"}
SOUND_TARGET = 5
"""Target duration of sound: its segments are cut at packets near four seconds, never above five."""


def visible_segments(parts: list[Part]) -> tuple[list[float], bool]:
    """Durations a viewer can fetch without a hole, and whether that is all. `parts` in order."""
    durations: list[float] = []
    for part in parts:
        durations += [duration for duration, _ in part.segments]
        if not part.complete:
            return durations, False
    return durations, True


def media_playlist(rendition: Rendition) -> tuple[str, bool]:
    """The text of a rendition's playlist, and whether it will never change again."""
    plan = Plan.from_json(rendition.source.plan or {})
    durations, complete = visible_segments(list(rendition.parts.all()))
    if rendition.kind == RenditionKind.VIDEO:
        edges = plan.boundaries
        target = target_duration([after - before for before, after in pairwise(edges)])
    else:
        target = SOUND_TARGET
    segments = [Segment(duration, f"{number}.m4s") for number, duration in enumerate(durations)]
    return render_media(segments, target=target, complete=complete), complete


def master_playlist(source: Source) -> str:
    """The master playlist: rungs that a player may switch to without falling into a hole.

    The rung that plays first is in it from its first segment; every other joins when all of it is there. Rates are
    promised caps until they are measured, so what is declared is never less than the peak.
    """
    plan = Plan.from_json(source.plan or {})
    rows = {row.name: row for row in source.renditions.prefetch_related("parts")}
    base = plan.base_rung
    shown = [
        rung
        for rung in plan.rungs
        if rows[rung.name].complete or (base is not None and rung.name == base.name and _has_begun(rows[rung.name]))
    ]
    groups = {rung.sound for rung in shown} if plan.sounds else set()
    tracks = [
        SoundTrack(
            group=sound.group,
            name=_track_name(sound, plan),
            language=_tag(sound.language),
            address=f"{sound.name}/index.m3u8",
            channels=sound.channels,
            default=sound.track == 0,
        )
        for sound in plan.sounds
        if sound.group in groups
    ]
    variants = []
    for rung in shown:
        row = rows[rung.name]
        heard = [rows[sound.name] for sound in plan.sounds if sound.group == rung.sound]
        variants.append(
            Variant(
                address=f"{rung.name}/index.m3u8",
                bandwidth=_declared(row) + max((_declared(sound) for sound in heard), default=0),
                average_bandwidth=(
                    row.average_bandwidth + max((sound.average_bandwidth for sound in heard), default=0)
                    if row.complete and all(sound.complete for sound in heard)
                    else 0
                ),
                codecs=",".join(filter(None, [row.codecs, "mp4a.40.2" if heard else ""])),
                width=rung.width,
                height=rung.height,
                frame_rate=float(Fraction(rung.frame_rate)),
                sound=rung.sound if heard else "",
            )
        )
    for sound in plan.sounds:
        row = rows[sound.name]
        if sound.track == 0 and (sound.group == "lo" or not plan.rungs) and _has_begun(row):
            variants.append(
                Variant(
                    address=f"{sound.name}/index.m3u8",
                    bandwidth=_declared(row),
                    average_bandwidth=row.average_bandwidth,
                    codecs="mp4a.40.2",
                )
            )
    return render_master(variants, tracks)


def _has_begun(row: Rendition) -> bool:
    return any(part.segments for part in row.parts.all() if part.number == 0)


def _declared(row: Rendition) -> int:
    """Bit/s a viewer's line must carry: measured over whole segments once complete, the promised cap before."""
    measured = row.peak_bandwidth + 1  # rows hold rounded figures
    return measured if row.complete else max(row.bandwidth_cap, measured)


def _track_name(sound: Sound, plan: Plan) -> str:
    """What a listener chooses by; different for every track (RFC 8216, 4.3.4.1.1)."""
    name = LANGUAGES.get(_tag(sound.language))
    alike = {other.track for other in plan.sounds if other.language == sound.language}
    if name is None:
        return f"声音 {sound.track + 1}"
    return name if len(alike) == 1 else f"{name} {sound.track + 1}"


def _tag(language: str) -> str:
    """BCP 47 from the three letters that containers carry; empty for unknown ones."""
    known = {"chi": "zh", "zho": "zh", "cmn": "zh", "eng": "en", "mon": "mn", "mvf": "mvf"}
    return known.get(language, "" if language in {"und", ""} else language)
