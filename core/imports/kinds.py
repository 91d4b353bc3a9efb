"""What can be imported. A room subclasses `ImportKind` and registers it in its `AppConfig.ready()`."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from core.errors import Refusal
from core.imports.columns import Column
from core.imports.journal import Journal


@dataclass(frozen=True)
class Row:
    """One row, its cells read: column key → value, None where the cell is empty or the table has no such column."""

    number: int
    values: dict[str, Any]

    def __getitem__(self, key: str) -> Any:
        return self.values.get(key)


class ImportKind(ABC):
    """One kind of table. An instance serves one reading of one table, so it may keep what it looked up.

    `user` is whoever uploads or confirms (None on a command line, which may do everything); a kind narrows by it what
    the table may touch. An empty cell leaves a value as it is.
    """

    name: ClassVar[str]
    label: ClassVar[str]
    words: ClassVar[str]
    permission: ClassVar[str]
    columns: ClassVar[tuple[Column, ...]]
    identity: ClassVar[tuple[str, ...]]
    """Keys of the columns that say which thing a row is about; two rows about one thing are a fault."""
    most_rows: ClassVar[int] = 2000
    do_not_call_in_templates: ClassVar[bool] = True  # pages are given the class

    def __init__(self, *, user: Any | None) -> None:
        self.user = user

    @abstractmethod
    def write(self, row: Row, journal: Journal) -> None:
        """Do what the row says, by operations of the room, and note it. Raises `Refusal` with the fault.

        A preview writes too, inside a transaction that is rolled back: what it shows is what will happen.
        """


def read_row(kind: ImportKind, places: dict[str, int], number: int, cells: Sequence[str]) -> Row:
    """The values of a line. Raises `Refusal` with a sentence for every fault."""
    values: dict[str, Any] = {}
    faults: list[str] = []
    for column in kind.columns:
        place = places.get(column.key)
        try:
            values[column.key] = column.read(cells[place] if place is not None and place < len(cells) else "")
        except Refusal as refusal:
            faults.append(refusal.sentence)
    if faults:
        raise Refusal("".join(faults))
    return Row(number, values)


_kinds: dict[str, type[ImportKind]] = {}


def register(kind: type[ImportKind]) -> None:
    """Offer `kind` on the import page. The same name again replaces it."""
    _kinds[kind.name] = kind


def kind_named(name: str) -> type[ImportKind]:
    """Raises `Refusal` if no room offers it."""
    try:
        return _kinds[name]
    except KeyError:
        raise Refusal(f"不能导入“{name[:40]}”，只能导入：{'、'.join(sorted(_kinds))}。") from None


def kinds_for(user: Any) -> list[type[ImportKind]]:
    """What this person may import, in the order of registration."""
    return [kind for kind in _kinds.values() if user.has_perm(kind.permission)]
