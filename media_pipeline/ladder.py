"""The ladder: which rungs a source gets. Pure functions.

Rates follow the measurements in docs/media.md: capped CRF 23, so slides cost few bits, and a lowest rung that fits
150 kbit/s with its sound. Sizes are of the *short* side, so that an upright video
stays upright.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from fractions import Fraction
from itertools import pairwise

from media_pipeline.cuts import copied_boundaries, cut_parts, on_grid, regular_boundaries
from media_pipeline.plan import SEGMENT_SECONDS, Plan, Rung
from media_pipeline.probe import SourceProbe, VideoStream
from media_pipeline.sounds import plan_gain, plan_sounds

SHORT_SOURCE = 180.0
"""Up to here (seconds) only the first segments of the lowest rung are made ahead of the ladder; beyond, all of it."""
MAX_COPIED_GOP = 6.0
MAX_COPIED_SHORTFALL = 0.5
"""Seconds by which a copied picture may end before the sound: encoded rungs hold the last picture, a copy can't."""
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
    if tight and on_grid(boundaries, rate / (2 * step)):
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
