"""签到和签退: who was there, from when until when, and how we know."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from core.models import TimeStamped
from courses.enums import SignMethod
from courses.models.activity import Activity


class Attendance(TimeStamped):
    """One person at one activity. `..._method` says how each instant came in; `keyed_by` is the clerk who wrote it.

    A key comes with every report and is unique: a report that arrives twice counts once.
    Personal data: where someone was. Seen by the person and by staff who answer for the activity.
    """

    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="attendances", verbose_name="活动")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="attendances", verbose_name="学员"
    )
    signed_in_at = models.DateTimeField("签到时间")
    in_method = models.CharField("签到方式", max_length=5, choices=SignMethod)
    in_key = models.CharField(max_length=64, unique=True)
    in_keyed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    signed_out_at = models.DateTimeField("签退时间", null=True, blank=True)
    out_method = models.CharField("签退方式", max_length=5, choices=SignMethod, blank=True)
    out_key = models.CharField(max_length=64, unique=True, null=True, blank=True)
    out_keyed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = "出席"
        verbose_name_plural = "出席"
        ordering = ["activity", "signed_in_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["activity", "person"], name="one_attendance_a_person"),
            models.CheckConstraint(condition=Q(in_method__in=SignMethod.values), name="attendance_in_method_known"),
            models.CheckConstraint(
                condition=Q(signed_out_at__isnull=True, out_method="", out_key__isnull=True)
                | Q(signed_out_at__isnull=False, out_method__in=SignMethod.values, out_key__isnull=False),
                name="attendance_out_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(signed_out_at__isnull=True) | Q(signed_out_at__gte=F("signed_in_at")),
                name="attendance_out_after_in",
            ),
            models.CheckConstraint(
                condition=~Q(in_method=SignMethod.PAPER) | Q(in_keyed_by__isnull=False),
                name="attendance_paper_is_keyed_by_someone",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.activity} {self.pk}"


class CodeAttempt(models.Model):
    """A wrong spoken code. After a few, one waits. Personal data: who tried; read by nobody."""

    activity = models.ForeignKey(Activity, on_delete=models.CASCADE, related_name="code_attempts")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    tried_at = models.DateTimeField()

    class Meta:
        verbose_name = "输错四位数"
        verbose_name_plural = "输错四位数"
        ordering = ["-tried_at"]
        indexes = [models.Index(fields=["activity", "person", "tried_at"], name="code_attempt_recent")]

    def __str__(self) -> str:
        return f"{self.activity} {self.tried_at}"
