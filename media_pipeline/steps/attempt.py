"""One attempt at a step: its folder, its heartbeat, the children it runs."""

from __future__ import annotations

import errno
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Self

from django.conf import settings
from django.db import OperationalError

from media_pipeline.errors import StepFailed
from media_pipeline.models import Source, Step
from media_pipeline.operations.jobs import beat
from media_pipeline.plan import Plan
from media_pipeline.probe import SourceProbe
from media_pipeline.process import Finished, ProcessFailed, Stalled, run
from media_pipeline.storage import store

BEATS_A_LEASE = 6


@dataclass
class Attempt:
    """What a step's code is given. `folder` is empty at the start and removed at the end, whatever happens."""

    step: Step
    source: Source
    folder: Path
    cpu_seconds: float = 0.0
    peak_memory: int = 0
    _last_beat: float = field(default_factory=time.monotonic)
    _held: ExitStack = field(default_factory=ExitStack)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._held.close()

    @cached_property
    def original(self) -> Path:
        """The bytes as they came, as a file of this machine until the attempt ends.

        Raises `StepFailed` if they are gone, `StoreDown`, `LeaseLost`.
        """
        try:
            return self._held.enter_context(store().local(self.source.original, on_tick=self.keep_alive))
        except FileNotFoundError as error:
            raise StepFailed("上传的文件在服务器上找不到了，请删除这条记录重新上传。") from error

    @property
    def probe(self) -> SourceProbe:
        assert self.source.probe is not None
        return SourceProbe.from_json(self.source.probe)

    @property
    def plan(self) -> Plan:
        assert self.source.plan is not None
        return Plan.from_json(self.source.plan)

    def keep_alive(self, progress: float | None = None) -> None:
        """Send a heartbeat if one is due. A database that is busy for a moment is no reason to stop.

        Raises `LeaseLost`.
        """
        moment = time.monotonic()
        if moment - self._last_beat < min(2.0, settings.MEDIA_LEASE / BEATS_A_LEASE):
            return
        try:
            beat(step=self.step, progress=progress)
        except OperationalError:
            return
        self._last_beat = moment

    def run(
        self,
        argv: Sequence[str],
        *,
        sentence: str,
        on_tick: Callable[[], None] | None = None,
        stall_limit: float = 120,
    ) -> Finished:
        """Run a child under this attempt's lease.

        Raises `StepFailed` with `sentence`, or with the reason behind it where ffmpeg names one; `LeaseLost`.
        """

        def tick() -> None:
            if on_tick is not None:
                on_tick()
            self.keep_alive()

        try:
            finished = run(argv, stall_limit=stall_limit, on_tick=tick)
        except Stalled as error:
            raise StepFailed(f"{sentence}程序两分钟没有进展，已停下。", error.stderr) from error
        except ProcessFailed as error:
            raise StepFailed(explain(error, sentence), f"{error.problem}\n{error.stderr}") from error
        self.cpu_seconds += finished.cpu_seconds
        self.peak_memory = max(self.peak_memory, finished.peak_memory)
        return finished


def explain(error: ProcessFailed, sentence: str) -> str:
    """A reason an editor can act on, if the child gave one."""
    if "No space left on device" in error.stderr:
        return disk_full_sentence()
    if "Cannot allocate memory" in error.stderr:
        return f"{sentence}内存不够。"
    return f"{sentence}文件里有读不出来的内容，或者制作程序出错。"


def disk_full_sentence() -> str:
    return "服务器磁盘满了。已经做好的部分都在，腾出空间后会接着做，也可以点“重试”。"


def store_down_sentence() -> str:
    return "存放媒体的存储暂时连不上。已经做好的部分都在，恢复后会接着做，也可以点“重试”。"


def is_disk_full(error: OSError) -> bool:
    return error.errno in {errno.ENOSPC, errno.EDQUOT}
