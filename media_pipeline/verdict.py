"""The verdict on a file: accepted, or refused with a sentence an editor understands."""

from __future__ import annotations

from django.conf import settings

from media_pipeline.enums import MediaKind
from media_pipeline.errors import MediaRefused
from media_pipeline.packets import JUMPED, TOO_MANY
from media_pipeline.probe import SourceProbe
from media_pipeline.process import ProcessFailed

MAX_SIDE = 8192
MAX_PIXELS = 8192 * 4320
MAX_FRAME_RATE = 240
ENCRYPTED_TAGS = frozenset({"encv", "enca", "drmi", "drms", "drmt"})
SHORTEST = 0.2
KEPT_CLAIMS = frozenset({"mov", "mp4", "matroska", "webm", "avi", "asf", "wav", "flac", "aiff", "caf", "mxf"})
MISSING_SECONDS = 3.0
MISSING_SHARE = 0.02

NOTHING_KEPT = "文件没有保留，这条记录会留着。"


def refuse_unreadable(error: ProcessFailed) -> MediaRefused:
    """The refusal for a file that ffprobe couldn't open, from what it said."""
    if error.problem == TOO_MANY:
        return MediaRefused(f"这个文件里的画面多得不正常，做不成课。请导出成每秒 30 帧再传。{NOTHING_KEPT}")
    if error.problem == JUMPED:
        return MediaRefused(
            f"这个文件像是几段录像直接接在一起的，时间对不上。请用剪辑软件合成一个 MP4 再传。{NOTHING_KEPT}"
        )
    said = error.stderr.lower()
    if "moov atom not found" in said or "end of file" in said or ("invalid data" not in said and "truncat" in said):
        return MediaRefused(
            f"这个文件不完整，可能是拷贝或录制中途断了。请从手机或相机里重新导出，再传一次。{NOTHING_KEPT}"
        )
    return MediaRefused(f"这个文件不是能识别的视频或音频。请上传 MP4、MOV、MKV、MP3 等常见格式的文件。{NOTHING_KEPT}")


def judge(probe: SourceProbe) -> MediaKind:
    """Whether the file can become a lesson, and as what.

    Raises `MediaRefused`.
    """
    if probe.video is None and not probe.audio:
        raise MediaRefused(f"这个文件里既没有画面也没有声音，做不成课。请检查是不是选错了文件。{NOTHING_KEPT}")
    streams = [stream for stream in (probe.video, *probe.audio) if stream is not None]
    if probe.protected or any(stream.codec_tag in ENCRYPTED_TAGS for stream in streams):
        raise MediaRefused(f"这个文件有版权加密，只能在原来的软件里播放。请联系版权方要没有加密的文件。{NOTHING_KEPT}")
    for stream in streams:
        if not stream.codec or stream.codec == "none":
            raise MediaRefused(
                f"这个文件用了少见的编码方式，本站不认识。请用手机或剪辑软件另存为 MP4（H.264）再传。{NOTHING_KEPT}"
            )
    _judge_size(probe)
    _judge_duration(probe)
    return MediaKind.VIDEO if probe.video else MediaKind.AUDIO


def _judge_size(probe: SourceProbe) -> None:
    if probe.video is None:
        return
    width, height = probe.video.coded_size
    if width < 16 or height < 16:
        raise MediaRefused(f"画面太小（{width}×{height}），看不清内容。{NOTHING_KEPT}")
    if max(width, height) > MAX_SIDE or width * height > MAX_PIXELS:
        raise MediaRefused(f"画面太大（{width}×{height}），超过了 8K。请先导出成 4K 或 1080p 再传。{NOTHING_KEPT}")
    rate = probe.video.frames / probe.video.end if probe.video.end else 0.0
    if probe.video.frames > 1 and rate > MAX_FRAME_RATE:
        raise MediaRefused(
            f"每秒画面太多（{rate:.0f} 帧），超过了 {MAX_FRAME_RATE} 帧。请导出成 30 帧再传。{NOTHING_KEPT}"
        )


def _judge_duration(probe: SourceProbe) -> None:
    longest = settings.MEDIA_MAX_DURATION
    if probe.video and not probe.video.frames:
        raise MediaRefused(f"这个文件里的画面是空的。请重新导出再传。{NOTHING_KEPT}")
    if probe.duration < SHORTEST:
        raise MediaRefused(f"这个文件的内容不到一秒，做不成课。{NOTHING_KEPT}")
    claimed = _claimed_duration(probe)
    if max(probe.duration, claimed) > longest:
        hours = max(probe.duration, claimed) / 3600
        raise MediaRefused(
            f"时长 {hours:.1f} 小时，超过了 {longest / 3600:g} 小时的上限。请分成几段再传。{NOTHING_KEPT}"
        )
    if probe.cut:
        raise MediaRefused(f"这个文件不完整，后面少了一截，可能是拷贝或录制中途断了。请重新导出再传。{NOTHING_KEPT}")
    for wanted, found in _claims(probe):
        if wanted - found > max(MISSING_SECONDS, MISSING_SHARE * wanted):
            raise MediaRefused(
                f"这个文件不完整：应有 {wanted:.0f} 秒，只读到 {found:.0f} 秒。"
                f"可能是拷贝或录制中途断了，请重新导出再传。{NOTHING_KEPT}"
            )


def _claims(probe: SourceProbe) -> list[tuple[float, float]]:
    """Pairs of seconds a container claims and seconds that are really there: of the whole, and of each track.

    Only MP4 and its kin write down each track's own duration; elsewhere ffprobe repeats that of the whole.
    """
    if not _claims_are_kept(probe):
        return []
    claims = [(probe.declared_duration, probe.duration)]
    if "mov" in probe.format.split(","):
        claims += [(track.declared, track.duration) for track in probe.audio]
        if probe.video:
            claims.append((probe.video.declared, probe.video.end - probe.video.start))
    return claims


def _claimed_duration(probe: SourceProbe) -> float:
    return probe.declared_duration if _claims_are_kept(probe) else 0.0


def _claims_are_kept(probe: SourceProbe) -> bool:
    """Whether the container writes its duration down: elsewhere ffprobe guesses it from size and rate."""
    return bool(KEPT_CLAIMS & set(probe.format.split(",")))
