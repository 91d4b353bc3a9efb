"""Sections that rooms above put on a person's own page (我的), registered in their `AppConfig.ready()`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from accounts.models import User


@dataclass(frozen=True)
class Section:
    """A template and the function that reads what it shows for one person."""

    template: str
    read: Callable[[User], dict[str, Any]]


_sections: dict[str, Section] = {}


def register(name: str, section: Section) -> None:
    """Show `section` on the page, in the order of registration. The same name again replaces it."""
    _sections[name] = section


def sections_of(user: User) -> list[tuple[str, dict[str, Any]]]:
    """(template, context) of every section, for `user`."""
    return [(section.template, section.read(user)) for section in _sections.values()]
