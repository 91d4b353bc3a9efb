"""What the editors' desk reads to build, review, seal and take back an edition."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q, QuerySet

from accounts.access import staff_label
from core import clock
from core.half_year import HalfYear
from courses.enums import RollbackAnswer
from courses.models import (
    CatalogueEdition,
    CatalogueEntry,
    CatalogueNow,
    Course,
    Offering,
    Rollback,
    RollbackDecision,
)
from courses.queries.editions.checks import seal_checks, stale_courses
from courses.queries.editions.dropped import dropped_courses
from courses.queries.editions.evidence import Evidence, evidence_for, wished_categories
from courses.queries.editions.gaps import supply_table

MOST_ACTS = 50


def editions_for_desk() -> QuerySet[CatalogueEdition]:
    """All editions, the newest first, with `course_count`."""
    editions = CatalogueEdition.objects.annotate(course_count=Count("entries"))
    return editions.order_by("-half_year", "-number")


def desk_list() -> dict[str, Any]:
    """Context of the list: every edition, which is current, which half-years may be drafted, a rollback not done."""
    now = CatalogueNow.objects.select_related("edition").first()
    current = now.edition if now is not None else None
    this = HalfYear.of(clock.today())
    first = current.half_year if current is not None and current.half_year > this else this
    choices = [first, first.next]
    return {
        "editions": list(editions_for_desk()),
        "current": current,
        "half_years": choices,
        "rollback": Rollback.objects.filter(done_at__isnull=True).select_related("edition", "to").first(),
    }


def desk_edition(edition: CatalogueEdition) -> dict[str, Any]:
    """Context of one edition's page. A fixed number of queries, however many courses."""
    evidence_year = edition.based_on.half_year if edition.based_on is not None else edition.half_year.previous
    entries = list(
        CatalogueEntry.objects.filter(edition=edition)
        .select_related("course")
        .annotate(lesson_count=Count("lessons", distinct=True), site_count=Count("sites", distinct=True))
        .prefetch_related("teachers")
        .order_by("category", "title", "pk")
    )
    evidence = evidence_for({entry.course_id for entry in entries}, half_year=evidence_year)
    stale = stale_courses(edition) if not edition.is_frozen else set()
    now = CatalogueNow.objects.first()
    return {
        "edition": edition,
        "is_current": now is not None and now.edition_id == edition.pk,
        "rows": [(entry, evidence.get(entry.course_id, Evidence()), entry.course_id in stale) for entry in entries],
        "evidence_year": evidence_year,
        "wishes": wished_categories(edition.half_year),
        "gaps": supply_table(edition),
        "dropped": dropped_courses(edition) if not edition.is_frozen else [],
        "checks": seal_checks(edition) if edition.is_open and not edition.is_frozen else [],
        "addable": addable_courses(edition) if not edition.is_frozen else [],
        "acts": list(edition.acts.all()[:MOST_ACTS]),
    }


def addable_courses(edition: CatalogueEdition) -> list[Course]:
    """Public courses the edition doesn't have."""
    there = CatalogueEntry.objects.filter(edition=edition).values("course_id")
    return list(Course.objects.filter(live=True).exclude(pk__in=there).order_by("category", "title"))


def open_rollback_of(edition: CatalogueEdition) -> Rollback | None:
    return Rollback.objects.filter(edition=edition, done_at__isnull=True).first()


def rollback_page(rollback: Rollback) -> dict[str, Any]:
    """Context of the wizard: every enrolment with its decision, and the classes of its course one may move to."""
    decisions = list(
        RollbackDecision.objects.filter(rollback=rollback)
        .select_related(
            "enrolment__person", "enrolment__offering__course", "enrolment__offering__site", "moved_to__course",
            "moved_to__site",
        )
        .order_by("enrolment__offering__course__title", "pk")
    )  # fmt: skip
    courses = {decision.enrolment.offering.course_id for decision in decisions if not decision.answer}
    open_ = Offering.objects.filter(
        Q(course_id__in=courses) | Q(course__catalogue_entries__edition_id=rollback.to_id),
        state="published",
        ends_on__gte=clock.today(),
    )
    kept = set(CatalogueEntry.objects.filter(edition_id=rollback.to_id).values_list("course_id", flat=True))
    return {
        "rollback": rollback,
        "decisions": [
            (decision, staff_label(decision.enrolment.person), decision.enrolment.offering.course_id in kept)
            for decision in decisions
        ],
        "waiting": sum(not decision.answer for decision in decisions),
        "offerings": list(open_.select_related("course", "site").distinct().order_by("course__title", "begins_on")),
        "answers": RollbackAnswer.choices,
    }
