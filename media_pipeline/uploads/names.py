"""File names from outside, made harmless. They are shown and kept, and never used as a path."""

from __future__ import annotations

import re
import unicodedata

NAME_LENGTH = 255
TITLE_LENGTH = 200
SUFFIX = re.compile(r"\.[0-9A-Za-z]{1,8}$")


def clean_name(raw: str) -> str:
    """The last part of a path, without control or direction-changing characters, at most NAME_LENGTH characters."""
    last = re.split(r"[/\\]", raw)[-1]
    name = "".join(character for character in last if unicodedata.category(character)[0] != "C").strip(" .")
    if len(name) <= NAME_LENGTH:
        return name
    suffix = SUFFIX.search(name)
    tail = suffix.group() if suffix else ""
    return name[: NAME_LENGTH - len(tail)] + tail


def title_from(name: str) -> str:
    """A title an editor can keep: the name without its ending, underscores as spaces."""
    title = re.sub(r"[\s_]+", " ", SUFFIX.sub("", clean_name(name))).strip()
    return title[:TITLE_LENGTH] or "未命名的文件"
