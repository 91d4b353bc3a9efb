"""Addresses of courses, from the pinyin of their titles: 八段锦入门 → ba-duan-jin-ru-men."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.text import slugify
from pypinyin import lazy_pinyin

# First parts of addresses below /courses/ that belong to the site itself.
RESERVED = frozenset({"activities", "enrolments", "homework", "making", "offerings", "played", "teams", "timetable"})


def pinyin_slug(title: str, *, is_taken: Callable[[str], bool], longest: int = 80) -> str:
    """A slug of at most `longest` ASCII letters, digits and hyphens that `is_taken` denies; never empty."""
    base = slugify(" ".join(lazy_pinyin(title)))[:longest].strip("-") or "course"
    candidate, number = base, 2
    while candidate in RESERVED or is_taken(candidate):
        tail = f"-{number}"
        candidate = base[: longest - len(tail)].rstrip("-") + tail
        number += 1
    return candidate
