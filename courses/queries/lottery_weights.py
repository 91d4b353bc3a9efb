"""签数: how many lots a person has in a draw, and why."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from django.db.models import Q

from accounts.enums import Circumstance
from accounts.queries.members import priority_circumstances
from core import clock
from courses.enums import EnrolmentAct
from courses.models import EnrolmentEvent, LotteryTicket, Offering
from courses.queries.admission import Rule, rule_for

EVERYBODY = 1


@dataclass(frozen=True)
class Weight:
    """`reasons` are sentences for the person alone."""

    lots: int
    reasons: list[str] = field(default_factory=list)


def weights_for(offering: Offering, people: Collection[int]) -> dict[int, Weight]:
    """Person → weight. One lot for everybody, more by the rule for priority groups and for draws lost before."""
    rule = rule_for(offering)
    groups = priority_circumstances(people, on=clock.today())
    losses = losses_before(offering, people)
    return {
        person: _weight(rule, groups=groups.get(person, frozenset()), losses=losses.get(person, 0)) for person in people
    }


def losses_before(offering: Offering, people: Collection[int]) -> dict[int, int]:
    """Person → draws lost in earlier half-years since the last draw they won.

    A draw whose seat came to them later through the waiting list was not lost. Nothing else takes a point away:
    declining, lapsing and withdrawing afterwards cost none.
    """
    seated_later = EnrolmentEvent.objects.filter(act__in=(EnrolmentAct.CLAIMED, EnrolmentAct.ENROLLED))
    drawn = LotteryTicket.objects.filter(
        enrolment__person__in=people, won__isnull=False, lottery__drawn_at__isnull=False
    ).exclude(Q(won=False) & Q(enrolment__in=seated_later.values("enrolment")))
    found: dict[int, int] = {}
    rows = drawn.order_by("lottery__drawn_at", "pk")
    for person, won, half_year in rows.values_list("enrolment__person", "won", "lottery__offering__half_year"):
        if won:
            found[person] = 0
        elif half_year < offering.half_year:
            found[person] = found.get(person, 0) + 1
    return found


def _weight(rule: Rule, *, groups: frozenset[Circumstance], losses: int) -> Weight:
    lots, reasons = EVERYBODY, ["人人都有 1 签"]
    for group in Circumstance:
        if group in groups and (more := rule.lots.get(group, 0)):
            lots += more
            reasons.append(f"{group.label}，加 {more} 签")
    if carried := min(rule.most_points, losses * rule.points_per_loss):
        lots += carried
        reasons.append(f"以前 {losses} 次没有中签，加 {carried} 签")
    return Weight(lots, reasons)
