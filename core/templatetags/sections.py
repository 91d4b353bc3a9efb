"""Rendering what rooms above put on a page of a room below."""

from __future__ import annotations

from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag(takes_context=True)
def show_section(context: dict[str, Any], template_name: str, section: dict[str, Any]) -> SafeString:
    """One section of a `core.sections.Sections`, with the page's own context processors."""
    return render_to_string(template_name, section, request=context.get("request"))
