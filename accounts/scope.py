"""What a person answers for: regions with all below them, organisations, sites. Lists for staff pass through here.

Rights (`accounts.roles`) say what a role may do; this says where. Administrators answer for everything.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeVar

from django.contrib.auth.models import AnonymousUser
from django.db.models import Model, Q, QuerySet

from accounts.enums import Role
from accounts.models import RoleAssignment, User
from core import clock

Row = TypeVar("Row", bound=Model)
STAFF = (Role.CITY, Role.BANNER, Role.SITE)
"""Roles that run academies. Teachers, editors and schools answer for less, and are asked for by name."""


@dataclass(frozen=True)
class Scope:
    """`paths` are prefixes of `Region.path`; `organisations` and `sites` are primary keys."""

    everything: bool = False
    paths: tuple[str, ...] = ()
    organisations: frozenset[int] = field(default_factory=frozenset)
    sites: frozenset[int] = field(default_factory=frozenset)

    def regions(self, rows: QuerySet[Row], path: str = "path") -> QuerySet[Row]:
        """Rows whose region, reached by the look-up `path`, lies in the scope."""
        return rows if self.everything else rows.filter(self._regions(path))

    def at_sites(self, rows: QuerySet[Row], site: str = "site") -> QuerySet[Row]:
        """Rows of a site, reached by the look-up `site` ("" for sites themselves), that lies in the scope."""
        if self.everything:
            return rows
        prefix = f"{site}__" if site else ""
        return rows.filter(self._regions(f"{prefix}region__path") | Q(**{f"{prefix}pk__in": self.sites}))

    def _regions(self, path: str) -> Q:
        wanted = Q(pk__in=[])
        for prefix in self.paths:
            wanted |= Q(**{f"{path}__startswith": prefix})
        return wanted

    def covers_region(self, path: str) -> bool:
        """Whether a region with this path lies in the scope."""
        return self.everything or any(path.startswith(prefix) for prefix in self.paths)

    def covers_site(self, site_id: int, path: str) -> bool:
        """Whether a site with this key, in a region with this path, lies in the scope."""
        return site_id in self.sites or self.covers_region(path)


NOTHING = Scope()
EVERYTHING = Scope(everything=True)


def scope_of(user: User | AnonymousUser, *roles: Role) -> Scope:
    """What `user` answers for today in any of `roles` (by default those that run academies). Two queries."""
    if not isinstance(user, User) or not user.is_active:
        return NOTHING
    if user.is_superuser or user.groups.filter(name=Role.ADMIN).exists():
        return EVERYTHING
    held = list(
        RoleAssignment.objects.standing(clock.today())
        .filter(user=user, role__in=roles or STAFF)
        .values_list("region__path", "organisation_id", "site_id")
    )
    return Scope(
        paths=tuple(sorted({path for path, _, _ in held if path})),
        organisations=frozenset(pk for _, pk, _ in held if pk),
        sites=frozenset(pk for _, _, pk in held if pk),
    )
