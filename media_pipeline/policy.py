"""Who may do what with media: looking and choosing with the view right, one's own with add, everything with change."""

from __future__ import annotations

from typing import Any

from wagtail.permission_policies import OwnershipPermissionPolicy

from media_pipeline.models import MediaAsset

LOOKING = frozenset({"view", "choose"})


class MediaPermissionPolicy(OwnershipPermissionPolicy):
    """Wagtail's policy of ownership, with the rights to look and to choose, which are one and the same here."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        if action in LOOKING:
            return bool(user.has_perm(self._get_permission_name("view")))
        return bool(super().user_has_permission(user, action))

    def user_has_any_permission_for_instance(self, user: Any, actions: Any, instance: MediaAsset) -> bool:
        if any(action in LOOKING for action in actions) and self.user_has_permission(user, "view"):
            return True
        return bool(super().user_has_any_permission_for_instance(user, set(actions) - LOOKING, instance))

    def instances_user_has_any_permission_for(self, user: Any, actions: Any) -> Any:
        if any(action in LOOKING for action in actions) and self.user_has_permission(user, "view"):
            return MediaAsset.objects.all()
        return super().instances_user_has_any_permission_for(user, set(actions) - LOOKING)


media_policy = MediaPermissionPolicy(MediaAsset, owner_field_name="owner")
