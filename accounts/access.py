"""Getters through which personal data of users reaches a page (DESIGN "Rules", 6)."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser

from accounts.enums import Role
from accounts.models import User
from accounts.phones import mask_phone

Viewer = User | AnonymousUser


def salutation(viewer: Viewer) -> str:
    """How a page addresses the person who looks at it; empty for someone not signed in."""
    if not isinstance(viewer, User):
        return ""
    return viewer.display_name or viewer.get_full_name() or viewer.get_username()


def staff_label(user: User | None) -> str:
    """How an editor is named to other staff; media that came by command, or whose editor is gone, have none."""
    if user is None:
        return "没有记录"
    return user.display_name or user.get_username()


def masked_phone(phone: str | None) -> str:
    """138****5678: enough for staff to say "the number that ends in 5678". Empty for none."""
    return mask_phone(phone)


def phone_of(owner: User, *, viewer: Viewer) -> str:
    """The number as `viewer` may see it: whole for the person and for administrators, masked for everybody else."""
    if not owner.phone or not isinstance(viewer, User) or not viewer.is_active:
        return masked_phone(owner.phone)
    if viewer == owner or viewer.is_superuser or viewer.groups.filter(name=Role.ADMIN).exists():
        return owner.phone
    return masked_phone(owner.phone)
