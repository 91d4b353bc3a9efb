"""What staff see of enrolment: the offerings they answer for, who is in one, and people to enrol at the counter."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.db.models import Count, Q, QuerySet

from accounts import numbers
from accounts.access import member_name, members_for
from accounts.models import MemberProfile, User
from accounts.queries.members import matching
from accounts.scope import EVERYTHING, scope_of
from core import clock
from courses.enums import SEATED, EnrolmentMode, EnrolmentState, OfferingState
from courses.models import Enrolment, Lottery, Offering
from courses.queries.lotteries import standing_lottery
from courses.queries.offering_desk import offerings_in

MOST_FOUND = 20
LEAST_LETTERS = 2


def offerings_answered_for(user: User) -> QuerySet[Offering]:
    """Offerings that are not drafts, of the regions and sites the person answers for as staff, or that they teach."""
    rows = offerings_in(scope_of(user)) | offerings_in(EVERYTHING).filter(teacher__user=user)
    return rows.exclude(state=OfferingState.DRAFT)


def is_staff_of(user: User, offering: Offering) -> bool:
    """Whether the person answers for the offering as staff, not only as its teacher."""
    scope = scope_of(user)
    if offering.site is not None and offering.site.pk in scope.sites:
        return True
    return scope.covers_region(offering.region.path)


def counter_offerings(user: User, *, words: str = "") -> QuerySet[Offering]:
    """Those that have not ended, the soonest first, with `held`, `waiting` and `applied`."""
    rows = offerings_answered_for(user).filter(ends_on__gte=clock.today())
    if words:
        rows = rows.filter(Q(course__title__icontains=words) | Q(site__name__icontains=words))
    counts = {
        "held": Count("enrolments", filter=Q(enrolments__state__in=SEATED), distinct=True),
        "waiting": Count("enrolments", filter=Q(enrolments__state=EnrolmentState.WAITING), distinct=True),
        "applied": Count("enrolments", filter=Q(enrolments__state=EnrolmentState.APPLIED), distinct=True),
    }
    return rows.annotate(**counts).order_by("begins_on", "pk")


@dataclass(frozen=True)
class RosterLine:
    """A person in an offering, by name alone: no phone number is here to be printed or exported."""

    enrolment: Enrolment
    name: str
    helper: str


@dataclass
class Roster:
    """Seated by seat, waiting by line, applied by when they came; `ended` counts those who left."""

    seated: list[RosterLine] = field(default_factory=list)
    waiting: list[RosterLine] = field(default_factory=list)
    applied: list[RosterLine] = field(default_factory=list)
    ended: int = 0
    lottery: Lottery | None = None


def roster_of(offering: Offering) -> Roster:
    """Everybody in an offering. Two queries, one more for a lottery."""
    found = Roster()
    rows = Enrolment.objects.filter(offering=offering).select_related(
        "person__member_profile", "acted_by__member_profile"
    )
    for row in rows.order_by("seat", "line", "applied_at", "pk"):
        helper = member_name(row.acted_by) if row.acted_by is not None else ""
        line = RosterLine(row, member_name(row.person), helper)
        if row.state in SEATED:
            found.seated.append(line)
        elif row.state == EnrolmentState.WAITING:
            found.waiting.append(line)
        elif row.state == EnrolmentState.APPLIED:
            found.applied.append(line)
        else:
            found.ended += 1
    if offering.mode == EnrolmentMode.LOTTERY:
        found.lottery = standing_lottery(offering)
    return found


@dataclass(frozen=True)
class Found:
    """A member a clerk may enrol. `state` says how they stand in this offering, empty for not at all."""

    profile: MemberProfile
    state: str


def find_people(words: str, *, clerk: User, offering: Offering) -> list[Found]:
    """Members the clerk answers for, by what `accounts.queries.members.matching` reads; at least two characters.

    A whole member number finds its member wherever they live: whoever shows their card may be helped at any counter.
    """
    words = words.strip()
    if len(words) < LEAST_LETTERS:
        return []
    number = numbers.parse(words)
    named = matching(members_for(clerk), words) if number is None else MemberProfile.objects.filter(number=number)
    found = list(named.filter(user__is_active=True).order_by("full_name", "pk")[:MOST_FOUND])
    people = [profile.user_id for profile in found]
    rows = Enrolment.objects.filter(offering=offering, person__in=people, ended_at__isnull=True)
    standing = {row.person_id: row.get_state_display() for row in rows}
    return [Found(profile, standing.get(profile.user_id, "")) for profile in found]


def member_at_counter(number: str) -> User:
    """Who has this member number, if the account is open. Raises `MemberProfile.DoesNotExist`."""
    members = MemberProfile.objects.filter(user__is_active=True).select_related("user__member_profile")
    return members.get(number=numbers.parse(number) or "").user
