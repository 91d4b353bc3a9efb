"""The ladder: which rungs a source gets, where segments begin, and how the work is cut. Pure functions.

Rates follow the measurements in docs/media.md: capped CRF 23 at `veryfast` with a longer look-ahead, so slides cost
few bits, and a lowest rung that fits 150 kbit/s with its sound. Sizes are of the *short* side, so that an upright video
stays upright.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from fractions import Fraction
from itertools import pairwise
from typing import Any

from media_pipeline.probe import AudioStream, SourceProbe, VideoStream

SEGMENT_SECONDS = 4
PART_SECONDS = 60
SHORT_SOURCE = 180.0
"""Up to here (seconds) only the first segments of the lowest rung are made ahead of the ladder; beyond, all of it."""
OPENING_SEGMENTS = 2
MAX_COPIED_GOP = 6.0
MAX_COPIED_SHORTFALL = 0.5
"""Seconds by which a copied picture may end before the sound: encoded rungs hold the last picture, a copy can't."""
TARGET_LUFS = -16.0
LOUDNESS_TOLERANCE = 2.0
OPENING_MIDDLE = 480

STANDARD_RATES = [Fraction(24), Fraction(25), Fraction(30), Fraction(50), Fraction(60)]
EXACT_RATES = [Fraction(24000, 1001), Fraction(30000, 1001), Fraction(60000, 1001), *STANDARD_RATES]


@dataclass(frozen=True)
class Level:
    """Encoding values for one short side: CRF, and the VBV cap in kbit/s."""

    side: int
    crf: int
    maxrate: int
    bufsize: int


LEVELS = [
    Level(1080, 23, 6750, 13500),
    Level(720, 23, 3750, 7500),
    Level(480, 23, 1500, 3000),
    Level(360, 23, 750, 1500),
    Level(240, 27, 72, 60),
]
LOWEST = 240
HIGH_RATE_FROM = 720
"""Rungs below this short side get at most 30 frames a second; the lowest gets half of that."""


@dataclass(frozen=True)
class Rung:
    """One video rendition. `frame_rate` is a fraction as text; `step` keeps every n-th frame of the top rate.

    `maxrate` and `bufsize` in bit/s; `cap` is the most that segments can take over half a target duration, in bit/s
    (the shortest run that counts, RFC 8216, 4.3.4.2).
    """

    name: str
    width: int
    height: int
    frame_rate: str
    step: int
    crf: int
    maxrate: int
    bufsize: int
    sound: str
    copied: bool = False

    @property
    def short(self) -> int:
        return min(self.width, self.height)

    @property
    def cap(self) -> int:
        return self.maxrate + self.bufsize * 2 // SEGMENT_SECONDS


@dataclass(frozen=True)
class Sound:
    """One audio rendition. `group` is `hi` or `lo`; `bit_rate` in bit/s; `track` counts the source's sound tracks."""

    name: str
    group: str
    track: int
    stream: int
    language: str
    channels: int
    sample_rate: int
    bit_rate: int
    copied: bool = False

    @property
    def cap(self) -> int:
        return int(self.bit_rate * 1.15) + 4000


@dataclass(frozen=True)
class Plan:
    """What will be made. `boundaries` are segment starts in seconds from 0, the last one the end.

    `parts` are runs [first, last) of segments; `opening` lists rungs made ahead, in the first `opening_parts` parts.
    """

    duration: float
    rungs: list[Rung] = field(default_factory=list)
    sounds: list[Sound] = field(default_factory=list)
    boundaries: list[float] = field(default_factory=list)
    parts: list[tuple[int, int]] = field(default_factory=list)
    opening: list[str] = field(default_factory=list)
    opening_parts: int = 0
    gain: float = 0.0
    deinterlace: bool = False
    tone_map: bool = False

    @property
    def copied(self) -> Rung | None:
        return next((rung for rung in self.rungs if rung.copied), None)

    @property
    def encoded(self) -> list[Rung]:
        """Rungs to encode, the largest first."""
        return [rung for rung in self.rungs if not rung.copied]

    @property
    def base_rung(self) -> Rung | None:
        """The rung that plays first: a copied one is there at once, otherwise the lowest."""
        return self.copied or (self.rungs[-1] if self.rungs else None)

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Plan:
        values = dict(data)
        values["rungs"] = [Rung(**rung) for rung in values["rungs"]]
        values["sounds"] = [Sound(**sound) for sound in values["sounds"]]
        values["parts"] = [(first, last) for first, last in values["parts"]]
        return cls(**values)


def plan_ladder(probe: SourceProbe) -> Plan:
    """Decide everything that will be made from `probe`."""
    gain = plan_gain(probe)
    if probe.video is None:
        return Plan(duration=probe.duration, sounds=plan_sounds(probe, groups={"hi", "lo"}), gain=gain)
    rate = frame_rate(probe.video)
    copied = can_copy(probe.video) and probe.duration - probe.video.end < MAX_COPIED_SHORTFALL
    if copied:
        boundaries = copied_boundaries(probe.video.keyframes, probe.duration)
    else:
        boundaries = regular_boundaries(probe.duration, rate)
    rungs = plan_rungs(probe.video, rate, boundaries=boundaries, copied=copied)
    duration = boundaries[-1]
    opening = _opening_rungs(rungs, duration=duration)
    parts = cut_parts(boundaries, ahead=bool(opening) and duration <= SHORT_SOURCE)
    return Plan(
        duration=duration,
        rungs=rungs,
        sounds=plan_sounds(probe, groups={"lo", *(rung.sound for rung in rungs)}),
        boundaries=boundaries,
        parts=parts,
        opening=opening,
        opening_parts=(1 if duration <= SHORT_SOURCE else len(parts)) if opening else 0,
        gain=gain,
        deinterlace=probe.video.is_interlaced,
        tone_map=probe.video.is_hdr,
    )


def frame_rate(video: VideoStream) -> Fraction:
    """The constant rate to encode at.

    Film and NTSC rates stay exact; everything else (phones with a variable rate) goes to the nearest standard rate of
    the *average*: `r_frame_rate` of a variable source is a multiple nobody shot at.
    """
    average = Fraction(video.average_frame_rate)
    if average <= 0:
        average = Fraction(25)
    for exact in EXACT_RATES:
        if abs(average - exact) / exact < Fraction(1, 5000):
            return exact
    return min(STANDARD_RATES, key=lambda standard: abs(standard - average))


def can_copy(video: VideoStream) -> bool:
    """Whether the picture may go to viewers as it is: H.264 within the caps that any cheap phone decodes."""
    short = min(video.display_size)
    level = next((level for level in LEVELS if short >= level.side * 0.95), LEVELS[-1])
    rate = Fraction(video.average_frame_rate)
    steady = rate > 0 and abs(Fraction(video.frame_rate) - rate) / rate < Fraction(1, 1000)
    gaps = zip(video.keyframes, [*video.keyframes[1:], video.end], strict=True)
    return (
        video.codec == "h264"
        and video.codec_tag in {"avc1", "[0][0][0][0]", "[27][0][0][0]", "H264", "h264"}
        and video.pixel_format == "yuv420p"
        and video.profile in {"Constrained Baseline", "Baseline", "Main", "High"}
        and not video.rotation
        and video.sample_aspect == "1"
        and not video.is_interlaced
        and not video.is_hdr
        and 240 <= short <= 1080 * 1.05
        and max(video.display_size) <= 1920 * 1.3
        and steady
        and rate <= 60
        and 0 < copied_peak(video) <= copied_cap(level)
        and video.start < 0.05
        and bool(video.keyframes)
        and video.keyframes[0] <= video.start + 0.001
        and all(after - before <= MAX_COPIED_GOP for before, after in gaps)
    )


def copied_cap(level: Level) -> int:
    """The most that one copied segment may take, in bit/s."""
    return int(level.maxrate * 1000 * 1.3) + level.bufsize * 1000 // SEGMENT_SECONDS


def copied_peak(video: VideoStream) -> int:
    """Bit/s of the busiest segment that a copy of this picture would have; 0 if that can't be known."""
    if not video.group_bytes:
        return 0
    boundaries = copied_boundaries(video.keyframes, video.end)
    sizes = [0] * (len(boundaries) - 1)
    segment = 0
    for moment, size in zip(video.keyframes, video.group_bytes, strict=True):
        while segment + 1 < len(sizes) and moment >= boundaries[segment + 1]:
            segment += 1
        sizes[segment] += size
    # Boxes around the packets: 16 bytes a picture and a little a fragment.
    rates = (
        size * 8 / max(after - before, 1.0) for size, (before, after) in zip(sizes, pairwise(boundaries), strict=True)
    )
    return int(max(rates)) + int(128 * Fraction(video.average_frame_rate)) + 2000


def regular_boundaries(duration: float, rate: Fraction) -> list[float]:
    """Segment starts every SEGMENT_SECONDS, counted in whole frames, and the end after the last whole frame."""
    frames = max(1, round(duration * rate))
    step = round(SEGMENT_SECONDS * rate / 4) * 4  # a multiple of 4, so that halved rates meet the same instants
    starts = list(range(0, frames, step))
    if len(starts) > 1 and frames - starts[-1] < rate / 2:
        starts.pop()  # a last segment of a few frames would be all overhead
    return [round(float(start / rate), 6) for start in (*starts, frames)]


def copied_boundaries(keyframes: list[float], end: float) -> list[float]:
    """Where the HLS muxer cuts a copied stream: at the first keyframe at or after each multiple of the segment length
    (counted from the first keyframe).
    """
    boundaries = [0.0]
    begin = keyframes[0]
    for moment in keyframes[1:]:
        if moment - begin >= SEGMENT_SECONDS * len(boundaries) - 1e-6:
            boundaries.append(moment)
    return [*boundaries, round(end, 6)]


def plan_rungs(video: VideoStream, rate: Fraction, *, boundaries: list[float], copied: bool) -> list[Rung]:
    """Rungs from the largest to the lowest, never larger than the source."""
    width, height = video.display_size
    short = min(width, height)
    levels = [level for level in LEVELS if short >= level.side * 0.95]
    if not levels:
        lowest = LEVELS[-1]
        levels = [Level(short, lowest.crf, lowest.maxrate, lowest.bufsize)]
    rungs = [
        _rung(level, width, height, rate, lowest=level is levels[-1], top=level is levels[0], boundaries=boundaries)
        for level in levels
    ]
    if copied:
        top = Rung(
            name=f"v{short}",
            width=width,
            height=height,
            frame_rate=str(Fraction(video.average_frame_rate)),
            step=1,
            crf=0,
            maxrate=copied_peak(video),
            bufsize=0,
            sound="hi",
            copied=True,
        )
        # A source of the lowest size still gets a lowest rung of its own: a copy may be ten times its rate.
        rest = [rung for rung in rungs if rung.short < short * 0.95] or (
            [] if copied_peak(video) <= rungs[-1].cap else [_renamed(rungs[-1])]
        )
        rungs = [top, *rest]
    return rungs


def _renamed(rung: Rung) -> Rung:
    return Rung(**{**asdict(rung), "name": f"{rung.name}-low"})


def _rung(
    level: Level, width: int, height: int, rate: Fraction, *, lowest: bool, top: bool, boundaries: list[float]
) -> Rung:
    short = min(width, height)
    side = min(level.side, short)
    scaled = (_even(width * side / short), _even(height * side / short))
    step = 1
    while level.side < HIGH_RATE_FROM and rate / step > 30:
        step += 1
    tight = lowest and level.side <= LOWEST
    if tight and _on_grid(boundaries, rate / (2 * step)):
        step *= 2
    boost = Fraction(3, 2) if rate / step > 30 else Fraction(1)
    return Rung(
        name=f"v{level.side}",
        width=scaled[0],
        height=scaled[1],
        frame_rate=str(rate / step),
        step=step,
        crf=level.crf,
        maxrate=int(level.maxrate * 1000 * boost),
        bufsize=int(level.bufsize * 1000 * boost),
        sound="lo" if lowest or (level.side <= 360 and not top) else "hi",
    )


def _on_grid(boundaries: list[float], rate: Fraction) -> bool:
    """Whether every segment start is a frame at `rate`: only then do segments of all rungs begin together."""
    return all(abs(moment * rate - round(moment * rate)) < 0.01 for moment in boundaries[:-1])


def _even(value: float) -> int:
    """The largest even number of pixels that isn't above the source."""
    return max(2, int(value / 2 + 1e-6) * 2)


def _opening_rungs(rungs: list[Rung], *, duration: float) -> list[str]:
    """Rungs made ahead of the ladder, so that something plays soon.

    A short source needs only its first segments of the lowest rung: the ladder follows at once. A lecture gets the
    whole lowest rung and a middle one first, at the price of one more decode (ADR 0006), so that a viewer never
    catches up with the encoder.
    """
    encoded = [rung for rung in rungs if not rung.copied]
    if not encoded or (len(encoded) < len(rungs) and duration <= SHORT_SOURCE):
        return []
    lowest = encoded[-1].name
    if duration <= SHORT_SOURCE:
        return [lowest]
    middle = [rung.name for rung in encoded if rung.short == OPENING_MIDDLE and rung.name != lowest]
    return [*middle, lowest]


def cut_parts(boundaries: list[float], *, ahead: bool) -> list[tuple[int, int]]:
    """Cut segments into parts of about PART_SECONDS; `ahead` sets the first OPENING_SEGMENTS apart."""
    count = len(boundaries) - 1
    first = min(OPENING_SEGMENTS, count) if ahead else 0
    parts = [(0, first)] if first else []
    seconds = boundaries[-1] - boundaries[first]
    wanted = max(1, round(seconds / PART_SECONDS))
    rest = count - first
    edges = [first + round(rest * number / wanted) for number in range(wanted + 1)]
    parts += [(begin, end) for begin, end in pairwise(edges) if end > begin]
    return parts


def plan_gain(probe: SourceProbe) -> float:
    """Decibels that bring speech to −16 LUFS (AES TD1008 for mono and mobile listening); at most ±30."""
    if probe.loudness is None:
        return 0.0
    return round(max(-30.0, min(30.0, TARGET_LUFS - probe.loudness)), 1)


def plan_sounds(probe: SourceProbe, *, groups: set[str]) -> list[Sound]:
    """For each track a full rendition and a thin one of at most 48 kbit/s, as far as `groups` asks for them."""
    sounds: list[Sound] = []
    loud_enough = probe.loudness is not None and abs(probe.loudness - TARGET_LUFS) <= LOUDNESS_TOLERANCE
    for track, stream in enumerate(probe.audio):
        suffix = f"-{track + 1}" if track else ""
        copied = loud_enough and can_copy_sound(stream)
        channels = min(2, max(1, stream.channels))
        sounds.append(
            Sound(
                name=f"a96{suffix}",
                group="hi",
                track=track,
                stream=stream.index,
                language=stream.language,
                channels=channels,
                sample_rate=stream.sample_rate if copied else 48000,
                bit_rate=max(stream.bit_rate, 32000) if copied else (96000 if channels == 2 else 64000),
                copied=copied,
            )
        )
        sounds.append(
            Sound(
                name=f"a40{suffix}",
                group="lo",
                track=track,
                stream=stream.index,
                language=stream.language,
                channels=1,
                sample_rate=32000,
                bit_rate=38000,
            )
        )
    return [sound for sound in sounds if sound.group in groups]


def can_copy_sound(stream: AudioStream) -> bool:
    """AAC-LC, mono or stereo, at most 160 kbit/s, from the beginning."""
    return (
        stream.codec == "aac"
        and stream.codec_tag == "mp4a"
        and stream.profile == "LC"
        and 1 <= stream.channels <= 2
        and 32000 <= stream.sample_rate <= 48000
        and 0 < stream.bit_rate <= 160_000
        and stream.start < 0.05
    )
