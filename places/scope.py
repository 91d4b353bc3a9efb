"""Which regions a person answers for. Rooms above say it; until one does, superusers everything and others nothing.

A scope is a tuple of paths (`Region.path`): whoever has `/000001/000005/` answers for that region and all below it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any, TypeVar

from django.db.models import Model, Q, QuerySet

EVERYWHERE = ("/",)
M = TypeVar("M", bound=Model)
Paths = Callable[[Any], tuple[str, ...]]
Sites = Callable[[Any], Collection[int]]


def _of_superusers(user: Any) -> tuple[str, ...]:
    return EVERYWHERE if user.is_superuser else ()


_resolvers: list[Paths] = [_of_superusers]
_site_resolvers: list[Sites] = []


def register(paths: Paths, *, sites: Sites | None = None) -> None:
    """Ask `paths` too: it gets a user and returns paths; `sites` returns keys of single sites beside them.

    Called from `AppConfig.ready()`; twice counts once.
    """
    if paths not in _resolvers:
        _resolvers.append(paths)
    if sites is not None and sites not in _site_resolvers:
        _site_resolvers.append(sites)


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
    return queryset if "/" in paths else queryset.filter(_within(paths, lookup))


def sites_in_scope(sites: QuerySet[M], user: Any | None) -> QuerySet[M]:
    """The sites in the person's regions, and single ones they answer for."""
    paths = paths_of(user)
    if "/" in paths:
        return sites
    own = {pk for resolver in _site_resolvers for pk in resolver(user)}
    return sites.filter(_within(paths, "region__path") | Q(pk__in=own))


def _within(paths: tuple[str, ...], lookup: str) -> Q:
    condition = Q(pk__in=[])
    for path in paths:
        condition |= Q(**{f"{lookup}__startswith": path})
    return condition
