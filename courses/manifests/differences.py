"""What differs between two manifests: nothing exactly when their digests are equal, and turned round when they are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from courses.manifests.canonical import KEYS, arranged, encode, is_keyed


class Absent:
    """There is nothing at this place."""

    def __repr__(self) -> str:
        return "ABSENT"


ABSENT = Absent()


@dataclass(frozen=True)
class Difference:
    """`path` leads from the top: names, and for items of keyed lists their keys as canonical JSON."""

    path: tuple[str, ...]
    before: Any
    after: Any

    @property
    def is_added(self) -> bool:
        return self.before is ABSENT

    @property
    def is_removed(self) -> bool:
        return self.after is ABSENT

    @property
    def turned(self) -> Difference:
        return Difference(self.path, self.after, self.before)


def differences(before: Any, after: Any) -> list[Difference]:
    """Every difference, in the order of its path. An item that only one side has is one difference, whole."""
    return list(_compare(arranged(before), arranged(after), (), ""))


def _compare(before: Any, after: Any, path: tuple[str, ...], name: str) -> Iterator[Difference]:
    if isinstance(before, dict) and isinstance(after, dict):
        yield from _compare_named(before, after, path, named=True)
    elif is_keyed(name, before) and is_keyed(name, after):
        key = KEYS[name]
        sides = [{encode(item[key]).decode("utf-8"): item for item in side} for side in (before, after)]
        yield from _compare_named(sides[0], sides[1], path, named=False)
    elif encode(before) != encode(after):
        yield Difference(path, before, after)


def _compare_named(
    before: dict[str, Any], after: dict[str, Any], path: tuple[str, ...], *, named: bool
) -> Iterator[Difference]:
    for key in sorted(before.keys() | after.keys()):
        here = (*path, key)
        if key not in before:
            yield Difference(here, ABSENT, after[key])
        elif key not in after:
            yield Difference(here, before[key], ABSENT)
        else:
            yield from _compare(before[key], after[key], here, key if named else "")
