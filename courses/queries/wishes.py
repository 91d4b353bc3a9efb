"""Wishes and opinions: a person's own, and what a course's learners said."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Max, QuerySet

from accounts.enums import Role
from accounts.models import User
from accounts.scope import scope_of
from core import clock
from courses.enums import Category, EnrolmentState
from courses.models import Course, Enrolment, LearnerNotice, Lesson, LessonProgress, Satisfaction, Wish
from courses.queries.editions.gaps import wishing_half_year
from places.models import AcademySite, Region
from places.queries.regions import banners

MOST_TO_RATE = 3


def wish_page(person: User | None) -> dict[str, Any]:
    """Context of 想学什么: the categories, the banners, and this person's own wishes for the next half-year."""
    half_year = wishing_half_year()
    mine: list[Wish] = []
    home = None
    if person is not None:
        mine = list(Wish.objects.filter(person=person, half_year=half_year).select_related("region"))
        last = Wish.objects.filter(person=person).order_by("-updated_at").values_list("region_id", flat=True).first()
        home = last
    return {
        "half_year": half_year,
        "categories": Category.choices,
        "banners": list(banners().order_by("path")),
        "mine": mine,
        "home": home,
    }


def find_banner(pk: str) -> Region | None:
    """A standing banner by its key as a form sends it."""
    return banners().filter(pk=int(pk)).first() if pk.isdecimal() and len(pk) < 10 else None


def finished_courses(person: User) -> QuerySet[Course]:
    """Courses this person finished: a class they were in has ended, or they finished all its lessons."""
    ended = Enrolment.objects.filter(
        person=person, state=EnrolmentState.ENROLLED, offering__ends_on__lt=clock.today()
    ).values("offering__course_id")
    return Course.objects.filter(pk__in=ended) | Course.objects.filter(pk__in=_learned_through(person))


def has_finished(person: User, course: Course) -> bool:
    return finished_courses(person).filter(pk=course.pk).exists()


def my_catalogue(person: User) -> dict[str, Any]:
    """The catalogue's part of a person's own page: notices not seen, and courses whose three faces are open."""
    notices = LearnerNotice.objects.filter(person=person, seen_at__isnull=True)
    rated = Satisfaction.objects.filter(person=person).values("course_id")
    to_rate = finished_courses(person).exclude(pk__in=rated).annotate(latest=Max("lessons__updated_at"))
    return {
        "notices": list(notices.prefetch_related("equivalents")),
        "to_rate": list(to_rate.order_by("-latest", "pk")[:MOST_TO_RATE]),
    }


def _learned_through(person: User) -> set[int]:
    """Keys of courses of which this person finished every public lesson."""
    finished = set(
        LessonProgress.objects.filter(user=person, finished_at__isnull=False).values_list("lesson_id", flat=True)
    )
    needed: dict[int, set[int]] = {}
    lessons = Lesson.objects.filter(course__lessons__in=finished, live=True).distinct()
    for lesson, course in lessons.values_list("pk", "course_id"):
        needed.setdefault(course, set()).add(lesson)
    return {course for course, lessons_of_it in needed.items() if lessons_of_it <= finished}


def banners_of_clerk(user: User | AnonymousUser) -> list[Region]:
    """Standing banners this clerk answers for, wholly or in part: for them wishes may be noted."""
    scope = scope_of(user, Role.CITY, Role.BANNER, Role.SITE, Role.EDITOR)
    sites = AcademySite.objects.filter(pk__in=scope.sites).values_list("region__path", flat=True)
    held = [*scope.paths, *sites]
    return [
        banner
        for banner in banners().order_by("path")
        if scope.covers_region(banner.path) or any(path.startswith(banner.path) for path in held)
    ]
