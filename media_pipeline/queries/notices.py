"""What an editor was told about media."""

from __future__ import annotations

from django.db.models import QuerySet

from accounts.models import User
from media_pipeline.models import Notice


def unseen_notices(user: User) -> QuerySet[Notice]:
    """What `user` has not read yet, the newest first, with the asset."""
    return Notice.objects.filter(user=user, seen_at__isnull=True).select_related("asset").order_by("-created_at", "-pk")
