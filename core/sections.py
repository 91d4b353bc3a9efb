"""Sections that rooms above put on a page of a room below: a person's own page, the page of a site."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Section(Generic[T]):
    """A template and the function that reads what it shows for one thing."""

    template: str
    read: Callable[[T], dict[str, Any]]


class Sections(Generic[T]):
    """The sections of one page, in the order of registration."""

    def __init__(self) -> None:
        self._sections: dict[str, Section[T]] = {}

    def register(self, name: str, section: Section[T]) -> None:
        """Show `section` on the page. The same name again replaces it. Called in `AppConfig.ready()`."""
        self._sections[name] = section

    def of(self, shown: T) -> list[tuple[str, dict[str, Any]]]:
        """(template, context) of every section, for `shown`."""
        return [(section.template, section.read(shown)) for section in self._sections.values()]
