"""Looking at a detail of a person: allowed for staff of their own region, and always on record."""

from __future__ import annotations

from django.db import transaction

from accounts.access import may_see_member
from accounts.enums import PersonalDetail
from accounts.models import MemberProfile, ProfileLook, User
from core import clock
from core.errors import Refusal


@transaction.atomic
def look_at(*, viewer: User, profile: MemberProfile, detail: PersonalDetail) -> ProfileLook:
    """Keep that `viewer` looks, before anything is shown. Raises `Refusal` for whoever may not."""
    if not may_see_member(viewer, profile):
        raise Refusal("这位会员不归您负责，不能看。")
    return ProfileLook.objects.create(profile=profile, viewer=viewer, detail=detail, at=clock.now())
