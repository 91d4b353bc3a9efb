"""作业照片: what a learner made, and what the teacher said to it."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models import ActedFor
from core.models import TimeStamped
from courses.enums import HomeworkState
from courses.models.lesson import Lesson

FOLDER = "homework"
"""Not among the folders that everybody may read (core.files): a photograph has a door of its own."""


def place_of(homework: Homework, name: str) -> str:
    """A name that says nothing about the person or their file."""
    return f"{FOLDER}/{uuid.uuid4().hex}.jpg"


class Homework(ActedFor, TimeStamped):
    """A photograph sent for a lesson. It is drawn anew on arrival: no place, device or date stays in the file.

    Personal data: the photograph and the words; seen by the person, by teachers and staff who answer for an offering
    of the course that the person is in, and by administrators.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="homework")
    lesson = models.ForeignKey(Lesson, on_delete=models.PROTECT, related_name="homework_sent")
    picture = models.ImageField("照片", upload_to=place_of)
    sha256 = models.CharField(max_length=64, editable=False)
    words = models.CharField("想说的话", max_length=200, blank=True)
    state = models.CharField("状态", max_length=10, choices=HomeworkState, default=HomeworkState.SENT)
    answer = models.CharField("老师的话", max_length=300, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "作业"
        verbose_name_plural = "作业"
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "lesson", "sha256"],
                name="one_homework_a_photograph",
                violation_error_message="这张照片已经交过了。",
            ),
            models.CheckConstraint(
                condition=Q(state=HomeworkState.SENT, answer="", answered_at__isnull=True)
                | Q(state=HomeworkState.ANSWERED, answered_at__isnull=False) & ~Q(answer=""),
                name="homework_answered_with_words",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.lesson} 作业"
