"""Wagtail's room of users, with our list in place of its own."""

from __future__ import annotations

from wagtail.users.apps import WagtailUsersAppConfig


class DeskUsersConfig(WagtailUsersAppConfig):
    user_viewset = "accounts.admin.users.PeopleViewSet"
