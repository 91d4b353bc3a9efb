"""Getters through which personal data of users reaches a page (DESIGN "Rules", 6)."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet

from accounts.enums import Role
from accounts.models import MemberProfile, User
from accounts.phones import mask_phone
from accounts.scope import scope_of

Viewer = User | AnonymousUser


def salutation(viewer: Viewer) -> str:
    """How a page addresses the person who looks at it; empty for someone not signed in."""
    if not isinstance(viewer, User):
        return ""
    return viewer.display_name or viewer.get_full_name() or _registered_name(viewer) or viewer.get_username()


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


def member_name(user: User) -> str:
    """The registered name, for lists of staff and for people tied by a delegation; else the form of address.

    Lists add `select_related("member_profile")`.
    """
    return _registered_name(user) or salutation(user)


def _registered_name(user: User) -> str:
    profile = getattr(user, "member_profile", None)
    return profile.full_name if profile is not None else ""


def members_for(viewer: Viewer) -> QuerySet[MemberProfile]:
    """Members whose region, or whose home site, `viewer` answers for as staff. Nobody else sees a list of people."""
    scope = scope_of(viewer)
    members = MemberProfile.objects.select_related("user", "region", "site")
    if scope.everything:
        return members
    wanted = Q(site_id__in=scope.sites)
    for path in scope.paths:
        wanted |= Q(region__path__startswith=path)
    return members.filter(wanted)


def may_see_member(viewer: Viewer, profile: MemberProfile) -> bool:
    """Whether `viewer` answers for this member as staff."""
    scope = scope_of(viewer)
    return scope.covers_region(profile.region.path) or profile.site_id in scope.sites


def may_take_in(viewer: Viewer, *, region_path: str, site_id: int | None) -> bool:
    """Whether a member who lives there and goes to that site would be one of `viewer`'s own."""
    scope = scope_of(viewer)
    return scope.covers_region(region_path) or site_id in scope.sites


def name_on_paper(user: User) -> str:
    """The name a certificate bears: the member's, or surname and given name, else how the person is called; never a
    sign-in name, which may be a phone number. Empty if there is none."""
    profile = getattr(user, "member_profile", None)
    if profile is not None:
        return profile.full_name
    return f"{user.last_name}{user.first_name}".strip() or user.display_name.strip()


def masked_name(name: str) -> str:
    """A name as strangers may read it, and enough to know someone at the counter by: 王**, whatever its length."""
    return f"{name[:1]}**" if name else ""
