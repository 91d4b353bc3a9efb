"""Homework as its sender and its teachers see it."""

from __future__ import annotations

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from accounts.access import Viewer
from accounts.models import User
from accounts.scope import scope_of
from courses.enums import STANDING, HomeworkState
from courses.models import Enrolment, Homework, Lesson


def sent_by(viewer: Viewer, lesson: Lesson) -> list[Homework]:
    """What this person sent for a lesson, the newest first."""
    if not viewer.is_authenticated or not lesson.homework:
        return []
    return list(Homework.objects.filter(person=viewer, lesson=lesson))


def answerable_by(user: User) -> QuerySet[Homework]:
    """Homework that `user` may read and answer: that of people enrolled in an offering of the course which the user
    teaches, or answers for as staff; all of it for administrators. People in no offering are seen by those alone.
    """
    rows = Homework.objects.select_related("lesson__course", "person", "answered_by")
    scope = scope_of(user)
    if scope.everything:
        return rows
    standing = Enrolment.objects.filter(state__in=STANDING)
    taught = standing.filter(Q(offering__teacher__user=user) | Q(offering__sessions__teacher__user=user))
    answered_for = scope.at_sites(standing, "offering__site") | scope.regions(standing, "offering__region__path")
    seen = (taught | answered_for).filter(person=OuterRef("person_id"), offering__course=OuterRef("lesson__course_id"))
    return rows.filter(Exists(seen))


def waiting_for(user: User) -> dict[str, int]:
    """For a person's own page: how much homework waits for an answer. `seen` is all they may answer at all."""
    rows = answerable_by(user)
    return rows.aggregate(seen=Count("pk"), waiting=Count("pk", filter=Q(state=HomeworkState.SENT)))


def may_see(user: Viewer, homework: Homework) -> bool:
    """Whether this person may look at the photograph."""
    if not isinstance(user, User):
        return False
    return homework.person_id == user.pk or answerable_by(user).filter(pk=homework.pk).exists()
