"""The main navigation, for the header and for the tabs at the bottom of a phone."""

from __future__ import annotations

from typing import Any

from django import template

from cms.queries.navigation import NavigationItem, main_navigation

register = template.Library()


@register.simple_tag(takes_context=True)
def navigation_items(context: dict[str, Any]) -> list[NavigationItem]:
    """Entries of the main navigation, for `{% navigation_items as items %}`."""
    return main_navigation(context.get("request"))
