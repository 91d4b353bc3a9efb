"""在职兼职: the paper by which an employer lets a teacher teach at an academy, and until when."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from core.models import TimeStamped
from courses.models.teacher import Teacher


def paper_path(permission: Any, name: str) -> str:
    """A folder that no public door serves (`core.files.OPEN_FOLDERS`), and a name that tells nothing."""
    return f"teacher-permissions/{uuid.uuid4().hex}.{name.rpartition('.')[2].lower()}"


class TeacherPermission(TimeStamped):
    """An employer's consent. Both days are inclusive; a withdrawn one covers no session from that instant on.

    Personal data: the paper names a person and an employer. Seen by staff who answer for the teacher's region.
    """

    teacher = models.ForeignKey(Teacher, on_delete=models.PROTECT, related_name="permissions", verbose_name="教师")
    employer = models.ForeignKey(
        "places.Organisation", on_delete=models.PROTECT, related_name="+", verbose_name="同意的单位"
    )
    paper = models.FileField("同意书", upload_to=paper_path, max_length=120)
    valid_from = models.DateField("从哪天起")
    valid_until = models.DateField("到哪天止", help_text="这一天还算在内")
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="核对人"
    )
    withdrawn_at = models.DateTimeField("撤回时间", null=True, blank=True)
    withdrawn_reason = models.CharField("撤回原因", max_length=120, blank=True)

    class Meta:
        verbose_name = "单位同意书"
        verbose_name_plural = "单位同意书"
        ordering = ["teacher", "-valid_until", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until__gte=F("valid_from")), name="permission_ends_after_it_begins"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) | ~Q(withdrawn_reason=""),
                name="permission_withdrawn_with_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.teacher} {self.employer} {self.valid_from}–{self.valid_until}"
