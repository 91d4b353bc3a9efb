"""Editions for tests: built through the operations, since nothing else may make a sealed one."""

from __future__ import annotations

from typing import Any

from accounts.enums import Role
from accounts.models import User
from core import clock
from core.half_year import HalfYear
from courses.enums import FlipKind
from courses.models import CatalogueEdition, CatalogueFlip, Course, Lesson, LessonProgress
from courses.operations.editions.drafting import draft_edition
from courses.operations.editions.flipping import flip_edition
from courses.operations.editions.review import approve_edition, submit_edition
from courses.operations.editions.sealing import seal_edition
from tests.accounts.factories import UserFactory
from tests.courses.factories import CourseFactory, LessonFactory
from tests.media_pipeline.factories import MediaAssetFactory, SourceFactory

SPRING, AUTUMN = HalfYear(2026, 1), HalfYear(2026, 2)


def a_course(title: str = "八段锦入门", *, lessons: int = 1, **fields: Any) -> Course:
    """A public course whose lessons have media that play, all with revisions of their own."""
    course = CourseFactory(title=title, **fields)
    course.save_revision().publish()
    course.refresh_from_db()
    for number in range(1, lessons + 1):
        lesson = LessonFactory(
            course=course,
            number=number,
            title=f"{title}第{number}式",
            media=MediaAssetFactory(source=SourceFactory(ready=True, duration=100.0)),
        )
        lesson.save_revision().publish()
    return course


def republish(shown: Course | Lesson, **fields: Any) -> None:
    """Change something public through a revision, as an editor would."""
    for name, value in fields.items():
        setattr(shown, name, value)
    shown.save_revision().publish()
    shown.refresh_from_db()


def approver() -> User:
    return UserFactory(role=Role.CITY)


def approved(edition: CatalogueEdition, *, by: User | None = None) -> CatalogueEdition:
    submit_edition(edition=edition, by=None)
    return approve_edition(edition=edition, by=by or approver())


def sealed(half_year: HalfYear = SPRING, edition: CatalogueEdition | None = None) -> CatalogueEdition:
    """A sealed edition of every public course, or `edition`, sealed."""
    return seal_edition(edition=approved(edition or draft_edition(half_year=half_year)))


def published(half_year: HalfYear = SPRING, edition: CatalogueEdition | None = None) -> CatalogueEdition:
    """A current edition."""
    return flipped(sealed(half_year, edition)).edition


def flipped(edition: CatalogueEdition, kind: FlipKind = FlipKind.BY_HAND) -> CatalogueFlip:
    return flip_edition(edition=edition, kind=kind)


def finish(person: User, *lessons: Lesson) -> None:
    """The person has finished these lessons by the rule."""
    for lesson in lessons:
        now = clock.now()
        LessonProgress.objects.create(user=person, lesson=lesson, finished_at=now, rule_version=1, counted_at=now)
