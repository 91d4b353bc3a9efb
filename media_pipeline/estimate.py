"""How much work a step will be, in seconds of this machine, for per cent and time left. Never used to decide anything.

From the measurements in docs/media.md: encoding costs CPU time in proportion to pixels, decoding about a fifth of that.
"""

from __future__ import annotations

import os
from fractions import Fraction
from typing import Any

from media_pipeline.enums import StepKind
from media_pipeline.plan import Plan
from media_pipeline.probe import SourceProbe

CPU_PER_MEGAPIXEL_ENCODED = 0.012
CPU_PER_MEGAPIXEL_DECODED = 0.004
CPU_PER_SOUND_SECOND = 0.03
SMALL = 1.0


def weigh(kind: str, probe: SourceProbe, plan: Plan, *, part: int, spec: dict[str, Any]) -> float:
    """Seconds a step takes when it has the machine to itself. At least 0.2."""
    cores = os.cpu_count() or 1
    if kind in {StepKind.ENCODE, StepKind.OPENING} and probe.video:
        first, last = plan.parts[part]
        seconds = plan.boundaries[last] - plan.boundaries[first]
        wanted = [rung for rung in plan.rungs if rung.name in spec["rungs"]]
        width, height = probe.video.display_size
        source_pixels = width * height * float(Fraction(probe.video.average_frame_rate) or 25) / 1e6
        pixels = sum(rung.width * rung.height * float(Fraction(rung.frame_rate)) for rung in wanted) / 1e6
        cost = source_pixels * CPU_PER_MEGAPIXEL_DECODED + pixels * CPU_PER_MEGAPIXEL_ENCODED
        return max(0.2, seconds * cost / cores)
    if kind == StepKind.AUDIO:
        return max(0.2, plan.duration * CPU_PER_SOUND_SECOND * len({sound.track for sound in plan.sounds}))
    if kind in {StepKind.COPY, StepKind.SPRITE, StepKind.DOWNLOAD}:
        return max(0.2, plan.duration * 0.004)
    return SMALL
