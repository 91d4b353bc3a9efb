"""What this room refuses, for doors that answer differently from case to case."""

from __future__ import annotations

from core.errors import Refusal


class CardRefused(Refusal):
    """A card that opens nothing: unknown, replaced, reported lost, or not one of ours."""


class ActingRefused(Refusal):
    """Somebody acts for another without, or no longer with, the right to do so. The middleware shows the sentence."""


class LikelyDuplicate(Refusal):
    """A registration that looks like someone who is registered already; a clerk may insist."""
