"""Group commit: many threads, few writes, and nobody is told "kept" before it is."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from courses.batching import GroupCommit


class Table:
    """Remembers what was written, batch by batch; `gate` holds a write back until it is set."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.gate = threading.Event()
        self.gate.set()
        self.at_gate = threading.Event()

    def write(self, items):
        self.at_gate.set()
        assert self.gate.wait(10)
        if -1 in items:
            raise OSError("disk full")
        self.batches.append(list(items))
        return [item * 10 for item in items]


def test_one_alone_is_written_at_once():
    table = Table()
    assert GroupCommit(table.write).submit(4, linger=0, most=10) == 40
    assert table.batches == [[4]]


def test_a_full_batch_does_not_wait_for_more():
    table = Table()
    group = GroupCommit(table.write)
    with ThreadPoolExecutor(4) as pool:
        before = time.monotonic()
        answers = list(pool.map(lambda item: group.submit(item, linger=30, most=4), [1, 2, 3, 4]))
    assert answers == [10, 20, 30, 40]
    assert [sorted(batch) for batch in table.batches] == [[1, 2, 3, 4]]
    assert time.monotonic() - before < 20


def test_those_who_come_while_one_writes_go_together_and_no_batch_is_larger_than_allowed():
    table = Table()
    group = GroupCommit(table.write)
    with ThreadPoolExecutor(12) as pool:
        table.gate.clear()
        first = pool.submit(group.submit, 0, linger=0, most=5)
        assert table.at_gate.wait(10)
        others = [pool.submit(group.submit, item, linger=0, most=5) for item in range(1, 12)]
        while len(group._queue) < 11:
            time.sleep(0.001)
        table.gate.set()
        assert first.result(10) == 0
        assert [other.result(10) for other in others] == [item * 10 for item in range(1, 12)]
    assert [len(batch) for batch in table.batches] == [1, 5, 5, 1]


def test_a_write_that_fails_is_heard_of_by_all_of_its_batch_and_by_nobody_else():
    table = Table()
    group = GroupCommit(table.write)
    with ThreadPoolExecutor(4) as pool:
        table.gate.clear()
        first = pool.submit(group.submit, 1, linger=0, most=3)
        assert table.at_gate.wait(10)
        bad = [pool.submit(group.submit, item, linger=0, most=3) for item in (-1, 2)]
        while len(group._queue) < 2:
            time.sleep(0.001)
        table.gate.set()
        assert first.result(10) == 10
        for future in bad:
            with pytest.raises(OSError, match="disk full"):
                future.result(10)
    assert group.submit(5, linger=0, most=3) == 50
    assert table.batches == [[1], [5]]


def test_nothing_is_lost_or_doubled_under_a_crowd():
    table = Table()
    group = GroupCommit(table.write)
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda item: group.submit(item, linger=0.002, most=8), range(800)))
    assert answers == [item * 10 for item in range(800)]
    written = [item for batch in table.batches for item in batch]
    assert sorted(written) == list(range(800))
    assert max(len(batch) for batch in table.batches) <= 8
    assert len(table.batches) < 400
