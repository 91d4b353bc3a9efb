"""Sections that rooms above put on the page of a 学堂 site, for example what is taught there."""

from __future__ import annotations

from core.sections import Section, Sections
from places.models import AcademySite

__all__ = ["Section", "register", "sections_of"]

_sections: Sections[AcademySite] = Sections()
register = _sections.register
sections_of = _sections.of
