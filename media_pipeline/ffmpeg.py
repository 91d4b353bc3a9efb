"""Every ffmpeg command of the house, built with ffmpeg-python and run by media_pipeline.process.

The only module that imports ffmpeg-python (docs/architecture.md). Each function returns an argument list; paths are
absolute and carry the `file:` prefix, so that no name can be taken for an option or another protocol.

HLS outputs share two settings that make separately encoded parts join without a gap (docs/media.md, "Seams"): the
media timeline begins at one second, and fragments are declared discontinuous, so that every part writes the same
initialisation segment. Reordered pictures are told by negative offsets instead of an edit list (CMAF, ISO/IEC 23000-19,
7.5.17), which hls.js does not read: it would take each rung to begin by its own number of frames later.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import ffmpeg
from django.conf import settings

from media_pipeline.plan import Plan, Rung, Sound
from media_pipeline.probe import AudioStream, SourceProbe, VideoStream, input_guard

TIMELINE_START = 1
INEXACT_SEEK_MARGIN = 3.0
SILENCE_FILL = {"osf": "s16", "dither_method": "triangular", "dither_scale": 10}
"""Noise at about −70 dBFS, which nobody hears. After true silence, as between the sentences of a screen recording,
ffmpeg's AAC encoder loses its rate: it was asked for 38 kbit/s and gave 79 for four seconds (docs/media.md)."""
PLAIN_MATRICES = frozenset({"", "unknown", "bt709", "smpte170m", "bt470bg"})
TONE_MAP = (
    ("zscale", {"t": "linear", "npl": 100}),
    ("format", {"pix_fmts": "gbrpf32le"}),
    ("zscale", {"p": "bt709"}),
    ("tonemap", {"tonemap": "hable", "desat": 0}),
    ("zscale", {"t": "bt709", "m": "bt709", "r": "tv"}),
)


def _compile(outputs: Sequence[Any]) -> list[str]:
    joined = outputs[0] if len(outputs) == 1 else ffmpeg.merge_outputs(*outputs)
    command = joined.global_args("-hide_banner", "-nostdin", "-nostats", "-v", "error", "-progress", "pipe:1")
    return [str(word) for word in command.compile(cmd=settings.FFMPEG, overwrite_output=True)]


def _hostile(path: Path, **options: Any) -> Any:
    """The editor's file as an input that can't open anything else."""
    return ffmpeg.input(f"file:{path}", **input_guard(), **options)


def _from(path: Path, start: float, **options: Any) -> Any:
    """The editor's file from `start` seconds on. A seek to nought isn't asked for: FLV would end up at its end."""
    return _hostile(path, **(options if start <= 0 else {**options, "ss": f"{start:.6f}"}))


def _own(path: Path, **options: Any) -> Any:
    """A file this software wrote."""
    return ffmpeg.input(f"file:{path}", protocol_whitelist="file", **options)


def _hls(folder: Path, *, first: int = 0, start: float = 0.0, seconds: float = 1.0) -> dict[str, Any]:
    """Output options of one rendition. Only our own keyframes are in the stream, so every keyframe begins a segment."""
    return {
        "f": "hls",
        "hls_time": seconds,
        "hls_playlist_type": "event",
        "hls_segment_type": "fmp4",
        "hls_fmp4_init_filename": "init.mp4",
        "hls_segment_filename": f"file:{folder}/%d.m4s",
        "start_number": first,
        "hls_flags": "independent_segments+temp_file",
        "hls_segment_options": "movflags=+frag_discont+negative_cts_offsets:use_editlist=0",
        "output_ts_offset": f"{TIMELINE_START + start:.6f}",
        "map_metadata": -1,
    }


def encode_part(
    source: Path, probe: SourceProbe, plan: Plan, *, rungs: Sequence[Rung], first: int, last: int, folder: Path
) -> list[str]:
    """Encode segments [first, last) of `rungs` (largest first) in one process: one decode, a cascade of scales.

    Each rung is written to `folder/<rung>/` as init.mp4, index.m3u8 and <segment>.m4s.
    """
    assert probe.video is not None
    begin, end = plan.boundaries[first], plan.boundaries[last]
    top = max(rungs, key=lambda rung: Fraction(rung.frame_rate))
    rate = Fraction(top.frame_rate) * top.step
    frames = round((end - begin) * rate)
    picture = _picture(source, probe, begin=begin, rate=rate)
    picture = picture.filter("fps", fps=str(rate), start_time=0, round="near")
    # Exactly `frames` pictures, whatever the source's clock did: that is what lets parts join.
    picture = picture.filter("tpad", stop=-1, stop_mode="clone").filter("trim", end_frame=frames)
    if plan.deinterlace:
        picture = picture.filter("bwdif", mode="send_frame", deint="interlaced")
    plain = _is_plain(probe.video) and not plan.tone_map and not plan.deinterlace
    outputs: list[Any] = []
    step = 1
    for number, rung in enumerate(rungs):
        if rung.step != step:
            picture = picture.filter("framestep", rung.step // step)
            step = rung.step
        if number or not _has_shape(probe.video, rung):
            picture = _scaled(picture, rung, is_plain=plain)
        if number == 0:
            for name, values in TONE_MAP if plan.tone_map else ():
                picture = picture.filter(name, **values)
            picture = picture.filter("format", "yuv420p")
        # A scale to even sizes would note the tiny distortion in the stream's header, and parts must share a header.
        picture = picture.filter("setsar", 1)
        own = picture
        if number < len(rungs) - 1:
            halves = picture.filter_multi_output("split")
            own, picture = halves[0], halves[1]
        outputs.append(_rung_output(own, rung, plan, first=first, last=last, folder=folder / rung.name))
    return _compile(outputs)


def _has_shape(video: VideoStream, rung: Rung) -> bool:
    """Whether decoded pictures are what the rung needs: even told to change nothing, `scale` would copy every one.

    Full-range H.264 comes as `yuvj420p`, and goes through `scale`, which brings it to the range of television.
    """
    return (
        (video.width, video.height) == (rung.width, rung.height)
        and video.pixel_format == "yuv420p"
        and video.sample_aspect == "1"
        and not video.rotation
    )


def _is_plain(video: VideoStream) -> bool:
    """Whether the pictures are of the kind that nearly every camera and screen recorder writes."""
    return (
        video.pixel_format == "yuv420p"
        and video.field_order == "progressive"
        and video.matrix in PLAIN_MATRICES
        and video.width % 2 == video.height % 2 == 0
    )


def _scaled(picture: Any, rung: Rung, *, is_plain: bool) -> Any:
    """Two scalers with the same curve: zimg's costs a third less, and takes no odd sizes, fields or wrong labels."""
    if is_plain:
        return picture.filter("zscale", rung.width, rung.height, filter="bicubic", param_a=0, param_b=0.6)
    return picture.filter("scale", rung.width, rung.height, flags="bicubic", out_range="tv")


def _picture(source: Path, probe: SourceProbe, *, begin: float, rate: Fraction) -> Any:
    """The source's pictures with times that make `begin` zero; pictures before it come with times below zero.

    What is on screen at `begin` may have appeared long before: slides in a screen recording, or the last picture when
    only the sound goes on. So the file is entered at a keyframe, nothing decoded is thrown away here, and the `fps`
    filter holds whichever picture was the latest. Containers without an index are entered a little earlier still.
    """
    assert probe.video is not None
    track = f"{probe.video.index}"
    if begin <= 0:
        return _hostile(source)[track]
    shown = min(begin, probe.video.last)
    half = float(1 / (2 * rate))
    if probe.seekable:
        enter = shown - half
    else:
        earlier = bisect_right(probe.video.keyframes, shown) - 1
        enter = (probe.video.keyframes[earlier] if earlier >= 0 else 0.0) - INEXACT_SEEK_MARGIN
    enter = max(0.0, enter)
    entered = _from(source, enter, noaccurate_seek=None)[track]
    return entered.filter("setpts", f"PTS-{shown - enter:.6f}/TB")


THIN = 360
"""Rungs of fewer lines are for thin lines: there x264 looks harder for bits to save, which costs next to nothing."""


def encoder_options(rung: Rung) -> dict[str, Any]:
    """What x264 is told (docs/media.md, "What a film costs"). The bench gives its rivals the same."""
    speed = {"preset": "veryfast"} if rung.short < THIN else {"preset": "superfast", "mbtree": 1, "b_strategy": 0}
    return {
        "c:v": "libx264",
        **speed,
        "rc-lookahead": 16,
        "profile:v": "high",
        "crf": rung.crf,
        "maxrate": rung.maxrate,
        "bufsize": rung.bufsize,
        "sc_threshold": 0,
    }


def _rung_output(stream: Any, rung: Rung, plan: Plan, *, first: int, last: int, folder: Path) -> Any:
    begin = plan.boundaries[first]
    options = {**encoder_options(rung), **_hls(folder, first=first, start=begin)}
    # Keyframes exactly where segments begin and nowhere else; a quarter of a frame early, against rounding.
    quarter = float(1 / (4 * Fraction(rung.frame_rate)))
    moments = [max(0.0, moment - begin - quarter) for moment in plan.boundaries[first:last]]
    options.update(
        {
            "g": 100_000,
            "keyint_min": 1,
            "forced-idr": 1,
            "force_key_frames": ",".join(f"{moment:.6f}" for moment in moments),
        }
    )
    if plan.tone_map:
        options.update({"colorspace": "bt709", "color_primaries": "bt709", "color_trc": "bt709"})
    return ffmpeg.output(stream, f"file:{folder}/index.m3u8", **options)


def copy_picture(source: Path, probe: SourceProbe, rung: Rung, *, seconds: float, folder: Path) -> list[str]:
    """Cut the source's own H.264 into segments without touching a picture."""
    assert probe.video is not None
    output = ffmpeg.output(
        _hostile(source)[f"{probe.video.index}"],
        f"file:{folder}/{rung.name}/index.m3u8",
        **{"c:v": "copy", "tag:v": "avc1", **_hls(folder / rung.name, seconds=seconds)},
    )
    return _compile([output])


def encode_sounds(source: Path, plan: Plan, *, folder: Path) -> list[str]:
    """All sound renditions of the whole file in one process: encoded per part they would click at every seam."""
    entered = _hostile(source)
    outputs: list[Any] = []
    for track in sorted({sound.track for sound in plan.sounds}):
        renditions = [sound for sound in plan.sounds if sound.track == track]
        encoded = [sound for sound in renditions if not sound.copied]
        decoded = _levelled(entered[str(renditions[0].stream)], plan, layout=_layout(renditions[0].channels))
        streams = decoded.filter_multi_output("asplit", len(encoded)) if len(encoded) > 1 else [decoded]
        for number, sound in enumerate(encoded):
            outputs.append(_sound_output(streams[number], sound, folder=folder / sound.name))
        for sound in renditions:
            if sound.copied:
                target = f"file:{folder}/{sound.name}/index.m3u8"
                options = {"c:a": "copy", **_hls(folder / sound.name, seconds=4)}
                outputs.append(ffmpeg.output(entered[str(sound.stream)], target, **options))
    return _compile(outputs)


def _layout(channels: int) -> str:
    return "mono" if channels == 1 else "stereo"


def _levelled(stream: Any, plan: Plan, *, layout: str) -> Any:
    """Sound as long as the plan, from its first instant, at −16 LUFS, with peaks kept below −1.5 dBFS."""
    stream = stream.filter("aresample", 48000, **{"async": 1, "first_pts": 0})
    stream = stream.filter("apad", whole_dur=f"{plan.duration:.6f}").filter("atrim", end=f"{plan.duration:.6f}")
    stream = stream.filter("aformat", channel_layouts=layout)
    if plan.gain:
        stream = stream.filter("volume", f"{plan.gain}dB").filter("alimiter", limit=0.84, level="disabled")
    return stream.filter("aresample", **SILENCE_FILL)


def sound_options(sound: Sound) -> dict[str, Any]:
    """What the AAC encoder is told. The bench gives its rivals the same."""
    return {
        "c:a": "aac",
        "aac_coder": "fast",
        "b:a": sound.bit_rate,
        "ac": sound.channels,
        "ar": sound.sample_rate,
    }


def _sound_output(stream: Any, sound: Sound, *, folder: Path) -> Any:
    return ffmpeg.output(stream, f"file:{folder}/index.m3u8", **{**sound_options(sound), **_hls(folder, seconds=4)})


def measure_loudness(source: Path, track: AudioStream, *, start: float, length: float) -> list[str]:
    """Print the EBU R 128 summary of a stretch to standard error, of the channels that viewers will hear.

    A single channel is heard from two loudspeakers, so it counts twice (AES TD1008): 3 LU more than by itself.
    """
    entered = _from(source, start, t=f"{length:.3f}")[str(track.index)]
    heard = entered.filter("aformat", channel_layouts=_layout(track.channels))
    measured = heard.filter("ebur128", framelog="verbose", dualmono="true")
    command = ffmpeg.output(measured, "-", f="null").global_args("-hide_banner", "-nostdin", "-nostats", "-v", "info")
    return [str(word) for word in command.compile(cmd=settings.FFMPEG)]


def try_decoding(source: Path, streams: Sequence[int], *, seconds: float) -> list[str]:
    """Decode the first seconds of `streams`, to learn whether they can be decoded at all."""
    entered = _hostile(source, t=seconds)
    outputs = [ffmpeg.output(entered[str(stream)], "-", f="null") for stream in streams]
    return _compile(outputs)


def poster(source: Path, probe: SourceProbe, plan: Plan, *, at: float | None, target: Path) -> list[str]:
    """One typical picture of the seconds after `at`, or of the beginning; at most 960 pixels wide."""
    assert probe.video is not None
    width, height = plan.rungs[0].width, plan.rungs[0].height
    share = min(1.0, 960 / max(width, height))
    entered = _hostile(source) if at is None else _from(source, at, t=4)
    picture = entered[str(probe.video.index)]
    if plan.deinterlace:
        picture = picture.filter("bwdif", mode="send_frame")
    picture = picture.filter("scale", round(width * share / 2) * 2, round(height * share / 2) * 2, out_range="tv")
    for name, values in TONE_MAP if plan.tone_map else ():
        picture = picture.filter(name, **values)
    picture = picture.filter("format", "yuv420p").filter("setsar", 1).filter("thumbnail", 25)
    output = ffmpeg.output(picture, f"file:{target}", **{"frames:v": 1, "q:v": 4, "f": "image2", "update": 1})
    return _compile([output])


def sprite(playlist: Path, *, every: int, columns: int, rows: int, width: int, height: int, pattern: Path) -> list[str]:
    """Sheets of small pictures, from every `every`-th keyframe of one of our own renditions."""
    picture = _own(playlist, skip_frame="nokey", allowed_extensions="ALL")["v:0"]
    if every > 1:
        picture = picture.filter("framestep", every)
    picture = picture.filter("scale", width, height).filter("tile", f"{columns}x{rows}")
    output = ffmpeg.output(
        picture, f"file:{pattern}", **{"q:v": 5, "f": "image2", "start_number": 0, "vsync": "passthrough"}
    )
    return _compile([output])


def waveform(source: Path, stream: int, *, target: Path) -> list[str]:
    """The sound as a picture, 1200 × 240, one colour on nothing."""
    drawn = _hostile(source)[str(stream)].filter("aformat", channel_layouts="mono")
    drawn = drawn.filter("showwavespic", s="1200x240", colors="0x114b73", scale="sqrt")
    output = ffmpeg.output(drawn, f"file:{target}", **{"frames:v": 1, "f": "image2", "update": 1})
    return _compile([output])


def join_file(playlists: Sequence[Path], *, target: Path) -> list[str]:
    """Our own renditions in one file that any browser plays while it loads."""
    streams = [_own(playlist, allowed_extensions="ALL") for playlist in playlists]
    output = ffmpeg.output(*streams, f"file:{target}", c="copy", movflags="+faststart", f="mp4", map_metadata=-1)
    return _compile([output])


def decode_all(playlist: Path) -> list[str]:
    """Decode one of our own renditions from its first to its last segment; any error ends it."""
    entered = _own(playlist, allowed_extensions="ALL", err_detect="explode")
    command = ffmpeg.output(entered, "-", f="null").global_args(
        "-hide_banner", "-nostdin", "-nostats", "-v", "error", "-xerror", "-progress", "pipe:1"
    )
    return [str(word) for word in command.compile(cmd=settings.FFMPEG)]
