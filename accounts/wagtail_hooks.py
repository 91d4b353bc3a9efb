"""What accounts add to the Wagtail admin: roles, locks, second factors, messages, the trail; members, kiosks."""

from __future__ import annotations

from django.http import HttpRequest
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.viewsets.model import ModelViewSetGroup

from accounts.admin.roles import RoleViewSet
from accounts.admin.security import FactorViewSet, LockViewSet, OutboxViewSet
from accounts.admin.trail import TrailViewSet
from accounts.admin.viewsets import MembersGroup
from accounts.queries.roles import grants_from


class PeopleGroup(ModelViewSetGroup):
    menu_label = "人员与登录"
    menu_name = "people"
    menu_icon = "group"
    menu_order = 600
    items = (
        RoleViewSet("roles", url_prefix="roles"),
        LockViewSet("locks", url_prefix="locks"),
        FactorViewSet("factors", url_prefix="factors"),
        OutboxViewSet("sms", url_prefix="sms"),
        TrailViewSet("trail", url_prefix="trail"),
    )


@hooks.register("register_admin_viewset")
def register_people() -> PeopleGroup:
    return PeopleGroup()


@hooks.register("register_admin_viewset")
def register_members() -> MembersGroup:
    return MembersGroup()


@hooks.register("construct_reports_menu")
def leave_out_site_history(request: HttpRequest, menu_items: list[MenuItem]) -> None:
    """Wagtail's own history names people and things of every banner; ours is cut by scope."""
    if not grants_from(request.user).everything:  # type: ignore[arg-type]
        menu_items[:] = [item for item in menu_items if item.name != "site-history"]
