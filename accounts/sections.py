"""Sections that rooms above put on a person's own page (我的), registered in their `AppConfig.ready()`."""

from __future__ import annotations

from accounts.models import User
from core.sections import Section, Sections

__all__ = ["Section", "register", "sections_of"]

_sections: Sections[User] = Sections()
register = _sections.register
sections_of = _sections.of
