"""The groups and what each may do.

Rooms above declare their own rights in `AppConfig.ready()`; they are written to the database after every migrate, so a
new right needs no data migration. Rights that an administrator added by hand are kept.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.apps import AppConfig

from accounts.enums import Role

_granted: dict[Role, set[str]] = defaultdict(set)


def grant(role: Role, *permissions: str) -> None:
    """Give `role` the named permissions (`app_label.codename`) from the next migrate on."""
    _granted[role].update(permissions)


def write_roles(sender: AppConfig, **kwargs: Any) -> None:
    """post_migrate receiver: make the groups and add what was granted. Safe to run again."""
    from django.contrib.auth.models import Group, Permission

    # Wagtail's own two groups, under their Chinese names: an editor is one thing here.
    for english, role in (("Editors", Role.EDITOR), ("Moderators", Role.ADMIN)):
        if not Group.objects.filter(name=role).exists():
            Group.objects.filter(name=english).update(name=role)
    for role in Role:
        group, _ = Group.objects.get_or_create(name=role)
        wanted = _granted[role]
        found = {
            f"{permission.content_type.app_label}.{permission.codename}": permission
            for permission in Permission.objects.filter(
                codename__in={name.partition(".")[2] for name in wanted}
            ).select_related("content_type")
        }
        group.permissions.add(*(found[name] for name in wanted if name in found))
