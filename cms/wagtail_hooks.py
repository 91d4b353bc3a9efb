"""What the editors' desk of this house leaves out."""

from __future__ import annotations

from django.http import HttpRequest
from wagtail import hooks
from wagtail.admin.menu import MenuItem


@hooks.register("construct_main_menu")
def leave_out_help(request: HttpRequest, menu_items: list[MenuItem]) -> None:
    """Wagtail's help menu holds links to English pages of another host, and news of its own releases."""
    menu_items[:] = [item for item in menu_items if item.name != "help"]
