"""会员卡: a printed card whose code opens check-in and the kiosk."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from core.models import TimeStamped


class MemberCard(TimeStamped):
    """A card. `digest` is the SHA-256 of its code (`accounts.card_codes`); the code itself is on paper only.

    A person has one card that stands. A new one ends the old; a lost one is ended at once. Rows are never deleted, so
    an old card can be told from an unknown one. Personal data: that a person holds a card.
    """

    class End(models.TextChoices):
        REPLACED = "replaced", "换了新卡"
        LOST = "lost", "挂失"

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="cards", verbose_name="会员"
    )
    digest = models.CharField(max_length=64, unique=True, editable=False)
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="发卡人"
    )
    ended_at = models.DateTimeField("停用时间", null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="停用人",
    )
    end = models.CharField("停用原因", max_length=10, choices=End, blank=True)

    class Meta:
        verbose_name = "会员卡"
        verbose_name_plural = "会员卡"
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user"], condition=Q(ended_at__isnull=True), name="one_standing_card_a_person"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_by__isnull=True, end="")
                | Q(ended_at__isnull=False, ended_by__isnull=False, end__in=["replaced", "lost"]),
                name="card_end_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.created_at:%Y-%m-%d}"
