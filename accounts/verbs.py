"""What an audit row calls a change, and how a page says it. Rooms above add theirs in `AppConfig.ready()`."""

from __future__ import annotations

from collections.abc import Mapping

_words: dict[str, str] = {}


def name_verbs(words: Mapping[str, str]) -> None:
    """Say `{"role.granted": "授予角色"}`."""
    _words.update(words)


def word_for(verb: str) -> str:
    """The Chinese word, or the verb itself where nobody gave one."""
    return _words.get(verb, verb)


def all_words() -> dict[str, str]:
    """Every verb with its word, in the order of registration."""
    return dict(_words)
