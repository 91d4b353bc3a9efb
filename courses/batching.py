"""Group commit: many threads each bring one item, one of them writes for all, and each is told when its own is safe.

Whoever finds nobody writing waits a moment for company, takes everything that is there and writes it in one go; the
others wait for that write. Nobody is told "kept" before the database has said so, so a process killed at any moment
loses nothing that was acknowledged. There is no thread to look after, and nothing is left to pick up afterwards.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

Item = TypeVar("Item")
Answer = TypeVar("Answer")


@dataclass
class _Waiting(Generic[Item, Answer]):
    item: Item
    since: float = field(default_factory=time.monotonic)
    done: bool = False
    answers: list[Answer] = field(default_factory=list)
    error: BaseException | None = None


class GroupCommit(Generic[Item, Answer]):
    """`write` takes the items of one batch, in the order they came, and returns an answer for each."""

    def __init__(self, write: Callable[[Sequence[Item]], Sequence[Answer]]) -> None:
        self._write = write
        self._changed = threading.Condition()
        self._queue: list[_Waiting[Item, Answer]] = []
        self._writing = False

    def submit(self, item: Item, *, linger: float, most: int) -> Answer:
        """Have `item` written, together with at most `most - 1` others. Returns its answer, or raises what `write`
        raised. Waits at most `linger` seconds for company, and not at all once `most` are there."""
        mine: _Waiting[Item, Answer] = _Waiting(item)
        with self._changed:
            self._queue.append(mine)
            self._changed.notify_all()
            while not mine.done:
                if self._writing:
                    self._changed.wait()
                else:
                    self._lead(linger=linger, most=most)
        if mine.error is not None:
            raise mine.error
        return mine.answers[0]

    def _lead(self, *, linger: float, most: int) -> None:
        """Write one batch. The lock is held at the beginning and at the end, and not while writing."""
        self._writing = True
        batch: list[_Waiting[Item, Answer]] = []
        try:
            deadline = self._queue[0].since + linger
            while len(self._queue) < most and (left := deadline - time.monotonic()) > 0:
                self._changed.wait(left)
            batch, self._queue = self._queue[:most], self._queue[most:]
            self._changed.release()
            try:
                answers = self._write([waiting.item for waiting in batch])
            finally:
                self._changed.acquire()
            for waiting, answer in zip(batch, answers, strict=True):
                waiting.answers.append(answer)
        except BaseException as error:
            for waiting in batch:
                waiting.error = error
        finally:
            for waiting in batch:
                waiting.done = True
            self._writing = False
            self._changed.notify_all()
