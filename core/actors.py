"""Who did something, for rooms below the one that knows people: an id and a name, never a foreign key."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Actor:
    """`user_id` is None for a command line. `name` is what other staff read; it stays when the person is gone."""

    user_id: int | None
    name: str


COMMAND_LINE = Actor(user_id=None, name="命令行")


def actor_of(user: Any) -> Actor:
    """The actor of a request, from its signed-in user."""
    return Actor(user_id=user.pk, name=user.get_full_name() or user.get_username())
