"""The priority groups of members, from what the staff of their region checked (`accounts`)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from accounts.queries.members import priority_circumstances
from courses.enums import PriorityGroup
from courses.priority import Groups


def checked_groups(people: Collection[int], on: dt.date) -> Groups:
    """User pk → groups that count on a day. The two vocabularies are one list, the city's; accounts can't know ours."""
    found = priority_circumstances(people, on=on)
    return {person: frozenset(PriorityGroup(kind.value) for kind in kinds) for person, kinds in found.items()}
