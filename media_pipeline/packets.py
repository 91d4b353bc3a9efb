"""What the packets of a file say, folded while ffprobe prints them: six hours take no more memory than a minute.

Read as CSV with the fields stream_index, pts_time, dts_time, duration_time, size, flags, in that order.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from media_pipeline.process import ProcessFailed

MAX_PACKETS = 15_000_000
"""Six hours at 240 pictures a second and six sound tracks are twelve million."""
INTRA_SHARE = 4
"""With more than one keyframe in so many pictures, only keyframes a second apart are kept."""
MAX_JUMP = 10.0
"""Seconds a clock may go back within a track: more means files glued together, each with a clock of its own."""
TOO_MANY = "too many packets"
JUMPED = "clock goes back"


@dataclass
class Track:
    """One stream's packets, with times in seconds from the beginning of the file."""

    is_picture: bool = False
    count: int = 0
    start: float = 0.0
    last: float = 0.0
    last_duration: float = 0.0
    furthest: float = 0.0
    keyframes: list[float] = field(default_factory=list)
    group_bytes: list[int] = field(default_factory=list)
    _kept: float = -1.0
    _thinned: bool = False

    def end(self, usual: float) -> float:
        """When the last packet's content is over; `usual` is its duration where the container has none."""
        return round(self.last + (self.last_duration or usual), 6) if self.count else 0.0

    def add(self, moment: float, *, duration: float, size: int, is_key: bool) -> None:
        """Take note of one packet."""
        if moment < self.furthest - MAX_JUMP:
            raise ProcessFailed(JUMPED, f"from {self.furthest} to {moment}")
        self.furthest = max(self.furthest, moment)
        self.start = min(self.start, moment) if self.count else moment
        if not self.count or moment >= self.last:
            self.last, self.last_duration = moment, duration
        self.count += 1
        if self.is_picture:
            self._add_picture(moment, size=size, is_key=is_key)

    def _add_picture(self, moment: float, *, size: int, is_key: bool) -> None:
        if is_key:
            if not self._thinned or not self.keyframes or moment >= self.keyframes[-1] + 1:
                self.keyframes.append(moment)
                self.group_bytes.append(0)
            if not self._thinned and len(self.keyframes) > 1000 and len(self.keyframes) * INTRA_SHARE > self.count:
                self._thin()
        if self.group_bytes:
            self.group_bytes[-1] += size

    def _thin(self) -> None:
        kept: list[float] = []
        for moment in self.keyframes:
            if not kept or moment >= kept[-1] + 1:
                kept.append(moment)
        self.keyframes, self._thinned = kept, True

    def close(self) -> None:
        """Nothing more comes: put what was found in order."""
        if self._thinned or self.keyframes != sorted(self.keyframes):
            self.keyframes, self.group_bytes = sorted(self.keyframes), []


class PacketScan:
    """Folds ffprobe's output into the tracks that are wanted. `offset` is the container's start time in seconds."""

    def __init__(self, tracks: dict[int, Track], offset: float) -> None:
        self.tracks = tracks
        self.offset = offset
        self.seen = 0
        self._rest = b""

    def read(self, piece: bytes) -> None:
        """Take the next bytes, whole lines or not.

        Raises `ProcessFailed` for more packets than any lesson has, and for a clock that goes back.
        """
        lines = (self._rest + piece).split(b"\n")
        self._rest = lines.pop()
        for line in lines:
            self._packet(line.decode("ascii", "replace").split(","))
        self.seen += len(lines)
        if self.seen > MAX_PACKETS:
            raise ProcessFailed(TOO_MANY, "")

    def close(self) -> None:
        for track in self.tracks.values():
            track.close()

    def _packet(self, fields: list[str]) -> None:
        index, pts, dts, duration, size, flags = [*fields, "", "", "", "", "", ""][:6]
        track = self.tracks.get(int(index)) if index.isdigit() else None
        stamp = pts if pts not in {"", "N/A"} else dts
        if track is None or stamp in {"", "N/A"} or "D" in flags:
            return
        track.add(
            round(float(stamp) - self.offset, 6),
            duration=float(duration) if duration not in {"", "N/A"} else 0.0,
            size=int(size) if size.isdigit() else 0,
            is_key="K" in flags,
        )
