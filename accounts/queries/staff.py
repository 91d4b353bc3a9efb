"""Who is staff, and what signing in asks of them."""

from __future__ import annotations

from django.conf import settings

from accounts.enums import Role
from accounts.models import User

SECOND_FACTOR = (Role.CITY, Role.BANNER, Role.ADMIN)
"""Roles that see many people's data."""


def signs_in_by_password(user: User) -> bool:
    """Whoever may enter the desk signs in by password: a phone that lies on a table must not open it."""
    return user.has_perm("wagtailadmin.access_admin")


def needs_second_factor(user: User) -> bool:
    """Whether the settings ask this person for a second factor before the desk opens."""
    if not settings.STAFF_MFA_REQUIRED or not user.is_authenticated:
        return False
    return user.is_superuser or user.groups.filter(name__in=SECOND_FACTOR).exists()


def username_of_phone(phone: str) -> str | None:
    """For a form where either may be typed. Whether it exists is told to nobody."""
    return User.objects.filter(phone=phone).values_list("username", flat=True).first()
