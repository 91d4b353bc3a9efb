"""Finding members: one's own profile, a clerk's search, and people who look like someone registered already."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts import numbers
from accounts.access import Viewer, members_for
from accounts.enums import Circumstance
from accounts.models import MemberCard, MemberCircumstance, MemberProfile, ProfileLook, User
from accounts.phones import parse_phone
from core import clock
from places.enums import Level
from places.models import AcademySite, Region

LAST_DIGITS = 4
MOST_OF_A_SITE = 300


def profile_of(user: User) -> MemberProfile | None:
    """The profile with its region and site, or None for someone who has none yet."""
    return MemberProfile.objects.filter(user=user).select_related("user", "region", "site").first()


def matching(members: QuerySet[MemberProfile], text: str) -> QuerySet[MemberProfile]:
    """Members by part of a name, a member number or its beginning, or the last four digits of a phone."""
    text = text.strip()
    if not text:
        return members
    digits = numbers.plain_digits(text)
    if not (digits.isascii() and digits.isdigit()):
        return members.filter(full_name__icontains=text)
    if phone := parse_phone(text):
        return members.filter(user__phone=phone)
    found = Q(number__startswith=digits)
    if len(digits) == LAST_DIGITS:
        found |= Q(user__phone__endswith=digits)
    return members.filter(found)


def banner_of(region: Region) -> Region:
    """The banner or district a region lies in; the city itself lies in none, and stands for itself."""
    if region.level in (Level.BANNER, Level.CITY):
        return region
    return Region.objects.get(pk__in=region.pks_above, level=Level.BANNER)


def lookalikes(*, full_name: str, birth_year: int, region: Region, phone: str | None) -> list[MemberProfile]:
    """Members of the same name and birth year in the same banner, or with the same phone."""
    same = Q(full_name=full_name, birth_year=birth_year, region__path__startswith=banner_of(region).path)
    if phone:
        same |= Q(user__phone=phone)
    return list(MemberProfile.objects.filter(same).select_related("user", "region", "site")[:10])


def priority_circumstances(people: Iterable[int], *, on: dt.date) -> dict[int, frozenset[Circumstance]]:
    """User pk → circumstances that give priority on a day: checked, in date, not ended. One query for any number.

    For the draw, which needs the fact for everybody at once; staff who read about one person go through
    `operations.looks`.
    """
    found: dict[int, set[Circumstance]] = defaultdict(set)
    rows = MemberCircumstance.objects.filter(
        profile__user__in=list(people), ended_at__isnull=True, checked_on__lte=on, valid_until__gte=on
    ).values_list("profile__user_id", "kind")
    for user_id, kind in rows:
        found[user_id].add(Circumstance(kind))
    return {user_id: frozenset(kinds) for user_id, kinds in found.items()}


@dataclass(frozen=True)
class CircumstanceLine:
    """A circumstance as the person and the clerk read it."""

    pk: int
    label: str
    state: str
    counts: bool


def circumstance_lines(profile: MemberProfile) -> list[CircumstanceLine]:
    """Standing circumstances, and whether each counts today."""
    today = clock.today()
    lines = []
    for row in profile.circumstances.filter(ended_at__isnull=True):
        if row.valid_until is None:
            state, counts = "还没有核对证件", False
        elif row.valid_until < today:
            state, counts = f"证件已于 {row.valid_until:%Y-%m-%d} 到期，要重新核对", False
        else:
            state, counts = f"已核对（{row.evidence}），有效到 {row.valid_until:%Y-%m-%d}", True
        lines.append(CircumstanceLine(row.pk, row.get_kind_display(), state, counts))
    return lines


def looks_at(profile: MemberProfile) -> QuerySet[ProfileLook]:
    """Who of the staff looked at what, latest first."""
    return profile.looks.select_related("viewer")


def members_of_site(viewer: Viewer, site: AcademySite) -> QuerySet[MemberProfile]:
    """Members who go to a site, as far as `viewer` answers for them, each with `has_card`; at most 300 for one page."""
    cards = MemberCard.objects.filter(user=OuterRef("user"), ended_at__isnull=True)
    rows = members_for(viewer).filter(site=site, user__is_active=True).annotate(has_card=Exists(cards))
    return rows.order_by("has_card", "full_name", "pk")[:MOST_OF_A_SITE]
