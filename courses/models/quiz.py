"""小测验: what a person answered. The questions are part of the lesson (courses.blocks)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models import ActedFor
from core.models import TimeStamped
from courses.models.lesson import Lesson


class QuizAttempt(ActedFor, TimeStamped):
    """One go through a lesson's questions. `answers` is question id → number of the answer chosen, from 0.

    `asked` and `right` are counted when it is finished: later changes of the quiz don't change what was.
    Personal data: how a person answered; seen by that person alone.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="quiz_attempts")
    lesson = models.ForeignKey(Lesson, on_delete=models.CASCADE, related_name="quiz_attempts")
    answers = models.JSONField(default=dict)
    finished_at = models.DateTimeField(null=True)
    asked = models.PositiveSmallIntegerField(default=0)
    right = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = "测验"
        verbose_name_plural = "测验"
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "lesson"], condition=Q(finished_at__isnull=True), name="one_open_attempt_a_person"
            ),
            models.CheckConstraint(condition=Q(right__lte=models.F("asked")), name="attempt_right_of_asked"),
        ]

    def __str__(self) -> str:
        return f"{self.lesson}: {self.right}/{self.asked}"
