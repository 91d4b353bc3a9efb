"""Tags as people here write them: 太极，养生、慢病; joined again with 、."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

SEPARATORS = re.compile(r"[,，、;；\n]+")


def split_tags(text: str | None) -> list[str]:
    """Tag names in `text`, without repeats, sorted as taggit expects. A space inside a tag stays."""
    return sorted({name.strip() for name in SEPARATORS.split(text or "") if name.strip()})


def join_tags(tags: Iterable[Any]) -> str:
    """The names of `tags` as an editor would type them."""
    return "、".join(sorted(tag.name for tag in tags))
