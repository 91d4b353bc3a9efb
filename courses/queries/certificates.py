"""Who has, or could have, a certificate of which course; and whether one is genuine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet

from accounts.access import masked_name
from accounts.models import User
from courses.certificates import digest_of, tidy_code
from courses.models import Certificate, Course, Lesson, LessonProgress
from courses.queries.progress import HowFar, progress_of


@dataclass(frozen=True)
class Verification:
    """What strangers may know of a certificate. `state`: "valid", "revoked" or "changed" (the row is not what was
    signed)."""

    state: str
    code: str
    name: str
    course_title: str
    lesson_count: int
    finished_on: object
    issued_at: object
    revoked_at: object
    digest: str


def record_of(user: User, course: Course) -> list[HowFar]:
    """How far the person is in every public lesson of `course`."""
    lessons = Lesson.objects.filter(course=course, live=True).select_related("media__source")
    return list(progress_of(user, lessons).values())


def is_complete(record: Sequence[HowFar]) -> bool:
    """Whether there is something to finish and all of it is finished."""
    return bool(record) and all(row.finished for row in record)


def certificates_of(user: User) -> QuerySet[Certificate]:
    """The person's own, newest first, also those taken back."""
    return Certificate.objects.filter(user=user)


def courses_to_certify(user: User) -> QuerySet[Course]:
    """Public courses of which this person has finished every public lesson and has no certificate yet.

    Reports of the last two minutes aren't in it; whoever asks for the certificate is answered by what is true then.
    """
    finished = LessonProgress.objects.filter(user=user, finished_at__isnull=False)
    lessons = Lesson.objects.filter(course=OuterRef("pk"), live=True)
    return (
        Course.objects.filter(Exists(lessons.filter(pk__in=finished.values("lesson"))), live=True)
        .exclude(Exists(lessons.exclude(pk__in=finished.values("lesson"))))
        .exclude(certificates__user=user)
        .order_by("title", "pk")
    )


def own_certificate(user: User, code: str) -> Certificate:
    """Raises `Certificate.DoesNotExist` for a code that is another's, or nobody's."""
    return Certificate.objects.get(user=user, code=code)


def verify(code: str) -> Verification | None:
    """What is known of the certificate with this code, as typed or scanned. None: there is none."""
    found = Certificate.objects.filter(code=tidy_code(code)).first()
    if found is None:
        return None
    state = "changed" if digest_of(found) != found.digest else "valid" if found.is_valid else "revoked"
    return Verification(
        state=state,
        code=found.code,
        name=masked_name(found.name),
        course_title=found.course_title,
        lesson_count=found.lesson_count,
        finished_on=found.finished_on,
        issued_at=found.issued_at,
        revoked_at=found.revoked_at,
        digest=found.digest,
    )
