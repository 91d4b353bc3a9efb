"""Who may give which role where, and what of it a person sees."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from accounts.enums import Role
from accounts.models import AuditEntry, RoleAssignment, User
from accounts.scope import Scope, scope_of
from places.models import AcademySite, Organisation, Region

REGION, ORGANISATION, SITE = "地区", "单位", "学堂站点"
PLACES: dict[Role, tuple[str, ...]] = {
    Role.CITY: (REGION,),
    Role.BANNER: (REGION,),
    Role.SITE: (SITE,),
    Role.SCHOOL: (ORGANISATION,),
    Role.TEACHER: (REGION, ORGANISATION),
    Role.EDITOR: (REGION, ORGANISATION),
}
"""For which kind of place a role is held. Seniors and administrators have none."""
GRANTED_BY: dict[Role, tuple[Role, ...]] = {Role.CITY: (Role.BANNER, Role.SITE), Role.BANNER: (Role.SITE,)}
"""What an office may give within its own scope; administrators give everything in `PLACES`."""


@dataclass(frozen=True)
class Place:
    """Exactly one of the three."""

    region: Region | None = None
    organisation: Organisation | None = None
    site: AcademySite | None = None

    @classmethod
    def of(cls, assignment: RoleAssignment) -> Place:
        return cls(region=assignment.region, organisation=assignment.organisation, site=assignment.site)

    @property
    def kind(self) -> str:
        given = [
            kind
            for kind, value in ((REGION, self.region), (ORGANISATION, self.organisation), (SITE, self.site))
            if value is not None
        ]
        return given[0] if len(given) == 1 else ""

    @property
    def path(self) -> str:
        """Of the region it lies in."""
        if self.region:
            return self.region.path
        there = self.organisation or self.site
        return there.region.path if there else ""

    def as_fields(self) -> dict[str, Region | Organisation | AcademySite | None]:
        return {"region": self.region, "organisation": self.organisation, "site": self.site}

    def __str__(self) -> str:
        return str(self.region or self.organisation or self.site or "")


def kinds_of_place(role: Role) -> tuple[str, ...]:
    return PLACES.get(role, ())


def roles_to_grant(actor: User) -> list[Role]:
    """The roles this person may give somewhere."""
    if scope_of(actor).everything:
        return list(PLACES)
    held = [role for role in GRANTED_BY if scope_of(actor, role).paths]
    return [role for role in PLACES if any(role in GRANTED_BY[office] for office in held)]


def may_grant(actor: User, role: Role, place: Place) -> bool:
    """Whether `actor` may give or end `role` there. Nobody answers for an office at their own level or above."""
    if not place.kind:
        return False
    if scope_of(actor).everything:
        return role in PLACES
    return any(
        role in given and scope_of(actor, office).covers_region(place.path) for office, given in GRANTED_BY.items()
    )


def grants_from(actor: User) -> Scope:
    """Where the person may give roles at all."""
    return scope_of(actor, *GRANTED_BY)


def _somewhere(scope: Scope, *, site: str = "site", lookups: tuple[str, ...]) -> Q:
    wanted = Q(**{f"{site}__in": scope.sites}) if scope.sites else Q(pk__in=[])
    for path in scope.paths:
        for lookup in lookups:
            wanted |= Q(**{f"{lookup}__startswith": path})
    return wanted


def assignments_for(viewer: User) -> QuerySet[RoleAssignment]:
    """Roles held within what the viewer answers for. Four tables in one query."""
    rows = RoleAssignment.objects.select_related(
        "user", "granted_by", "region", "organisation__region", "site__region"
    ).order_by("-valid_from", "-pk")
    scope = grants_from(viewer)
    if scope.everything:
        return rows
    lookups = ("region__path", "organisation__region__path", "site__region__path")
    return rows.filter(_somewhere(scope, lookups=lookups))


def entries_for(viewer: User) -> QuerySet[AuditEntry]:
    """What was done within what the viewer answers for."""
    rows = AuditEntry.objects.select_related("actor")
    scope = scope_of(viewer)
    if scope.everything:
        return rows
    return rows.filter(_somewhere(scope, lookups=("path", "site__region__path")))


def staff_for(viewer: User) -> QuerySet[User]:
    """People who hold, or held, a role within what the viewer answers for; administrators see everybody."""
    if grants_from(viewer).everything:
        return User.objects.all()
    return User.objects.filter(pk__in=assignments_for(viewer).order_by().values("user_id"))
