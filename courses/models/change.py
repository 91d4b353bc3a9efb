"""变动: what became of a session after it was planned, in words for its learners."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from courses.enums import SessionChangeKind
from courses.models.offering import Session
from courses.models.teacher import Teacher


class SessionChange(models.Model):
    """A session was moved, cancelled or given to another teacher: how it stood before, why, when, by whom.

    `is_public` is whether the offering was published by then, so that learners had something to be told.
    Rows are only added. No personal data beyond the name of the clerk, seen by staff.
    """

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="changes", verbose_name="课次")
    kind = models.CharField("变动", max_length=10, choices=SessionChangeKind)
    began_at = models.DateTimeField("原来开始")
    ended_at = models.DateTimeField("原来结束")
    room = models.ForeignKey(
        "places.Room", on_delete=models.PROTECT, null=True, related_name="+", verbose_name="原来的教室"
    )
    teacher = models.ForeignKey(
        Teacher, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="原来的教师"
    )
    reason = models.CharField("原因", max_length=120)
    is_public = models.BooleanField("告诉学员")
    changed_at = models.DateTimeField("变动时间")
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="经办人"
    )

    class Meta:
        verbose_name = "课次变动"
        verbose_name_plural = "课次变动"
        ordering = ["-changed_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=SessionChangeKind.values), name="session_change_kind_known"),
            models.CheckConstraint(condition=~Q(reason=""), name="session_change_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.session} {self.get_kind_display()}"
