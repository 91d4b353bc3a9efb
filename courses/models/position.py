"""Where a senior stopped watching."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from courses.models.lesson import Lesson


class WatchPosition(models.Model):
    """The place to continue at, one row a person and lesson, the same on every device.

    Personal data: what a person watches; seen by that person alone.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="watch_positions")
    lesson = models.ForeignKey(Lesson, on_delete=models.CASCADE, related_name="watch_positions")
    seconds = models.FloatField()
    watched_at = models.DateTimeField()

    class Meta:
        verbose_name = "观看位置"
        verbose_name_plural = "观看位置"
        constraints = [
            models.UniqueConstraint(fields=["user", "lesson"], name="one_position_a_person_and_lesson"),
            models.CheckConstraint(condition=models.Q(seconds__gte=0), name="position_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.lesson}: {self.seconds:.0f} 秒"
