"""Who shows which media to everyone: rooms above say so, this room doesn't know them."""

from __future__ import annotations

from collections.abc import Callable

Shows = Callable[[set[int]], set[int]]
_registered: dict[str, Shows] = {}


def register(name: str, shows: Shows) -> None:
    """Register a room. `shows(asset_ids)` returns those of them that it shows to people who aren't signed in."""
    _registered[name] = shows


def shown_openly(asset_ids: set[int]) -> set[int]:
    """Those of `asset_ids` that at least one room shows to everyone."""
    shown: set[int] = set()
    for shows in _registered.values():
        shown |= shows(asset_ids)
    return shown & asset_ids
