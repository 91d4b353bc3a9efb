"""共用屏: a browser at a site that many people use in turn, and the four digits that open it without a card."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from core.models import TimeStamped


class Kiosk(TimeStamped):
    """A browser that holds a signed cookie with `key`. Once closed, the cookie is worth nothing.

    `misses` counts wrong cards and numbers since `misses_since`, so that nobody tries numbers one after another.
    No personal data.
    """

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    site = models.ForeignKey("places.AcademySite", on_delete=models.PROTECT, related_name="+", verbose_name="学堂站点")
    name = models.CharField("放在哪里", max_length=40, help_text="例如：一楼大厅左边")
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="设置人"
    )
    closed_at = models.DateTimeField("停用时间", null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="停用人",
    )
    seen_at = models.DateTimeField("最近使用", null=True, blank=True)
    misses = models.PositiveSmallIntegerField(default=0, editable=False)
    misses_since = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = "共用屏"
        verbose_name_plural = "共用屏"
        ordering = ["site", "name", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, closed_by__isnull=True)
                | Q(closed_at__isnull=False, closed_by__isnull=False),
                name="kiosk_closed_by_somebody",
            ),
            models.UniqueConstraint(
                fields=["site", "name"],
                condition=Q(closed_at__isnull=True),
                name="one_open_kiosk_a_site_and_name",
                violation_error_message="这个站点已经有同名的共用屏，请换个名字或先停用旧的。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.site} {self.name}"


class KioskPin(TimeStamped):
    """Four digits (hashed) with which someone signs in at a kiosk when the card is at home.

    Five wrong tries lock it until it is set anew: four digits are few. Personal data: a hash; seen by nobody.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="kiosk_pin", verbose_name="会员"
    )
    hashed = models.CharField(max_length=128, editable=False)
    misses = models.PositiveSmallIntegerField(default=0, editable=False)
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="设置人"
    )

    class Meta:
        verbose_name = "数字密码"
        verbose_name_plural = "数字密码"

    def __str__(self) -> str:
        return str(self.user)
