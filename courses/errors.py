"""Refusals of the courses room."""

from core.errors import Refusal


class PositionRefused(Refusal):
    """A place in a video that can't be right; nothing was saved."""


class QuizRefused(Refusal):
    """An answer to a question that isn't asked; nothing was saved."""


class HomeworkRefused(Refusal):
    """A photograph that can't be taken, taken back or answered; nothing was changed."""
