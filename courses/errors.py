"""Refusals of the courses room."""

from core.errors import Refusal


class PositionRefused(Refusal):
    """A place in a video that can't be right; nothing was saved."""
