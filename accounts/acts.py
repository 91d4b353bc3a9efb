"""谁替我办过什么: what others did for a person, from every room that keeps `acted_by` on its rows.

Rooms register in their `AppConfig.ready()`. A room without rows of its own calls `accounts.operations.acts.record_act`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from accounts.access import member_name
from accounts.models import User
from accounts.queries.delegations import acts_for

MOST = 500
"""Rows asked of each source: the latest."""


@dataclass(frozen=True)
class Act:
    """`by` did `what`, in words the person reads."""

    at: dt.datetime
    by: str
    what: str


_sources: dict[str, Callable[[User], Iterable[Act]]] = {}


def register(name: str, read: Callable[[User], Iterable[Act]]) -> None:
    """Show what `read` finds for a person, latest first and at most `MOST`. The same name again replaces it."""
    _sources[name] = read


def own_acts(person: User) -> list[Act]:
    """What this room keeps: members' data, cards, and what rooms without rows of their own recorded."""
    return [Act(row.at, member_name(row.by), row.what) for row in acts_for(person)[:MOST]]


def acts_of(person: User) -> list[Act]:
    """Everything that others did for `person`, latest first."""
    found = [act for read in _sources.values() for act in read(person)]
    return sorted(found, key=lambda act: act.at, reverse=True)
