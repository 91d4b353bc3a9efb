"""The private address under which a person's own calendar program reads their timetable."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from core.models import TimeStamped


class CalendarFeed(TimeStamped):
    """Whoever knows `token` (256 random bits) reads the timetable, without signing in. Revoked rows show nothing.

    Personal data: where a person is when; the address is seen by the person alone.
    """

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="calendar_feeds", verbose_name="学员"
    )
    token = models.CharField(max_length=64, unique=True)
    revoked_at = models.DateTimeField("停用时间", null=True, blank=True)

    class Meta:
        verbose_name = "课表订阅地址"
        verbose_name_plural = "课表订阅地址"
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(revoked_at__isnull=True), name="one_standing_feed_a_person"
            ),
            models.CheckConstraint(condition=~Q(token=""), name="feed_has_a_token"),
        ]

    def __str__(self) -> str:
        return f"{self.created_at:%Y-%m-%d}"
