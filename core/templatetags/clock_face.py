"""A place in a video as a clock shows it."""

from __future__ import annotations

from django import template

register = template.Library()


@register.filter
def clock_face(seconds: float | None) -> str:
    """3:20, 1:02:03. The same words as static/js/player/time.js."""
    minutes, left = divmod(int(seconds or 0), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{left:02}" if hours else f"{minutes}:{left:02}"
