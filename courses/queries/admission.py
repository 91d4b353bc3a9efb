"""Whether a person may enrol in an offering now, and what they should know first."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import F, QuerySet
from django.utils import timezone

from accounts.models import User
from core import clock
from core.half_year import HalfYear
from core.spoken_dates import spoken_day, spoken_instant
from courses.enums import STANDING, EnrolmentState, OfferingState
from courses.errors import Concern, EnrolmentRefused
from courses.models import Course, Enrolment, EnrolmentRule, Offering, Session, WatchPosition

COUNTED = (EnrolmentState.APPLIED, EnrolmentState.CLAIMABLE, EnrolmentState.ENROLLED)
"""States that count against the limit of a half-year. Waiting is free: it takes nothing from anybody."""
SECURED = (EnrolmentState.APPLIED, EnrolmentState.ENROLLED)


@dataclass(frozen=True)
class Rule:
    """The rule that holds for an offering, `EnrolmentRule` or the defaults. `lots` is by priority group."""

    most_offerings: int
    points_per_loss: int
    most_points: int
    lots: dict[str, int]


def rule_for(offering: Offering) -> Rule:
    """The rule of the nearest region that has one, the latest not after the offering's half-year."""
    above = [*offering.region.pks_above, offering.region_id]
    rules = EnrolmentRule.objects.filter(region__in=above, half_year__lte=offering.half_year).select_related("region")
    chosen = max(rules, key=lambda rule: (len(rule.region.path), rule.half_year), default=None)
    if chosen is None:
        unsaved = EnrolmentRule()
        return Rule(unsaved.most_offerings, unsaved.points_per_loss, unsaved.most_points, {})
    lots = dict(chosen.priority_weights.values_list("group", "lots"))
    return Rule(chosen.most_offerings, chosen.points_per_loss, chosen.most_points, lots)


def window_opens_at(offering: Offering) -> dt.datetime:
    """The first instant of the first day."""
    return timezone.make_aware(dt.datetime.combine(offering.enrol_from, dt.time.min))


def window_closes_at(offering: Offering) -> dt.datetime:
    """24:00 of the last day, in Asia/Shanghai: the first instant that is too late."""
    return timezone.make_aware(dt.datetime.combine(offering.enrol_until + dt.timedelta(days=1), dt.time.min))


def starts_at(offering: Offering) -> dt.datetime:
    """When the first session begins that was not cancelled; without sessions, the first instant of the first day."""
    sessions = Session.objects.filter(offering=offering, cancelled_at__isnull=True)
    first = sessions.order_by("begins_at").values_list("begins_at", flat=True).first()
    return first or timezone.make_aware(dt.datetime.combine(offering.begins_on, dt.time.min))


def window_sentence(offering: Offering, *, at_counter: bool) -> str:
    """Why nobody can enrol now; empty if somebody can.

    The counter also takes people after the last day, until the offering ends: seats that nobody waits for are not left
    empty because of a date.
    """
    now, today = clock.now(), clock.today()
    if offering.state == OfferingState.CANCELLED:
        return "这个班已经取消，不能报名。可以看看别的班。"
    if offering.state != OfferingState.PUBLISHED:
        return "这个班还在筹备，没有开始报名。"
    if today > offering.ends_on:
        return f"这个班已经在{spoken_day(offering.ends_on)}结课。"
    if now < window_opens_at(offering):
        return f"还没到报名时间。{spoken_day(offering.enrol_from)}开始报名。"
    if at_counter or now < window_closes_at(offering):
        return ""
    return f"报名已经在{spoken_day(offering.enrol_until)}截止。想补报，请到站点问工作人员。"


def held_offerings(person: User, half_year: HalfYear) -> QuerySet[Enrolment]:
    """A person's places in offerings with limited seats of a half-year that are not cancelled."""
    return Enrolment.objects.filter(
        person=person,
        state__in=COUNTED,
        offering__half_year=half_year,
        offering__seats__isnull=False,
        offering__state=OfferingState.PUBLISHED,
    )


def refuse_above_limit(person: User, offering: Offering, *, claiming: Enrolment | None = None) -> None:
    """Raises `EnrolmentRefused` if one more place would be too many. `claiming` is the place being confirmed."""
    if offering.seats is None:
        return
    most = rule_for(offering).most_offerings
    held = held_offerings(person, offering.half_year)
    if claiming is not None:
        held = held.filter(state__in=SECURED).exclude(pk=claiming.pk)
    if held.count() < most:
        return
    names = "、".join(f"《{row.offering.course.title}》" for row in held.select_related("offering__course")[:most])
    raise EnrolmentRefused(
        f"{offering.half_year.label}每人最多报 {most} 个班，您已经报了{names}。想报这个班，请先退出其中一个。"
    )


def concerns_about(person: User, offering: Offering) -> list[Concern]:
    """What the person should know and may accept: what is best learnt first, and clashes with their own timetable."""
    return [*_not_learnt_first(person, offering), *_clashes(person, offering)]


def _not_learnt_first(person: User, offering: Offering) -> list[Concern]:
    """One concern for each public course that comes before this one, and that the person hasn't begun in any way."""
    before = Course.objects.filter(leads_to=offering.course_id, live=True)
    sat_in = Enrolment.objects.filter(person=person, state=EnrolmentState.ENROLLED).values("offering__course")
    watched = WatchPosition.objects.filter(user=person).values("lesson__course")
    return [
        Concern(f"first-{course.pk}", f"学这门课以前，最好先学《{course.title}》。您还没有学过。")
        for course in before.exclude(pk__in=sat_in).exclude(pk__in=watched).order_by("pk")
    ]


def _clashes(person: User, offering: Offering) -> list[Concern]:
    """One concern for each of the person's other offerings that meets at the same time, naming the first such time."""
    ours = Session.objects.filter(offering=offering, cancelled_at__isnull=True, ends_at__gt=clock.now())
    span = list(ours.order_by("begins_at").values_list("begins_at", "ends_at"))
    if not span:
        return []
    others = (
        Session.objects.filter(
            offering__enrolments__person=person,
            offering__enrolments__state__in=STANDING,
            offering__state=OfferingState.PUBLISHED,
            cancelled_at__isnull=True,
            begins_at__lt=max(ends for _, ends in span),
            ends_at__gt=span[0][0],
        )
        .exclude(offering=offering)
        .annotate(title=F("offering__course__title"))
        .order_by("begins_at")
        .distinct()
    )
    found: dict[int, Concern] = {}
    for other in others:
        if other.offering_id in found or not any(
            begins < other.ends_at and other.begins_at < ends for begins, ends in span
        ):
            continue
        found[other.offering_id] = Concern(
            key=f"clash-{other.offering_id}",
            sentence=f"上课时间和您的《{other.title}》撞在一起，例如{spoken_instant(other.begins_at)}。",
        )
    return list(found.values())
