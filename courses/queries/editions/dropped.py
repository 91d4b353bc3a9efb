"""Courses that readers have now and an edition no longer has, with the people they concern."""

from __future__ import annotations

from dataclasses import dataclass

from courses.models import CarryOver, CatalogueEdition, CatalogueEntry, CatalogueNow
from courses.queries.editions.middle import people_in_the_middle


@dataclass(frozen=True)
class Dropped:
    """`enrolled` and `watching` count people in the middle of the course."""

    course_id: int
    title: str
    enrolled: int
    watching: int
    carry_over: CarryOver | None


def dropped_courses(edition: CatalogueEdition, *, with_people: bool = True) -> list[Dropped]:
    """Courses of the current edition that `edition` lacks, and what is decided for each."""
    now = CatalogueNow.objects.first()
    if now is None or now.edition_id is None or now.edition_id == edition.pk:
        return []
    kept = CatalogueEntry.objects.filter(edition=edition).values("course_id")
    gone = dict(
        CatalogueEntry.objects.filter(edition_id=now.edition_id)
        .exclude(course_id__in=kept)
        .order_by("title")
        .values_list("course_id", "title")
    )
    decided = {row.course_id: row for row in CarryOver.objects.filter(edition=edition).prefetch_related("equivalents")}
    people = people_in_the_middle(gone) if with_people and gone else {}
    return [
        Dropped(
            course_id=pk,
            title=title,
            enrolled=len(people[pk].enrolled) if pk in people else 0,
            watching=len(people[pk].watching) if pk in people else 0,
            carry_over=decided.get(pk),
        )
        for pk, title in gone.items()
    ]
