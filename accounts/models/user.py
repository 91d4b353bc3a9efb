"""The user (ADR 0001: our own model before the first migration)."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q

from accounts.phones import PhoneField


class User(AbstractUser):  # type: ignore[django-manager-missing]  # Wagtail names managers of its own
    """Someone who signs in.

    Personal data: `display_name`, `phone`, names and e-mail of AbstractUser. Seen by the person and by administrators;
    other rooms ask `accounts.access`. `phone` is null for who has none, and no part of an index, a log or an address.
    """

    display_name = models.CharField("称呼", max_length=40, blank=True, help_text="页面上怎么称呼您，例如：王阿姨")
    phone = PhoneField(
        "手机号",
        null=True,
        blank=True,
        unique=True,
        help_text="11 位；用它收验证码登录",
        error_messages={"unique": "这个手机号已经有账号了。"},
    )

    class Meta:
        verbose_name = "用户"
        verbose_name_plural = "用户"
        constraints = [
            models.CheckConstraint(
                condition=Q(phone__isnull=True) | Q(phone__regex=r"^1[0-9]{10}$"), name="user_phone_is_eleven_digits"
            )
        ]

    def get_full_name(self) -> str:
        """The name other staff read in the editors' desk."""
        return self.display_name or super().get_full_name()
