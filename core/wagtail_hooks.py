"""What the bottom floor adds to the Wagtail admin: importing tables."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import include, path, reverse
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from core.admin import imports
from core.imports.kinds import kinds_for


@hooks.register("register_admin_urls")
def register_import_addresses() -> list[Any]:
    return [path("imports/", include((imports.urlpatterns, "imports")))]


class ImportsMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return bool(kinds_for(request.user))


@hooks.register("register_admin_menu_item")
def register_imports_menu_item() -> MenuItem:
    return ImportsMenuItem("表格导入", reverse("imports:index"), name="imports", icon_name="upload", order=700)
