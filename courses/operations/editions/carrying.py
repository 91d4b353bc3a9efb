"""Dropped courses: deciding what becomes of people in the middle, and doing it when the edition flips."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db import transaction

from accounts.models import User
from core import clock
from courses.enums import CarryPolicy, EditionActKind, OfferingState
from courses.errors import EditionRefused
from courses.models import (
    CarryOver,
    CatalogueEdition,
    CatalogueEntry,
    Course,
    EditionAct,
    LearnerNotice,
    Offering,
)
from courses.operations.editions.acts import open_for_writing, record_act
from courses.operations.editions.places import close_place
from courses.operations.offerings import cancel_offering
from courses.operations.planning import LONGEST_REASON
from courses.queries.editions.middle import people_in_the_middle, standing_enrolments

MOST_EQUIVALENTS = 6


@transaction.atomic
def decide_carry_over(
    *,
    edition: CatalogueEdition,
    course: Course,
    policy: CarryPolicy,
    until: dt.date | None = None,
    notice: str = "",
    equivalents: Iterable[Course] = (),
    by: User | None = None,
) -> CarryOver:
    """Say what becomes of people in a dropped course. Reopens review. A later decision replaces an earlier one.

    Raises `EditionRefused` if the course isn't dropped, or the decision lacks what it needs.
    """
    writing = open_for_writing(edition.pk, by=by, what=f"定了《{course.title}》的去向")
    if CatalogueEntry.objects.filter(edition=writing, course=course).exists():
        raise EditionRefused(f"《{course.title}》还在这一版里，不用定去向。")
    notice = notice.strip()
    if policy == CarryPolicy.FINISH and until is None:
        raise EditionRefused("“读完为止”要写清楚可以学到哪一天。")
    if policy == CarryPolicy.FINISH and until is not None and until < clock.today():
        raise EditionRefused("“读完为止”的日期已经过去了。")
    if policy == CarryPolicy.STOP and not notice:
        raise EditionRefused("“停止”要写给学员的话：为什么停，可以改学什么。")
    chosen = list(equivalents)
    if len(chosen) > MOST_EQUIVALENTS:
        raise EditionRefused(f"可以改学的课程最多写 {MOST_EQUIVALENTS} 门。")
    offered = set(CatalogueEntry.objects.filter(edition=writing).values_list("course_id", flat=True))
    if foreign := next((other for other in chosen if other.pk not in offered), None):
        raise EditionRefused(f"《{foreign.title}》不在这一版里，不能叫学员改学它。")
    before = CatalogueEntry.objects.filter(course=course).order_by("-pk").first()
    CarryOver.objects.filter(edition=writing, course=course).delete()
    row = CarryOver.objects.create(
        edition=writing,
        course=course,
        title=before.title if before is not None else course.title,
        policy=policy,
        until=until if policy == CarryPolicy.FINISH else None,
        notice=notice,
    )
    row.equivalents.set(chosen)
    record_act(
        edition=writing,
        kind=EditionActKind.CARRIED,
        by=by,
        note=f"《{row.title}》{row.get_policy_display()}",
        course=course.pk,
    )
    return row


def carry_people_over(*, edition: CatalogueEdition, dropped: dict[int, str]) -> int:
    """Tell everyone in the middle of a dropped course, and end what is to stop. Part of the flip's transaction.

    `dropped`: course key → title. A course without a decision (it came into the catalogue after this edition was
    sealed) is never stopped: people go on. Returns how many people were told.
    """
    rows = {row.course_id: row for row in CarryOver.objects.filter(edition=edition).prefetch_related("equivalents")}
    told = 0
    for course_id, middle in people_in_the_middle(dropped).items():
        row = rows.get(course_id)
        sentence = _sentence(dropped[course_id], edition, row)
        told += tell_people(
            people=middle.people,
            course_id=course_id,
            about=f"carry:{edition.pk}:{course_id}",
            sentence=sentence,
            equivalents=list(row.equivalents.all()) if row is not None else [],
        )
        if row is not None and row.policy == CarryPolicy.STOP:
            _stop_offerings(edition, row)
    return told


def tell_people(
    *, people: Iterable[int], course_id: int, about: str, sentence: str, equivalents: Iterable[Course] = ()
) -> int:
    """Leave a notice on the page of each person; told once a subject. Returns how many were new."""
    known = set(LearnerNotice.objects.filter(about=about).values_list("person_id", flat=True))
    fresh = [
        LearnerNotice(person_id=pk, course_id=course_id, about=about, sentence=sentence[:400], created_at=clock.now())
        for pk in sorted(set(people) - known)
    ]
    made = LearnerNotice.objects.bulk_create(fresh)
    links = LearnerNotice.equivalents.through
    links.objects.bulk_create(
        links(learnernotice_id=notice.pk, course_id=course.pk) for notice in made for course in equivalents
    )
    return len(made)


def _sentence(title: str, edition: CatalogueEdition, row: CarryOver | None) -> str:
    name = edition.half_year.label
    if row is None:
        return f"{name}的目录里没有《{title}》了。您正在学，可以接着学完。"
    if row.until is not None:
        return f"{name}不再开《{title}》。您正在学，可以学到 {row.until:%Y-%m-%d}。{row.notice}".strip()
    return f"{name}停开《{title}》。{row.notice}"


def _stop_offerings(edition: CatalogueEdition, row: CarryOver) -> None:
    """End the enrolments that stand, and cancel the offerings with their sessions to come.

    The clock flips, but a person decided: who set the course's fate, or else who approved the edition.
    """
    acts = EditionAct.objects.filter(edition=edition, actor__isnull=False).select_related("actor")
    carried = acts.filter(kind=EditionActKind.CARRIED, details__course=row.course_id).first()
    approved = acts.filter(kind=EditionActKind.APPROVED).first()
    decider = carried or approved
    for enrolment in standing_enrolments([row.course_id]).select_for_update(of=("self",)):
        close_place(enrolment=enrolment)
    offerings = Offering.objects.filter(course_id=row.course_id, ends_on__gte=clock.today()).exclude(
        state=OfferingState.CANCELLED
    )
    for offering in offerings.order_by("pk"):
        assert decider is not None, "nobody approved a sealed edition"
        assert decider.actor is not None
        cancel_offering(offering=offering, reason=row.notice[:LONGEST_REASON], by=decider.actor)
