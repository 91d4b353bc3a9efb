"""What staff see of offerings: those of their places, one with its sessions, a week of a site."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import Count, Min, Prefetch, Q, QuerySet
from django.utils import timezone

from accounts.scope import Scope
from core import clock
from courses.enums import SEATED, STANDING, OfferingState
from courses.models import Offering, Session, SessionChange, TeacherFee
from places.enums import Level
from places.models import AcademySite, Region


def offerings_in(scope: Scope) -> QuerySet[Offering]:
    """Offerings that staff of this scope answer for: of its regions, and of its sites."""
    rows = Offering.objects.select_related("course", "site", "region", "teacher")
    return scope.regions(rows, "region__path") | scope.at_sites(rows)


def offerings_for_desk(scope: Scope) -> QuerySet[Offering]:
    """The list, latest first, with `session_count`, `next_at` and `held` seats."""
    standing = Q(sessions__cancelled_at__isnull=True)
    return (
        offerings_in(scope)
        .annotate(
            session_count=Count("sessions", filter=standing, distinct=True),
            next_at=Min("sessions__begins_at", filter=standing & Q(sessions__begins_at__gte=clock.now())),
            held=Count("enrolments", filter=Q(enrolments__state__in=SEATED), distinct=True),
        )
        .order_by("-begins_on", "-pk")
    )


def sites_in(scope: Scope) -> QuerySet[AcademySite]:
    """Sites where staff of this scope may open an offering."""
    rows = scope.at_sites(AcademySite.objects.all(), "")
    return rows.exclude(closed_on__lte=clock.today()).select_related("region").order_by("region__path", "name")


def regions_in(scope: Scope) -> QuerySet[Region]:
    """Regions for which staff of this scope may open an offering online; the village is too small for that."""
    rows = Region.objects.standing(clock.today()).exclude(level=Level.VILLAGE)
    return scope.regions(rows).order_by("path")


def sessions_in(scope: Scope) -> QuerySet[Session]:
    """Sessions of offerings in the scope."""
    return Session.objects.filter(offering__in=offerings_in(scope).order_by().values("pk")).select_related(
        "offering__course", "offering__site__region", "offering__region", "room", "teacher", "lesson"
    )


def sessions_for_desk(offering: Offering) -> list[Session]:
    """All sessions of an offering in order, with `standing_fees` and `changes` loaded."""
    fees = TeacherFee.objects.filter(voided_at__isnull=True).select_related("teacher")
    changes = SessionChange.objects.select_related("room", "teacher", "changed_by")
    return list(
        offering.sessions.select_related("room", "teacher", "lesson")
        .prefetch_related(Prefetch("fees", queryset=fees, to_attr="standing_fees"), Prefetch("changes", changes))
        .order_by("begins_at", "pk")
    )


def enrolment_counts(offering: Offering) -> dict[str, int]:
    """How many hold a seat, and how many stand in all."""
    return offering.enrolments.aggregate(
        held=Count("pk", filter=Q(state__in=SEATED)), standing=Count("pk", filter=Q(state__in=STANDING))
    )


@dataclass(frozen=True)
class WeekDay:
    """One day of the week at a site."""

    day: dt.date
    sessions: list[Session] = field(default_factory=list)


@dataclass(frozen=True)
class SiteWeek:
    """What is on at a site from Monday to Sunday. Cancelled sessions are shown too."""

    site: AcademySite
    days: Sequence[WeekDay]


def week_of(scope: Scope, *, monday: dt.date, site_id: int | None = None) -> list[SiteWeek]:
    """Sites of the scope with something on in this week, or the one asked for. Two queries for any number."""
    sites = list(sites_in(scope).filter(pk=site_id) if site_id else sites_in(scope))
    first = timezone.make_aware(dt.datetime.combine(monday, dt.time.min))
    sessions = (
        Session.objects.filter(
            offering__site__in=sites, begins_at__gte=first, begins_at__lt=first + dt.timedelta(days=7)
        )
        .exclude(offering__state=OfferingState.CANCELLED)
        .select_related("offering__course", "room", "teacher")
        .order_by("begins_at", "pk")
    )
    found: dict[tuple[int, dt.date], list[Session]] = {}
    for session in sessions:
        assert session.offering.site_id is not None
        key = (session.offering.site_id, timezone.localtime(session.begins_at).date())
        found.setdefault(key, []).append(session)
    days = [monday + dt.timedelta(days=number) for number in range(7)]
    weeks = [SiteWeek(site, [WeekDay(day, found.get((site.pk, day), [])) for day in days]) for site in sites]
    return weeks if site_id else [week for week in weeks if any(row.sessions for row in week.days)]
