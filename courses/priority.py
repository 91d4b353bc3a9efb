"""Who belongs to which priority group. Whoever keeps circumstances registers a reader; without one, nobody does.

What a reader answers is personal data: it goes into the reasons of a person's own ticket, and nowhere else.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection

from courses.enums import PriorityGroup

Groups = dict[int, frozenset[PriorityGroup]]
Reader = Callable[[Collection[int], dt.date], Groups]

_readers: dict[str, Reader] = {}


def register(name: str, reader: Reader) -> None:
    """`reader(people, on)` takes primary keys of users and a day. The same name again replaces it."""
    _readers[name] = reader


def groups_of(people: Collection[int], *, on: dt.date) -> Groups:
    """The groups of each person on a day; a person in none may be missing."""
    found: Groups = {}
    for reader in _readers.values():
        for person, groups in reader(people, on).items():
            found[person] = found.get(person, frozenset()) | groups
    return found
