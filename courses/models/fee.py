"""课酬: what a teacher gets for a session."""

from __future__ import annotations

from decimal import Decimal

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q

from core.models import TimeStamped
from courses.models.offering import Session
from courses.models.teacher import Teacher


class TeacherFee(TimeStamped):
    """An amount in yuan for one teacher and one session; `paid_on` is the day it was paid, `paid_by` who noted it.

    What was paid never changes (a trigger holds that): a mistake is voided with a reason, and noted anew.
    Personal data: what a person is paid. Seen by staff who answer for the offering, and never public.
    """

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="fees", verbose_name="课次")
    teacher = models.ForeignKey(Teacher, on_delete=models.PROTECT, related_name="fees", verbose_name="教师")
    amount = models.DecimalField(
        "金额（元）", max_digits=8, decimal_places=2, validators=[MinValueValidator(Decimal("0.01"))]
    )
    noted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="登记人"
    )
    paid_on = models.DateField("发放日期", null=True, blank=True)
    paid_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="发放人",
    )
    voided_at = models.DateTimeField("作废时间", null=True, blank=True)
    voided_reason = models.CharField("作废原因", max_length=120, blank=True)

    class Meta:
        verbose_name = "课酬"
        verbose_name_plural = "课酬"
        ordering = ["session__begins_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="fee_is_positive"),
            models.CheckConstraint(
                condition=Q(paid_on__isnull=True, paid_by__isnull=True)
                | Q(paid_on__isnull=False, paid_by__isnull=False),
                name="fee_paid_by_someone",
            ),
            models.CheckConstraint(
                condition=Q(voided_at__isnull=True) | ~Q(voided_reason=""), name="fee_voided_with_a_reason"
            ),
            models.UniqueConstraint(
                fields=["session", "teacher"],
                condition=Q(voided_at__isnull=True),
                name="one_fee_a_session_and_teacher",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.teacher} {self.session} {self.amount} 元"
