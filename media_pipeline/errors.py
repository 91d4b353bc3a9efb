"""What can go wrong with media. `sentence` is Chinese, for the editor; `detail` is for whoever reads the log."""

from __future__ import annotations

from core.errors import Refusal


class MediaRefused(Refusal):
    """The verdict: these bytes can't become a lesson. Final; trying again changes nothing."""


class StepFailed(Exception):
    """A step did not work out this time. It is tried again, at most MEDIA_MAX_ATTEMPTS times."""

    def __init__(self, sentence: str, detail: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.detail = detail


class LeaseLost(Exception):
    """Another worker has the step now: stop at once, and write nothing more."""
