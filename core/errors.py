"""Errors a person can read. Doors catch `Refusal` and show its sentence; anything else is a defect."""

from __future__ import annotations


class Refusal(Exception):
    """A request the rules don't allow.

    `sentence` is Chinese, for the person at the screen: what happened, what was kept, what to do.
    """

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence
