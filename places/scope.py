"""Which regions a person answers for. Rooms above say it; until one does, only the whole city or nothing.

A scope is a tuple of paths (`Region.path`): whoever has `/000001/000005/` answers for that region and all below it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.db.models import Model, Q, QuerySet

EVERYWHERE = ("/",)
CITY_WIDE = "places.answer_for_city"
M = TypeVar("M", bound=Model)
Resolver = Callable[[Any], tuple[str, ...]]


def _by_right(user: Any) -> tuple[str, ...]:
    return EVERYWHERE if user.has_perm(CITY_WIDE) else ()


_resolvers: list[Resolver] = [_by_right]


def register(resolver: Resolver) -> None:
    """Ask `resolver` too: it gets a user and returns paths. Called from `AppConfig.ready()`; twice counts once."""
    if resolver not in _resolvers:
        _resolvers.append(resolver)


def paths_of(user: Any | None) -> tuple[str, ...]:
    """All paths this person answers for, without those that lie below another. None, a command line, has them all."""
    if user is None:
        return EVERYWHERE
    paths = {path for resolver in _resolvers for path in resolver(user)}
    return tuple(sorted(path for path in paths if not any(path != one and path.startswith(one) for one in paths)))


def covers(user: Any | None, path: str) -> bool:
    """Whether the region with this path is within what the person answers for."""
    return path.startswith(paths_of(user) or ("\0",))


def in_scope(queryset: QuerySet[M], user: Any | None, lookup: str = "region__path") -> QuerySet[M]:
    """The rows whose region, named by `lookup`, the person answers for."""
    paths = paths_of(user)
    if "/" in paths:
        return queryset
    condition = Q(pk__in=[])
    for path in paths:
        condition |= Q(**{f"{lookup}__startswith": path})
    return queryset.filter(condition)
