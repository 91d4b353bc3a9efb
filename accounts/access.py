"""Getters through which personal data of users reaches a page (DESIGN "Rules", 6)."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser

from accounts.models import User

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
