"""What staff see of enrolment: the offerings they answer for, who is in one, and people to enrol at the counter."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.db.models import Count, Q, QuerySet

from accounts.access import staff_label
from accounts.enums import Role
from accounts.models import User
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
    rows = Enrolment.objects.filter(offering=offering).select_related("person", "acted_by")
    for row in rows.order_by("seat", "line", "applied_at", "pk"):
        helper = staff_label(row.acted_by) if row.acted_by is not None else ""
        line = RosterLine(row, staff_label(row.person), helper)
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
    """Someone a clerk may enrol. `state` says how they stand in this offering, empty for not at all."""

    person: User
    name: str
    state: str


def find_people(words: str, *, offering: Offering) -> list[Found]:
    """Seniors by part of their name or by their whole sign-in name; at least two characters."""
    words = words.strip()
    if len(words) < LEAST_LETTERS:
        return []
    named = Q(display_name__icontains=words) | Q(username=words)
    people = list(seniors().filter(named).order_by("display_name", "pk")[:MOST_FOUND])
    rows = Enrolment.objects.filter(offering=offering, person__in=people, ended_at__isnull=True)
    standing = {row.person_id: row.get_state_display() for row in rows}
    return [Found(person, staff_label(person), standing.get(person.pk, "")) for person in people]


def seniors() -> QuerySet[User]:
    """People who may be enrolled: learners whose account is open."""
    return User.objects.filter(is_active=True, groups__name=Role.SENIOR)
