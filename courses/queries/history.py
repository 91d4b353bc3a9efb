"""What a person learned in a half-year."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.db.models import Min
from django.utils import timezone

from accounts.access import name_on_paper
from accounts.models import User
from core import clock
from core.half_year import HalfYear
from courses.models import Course, Lesson, LessonProgress, StudyDay
from courses.queries.certificates import certificates_of, courses_to_certify
from courses.queries.ledgers import Ledgers, present_ledgers
from courses.queries.positions import continuations
from courses.queries.progress import study_time


@dataclass(frozen=True)
class FinishedLesson:
    lesson: Lesson
    day: dt.date


@dataclass(frozen=True)
class FinishedCourse:
    """The lessons of one course that a person finished in a half-year, in the order of the course."""

    course: Course
    lessons: list[FinishedLesson]


def half_years_of(user: User) -> list[HalfYear]:
    """The half-years from the person's first study to now, newest first; at least the present one."""
    studied = StudyDay.objects.filter(user=user).aggregate(first=Min("day"))["first"]
    finished = LessonProgress.objects.filter(user=user).aggregate(first=Min("finished_at"))["first"]
    known = [day for day in (studied, timezone.localtime(finished).date() if finished else None) if day]
    present = HalfYear.of(clock.today())
    first = min([HalfYear.of(day) for day in known] + [present])
    found = [present]
    while found[-1] > first:
        found.append(found[-1].previous)
    return found


def finished_in(user: User, half_year: HalfYear, *, present: Ledgers) -> list[FinishedCourse]:
    """Lessons finished in the half-year, also a moment ago, by course; the course finished last comes first."""
    when = dict(
        LessonProgress.objects.filter(
            user=user, finished_at__gte=half_year.begins_at, finished_at__lt=half_year.next.begins_at
        ).values_list("lesson_id", "finished_at")
    )
    for (_, lesson_pk), folio in present.lessons.items():
        if folio.newly and folio.finished_at and HalfYear.of(folio.finished_at) == half_year:
            when[lesson_pk] = folio.finished_at
    by_course: dict[Course, list[FinishedLesson]] = defaultdict(list)
    lessons = Lesson.objects.filter(pk__in=when).select_related("course").order_by("number")
    for lesson in lessons:
        by_course[lesson.course].append(FinishedLesson(lesson, timezone.localtime(when[lesson.pk]).date()))
    courses = [FinishedCourse(course, found) for course, found in by_course.items()]
    return sorted(courses, key=lambda one: max(item.day for item in one.lessons), reverse=True)


def study_page(user: User, half_year: HalfYear) -> dict[str, Any]:
    """Context of 我的学习 for one half-year. Raises `ValueError` for one the person can't have studied in."""
    half_years = half_years_of(user)
    if half_year not in half_years:
        raise ValueError(half_year)
    today = clock.today()
    present = present_ledgers(user.pk)
    courses = finished_in(user, half_year, present=present)
    return {
        "half_year": half_year,
        "is_present": half_year == half_years[0],
        "half_years": half_years,
        "studied": study_time(user, half_year.begins_on, half_year.next.begins_on, present=present),
        "studied_this_month": study_time(user, today.replace(day=1), today + dt.timedelta(days=1), present=present),
        "days": StudyDay.objects.filter(
            user=user, day__gte=half_year.begins_on, day__lte=half_year.ends_on, credited_ms__gt=0
        ).count(),
        "courses": courses,
        "finished_count": sum(len(one.lessons) for one in courses),
        "continuations": continuations(user, most=3, present=present) if half_year == half_years[0] else [],
        "certificates": certificates_of(user),
        "to_certify": courses_to_certify(user),
        "name_on_paper": name_on_paper(user),
    }
