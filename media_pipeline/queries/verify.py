"""Checking what is published: every file there, every segment decodable, all rungs aligned."""

from __future__ import annotations

import tempfile
from pathlib import Path

from django.conf import settings

from media_pipeline import ffmpeg
from media_pipeline.enums import RenditionKind, SourceState
from media_pipeline.models import Rendition, Source
from media_pipeline.plan import Plan
from media_pipeline.process import ProcessFailed, run
from media_pipeline.queries.inventory import local_playlist, missing_files
from media_pipeline.queries.playlists import master_playlist, media_playlist


def find_faults(source: Source) -> list[str]:
    """Everything that a viewer of a ready source could stumble over, one line each; empty if all is well."""
    if source.state != SourceState.READY:
        return [f"还没有做完（{source.get_state_display()}）"]
    faults = [f"缺少文件 {name}" for name in missing_files(source)]
    if faults:
        return faults
    plan = Plan.from_json(source.plan or {})
    rows = list(source.renditions.exclude(kind=RenditionKind.FILE).prefetch_related("parts"))
    master = master_playlist(source)
    for row in rows:
        text, complete = media_playlist(row)
        if not complete or "#EXT-X-ENDLIST" not in text:
            faults.append(f"{row.name} 的播放列表没有结尾")
        if f"{row.name}/index.m3u8" not in master:
            faults.append(f"{row.name} 不在总播放列表里")
        faults += _decoding_faults(row)
    pictures = [row for row in rows if row.kind == RenditionKind.VIDEO]
    for row in pictures:
        faults += _alignment_faults(row, plan)
    return faults


def _durations(row: Rendition) -> list[float]:
    return [duration for part in row.parts.all() for duration, _ in part.segments]


def _decoding_faults(row: Rendition) -> list[str]:
    with tempfile.TemporaryDirectory(dir=Path(settings.DATA_DIR) / "work") as folder:
        listed = local_playlist(row, Path(folder) / "all.m3u8")
        try:
            finished = run(ffmpeg.decode_all(listed))
        except ProcessFailed as error:
            return [f"{row.name} 有解不出来的片段：{error.stderr.strip().splitlines()[-1:]}"]
    return [f"{row.name} 解码时有警告：{finished.stderr.strip()[:200]}"] if finished.stderr.strip() else []


def _alignment_faults(row: Rendition, plan: Plan) -> list[str]:
    """Segments begin where the plan says, within one frame."""
    durations = _durations(row)
    if len(durations) != len(plan.boundaries) - 1:
        return [f"{row.name} 有 {len(durations)} 段，应有 {len(plan.boundaries) - 1} 段"]
    at = 0.0
    faults = []
    for number, (duration, planned) in enumerate(zip(durations, plan.boundaries, strict=False)):
        if abs(at - planned) > 0.05:
            faults.append(f"{row.name} 第 {number} 段从 {at:.3f} 秒开始，应为 {planned:.3f} 秒")
            break
        at += duration
    return faults
