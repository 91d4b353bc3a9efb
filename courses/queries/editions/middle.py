"""People in the middle of a course: enrolled in an offering that goes on, or part of the way through its lessons."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Count, QuerySet

from core import clock
from courses.enums import STANDING, OfferingState
from courses.models import Enrolment, Lesson, LessonProgress, WatchPosition


@dataclass
class Middle:
    """Keys of people by how they are in the middle of a course."""

    enrolled: set[int] = field(default_factory=set)
    watching: set[int] = field(default_factory=set)

    @property
    def people(self) -> set[int]:
        return self.enrolled | self.watching


def people_in_the_middle(course_ids: Iterable[int]) -> dict[int, Middle]:
    """Course key → who is in the middle of it. Four queries."""
    wanted = set(course_ids)
    found: dict[int, Middle] = {pk: Middle() for pk in wanted}
    standing = standing_enrolments(wanted).values_list("offering__course_id", "person_id")
    for course_id, person_id in standing:
        found[course_id].enrolled.add(person_id)
    for course_id, people in begun_and_not_finished(wanted).items():
        found[course_id].watching |= people
    return found


def standing_enrolments(course_ids: Iterable[int]) -> QuerySet[Enrolment]:
    """Enrolments that stand in offerings of these courses which still go on."""
    return (
        Enrolment.objects.filter(
            offering__course_id__in=set(course_ids), state__in=STANDING, offering__ends_on__gte=clock.today()
        )
        .exclude(offering__state=OfferingState.CANCELLED)
        .order_by("pk")
    )


def begun_and_not_finished(course_ids: set[int]) -> dict[int, set[int]]:
    """Course key → people who began some lesson of it and have not finished all that are public. Three queries."""
    needed, finished = finished_lessons(course_ids)
    begun = WatchPosition.objects.filter(lesson__course_id__in=course_ids, lesson__live=True)
    people = {*finished, *begun.values_list("lesson__course_id", "user_id").distinct()}
    found: dict[int, set[int]] = defaultdict(set)
    for course_id, user_id in people:
        if finished.get((course_id, user_id), 0) < needed[course_id]:
            found[course_id].add(user_id)
    return found


def finished_lessons(course_ids: set[int]) -> tuple[dict[int, int], dict[tuple[int, int], int]]:
    """How many public lessons each course has, and (course, person) → how many of them the person finished; 0 for
    somebody who only began. Two queries.
    """
    lessons = Lesson.objects.filter(course_id__in=course_ids, live=True)
    needed = defaultdict(int, lessons.order_by().values_list("course_id").annotate(count=Count("pk")))
    counted = (
        LessonProgress.objects.filter(lesson__in=lessons)
        .order_by()
        .values_list("lesson__course_id", "user_id")
        .annotate(count=Count("finished_at"))
    )
    return needed, {(course_id, user_id): count for course_id, user_id, count in counted.iterator(chunk_size=2000)}
