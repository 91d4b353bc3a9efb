"""What will be made of a source: a plan is worked out once from the probe, kept as JSON, and read by every step."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

SEGMENT_SECONDS = 4


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
