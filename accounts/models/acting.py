"""Who pressed the button when it wasn't the person themselves."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class ActedFor(models.Model):
    """For rows that belong to a person and may be written for them. `acted_by` is null when they did it themselves.

    Personal data: that somebody helps somebody; seen by both and by staff who see the row.
    """

    acted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name="代办人",
    )

    class Meta:
        abstract = True
