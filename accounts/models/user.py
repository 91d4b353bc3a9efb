"""The user (ADR 0001: our own model before the first migration)."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.db import models


class User(AbstractUser):  # type: ignore[django-manager-missing]  # Wagtail names managers of its own
    """Someone who signs in.

    Personal data: `display_name`, names and e-mail of AbstractUser. Seen by the person and by administrators; other
    rooms ask `accounts.access`.
    """

    display_name = models.CharField("称呼", max_length=40, blank=True, help_text="页面上怎么称呼您，例如：王阿姨")

    class Meta:
        verbose_name = "用户"
        verbose_name_plural = "用户"

    def get_full_name(self) -> str:
        """The name other staff read in the editors' desk."""
        return self.display_name or super().get_full_name()
