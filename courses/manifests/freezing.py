"""What of a revision's content is worth freezing: everything an editor wrote, nothing the machinery keeps."""

from __future__ import annotations

from typing import Any

# Bookkeeping of Wagtail's mixins and of our own: it changes with every save, also when no word did.
BOOKKEEPING = frozenset(
    {
        "pk",
        "live",
        "has_unpublished_changes",
        "first_published_at",
        "last_published_at",
        "go_live_at",
        "expire_at",
        "expired",
        "locked",
        "locked_at",
        "locked_by",
        "live_revision",
        "latest_revision",
        "created_at",
        "updated_at",
        "tagged_items",
    }
)


def course_content(content: dict[str, Any], *, tags: list[str]) -> dict[str, Any]:
    """The words of a course. `tags` are names: the revision knows only their keys."""
    return {**_words(content), "tags": sorted(tags)}


def lesson_content(content: dict[str, Any], *, media: dict[str, Any] | None) -> dict[str, Any]:
    """The words of a lesson, with its media described instead of named by a key."""
    return {**_words(content, "course"), "media": media}


def tag_ids(content: dict[str, Any]) -> list[int]:
    """Keys of the tags a course's revision has."""
    return [item["tag"] for item in content.get("tagged_items", []) if item.get("tag") is not None]


def _words(content: dict[str, Any], *besides: str) -> dict[str, Any]:
    return {
        name: without_floats(value)
        for name, value in content.items()
        if name not in BOOKKEEPING and name not in besides
    }


def without_floats(value: Any) -> Any:
    """Numbers with a fraction as text: their JSON differs between machines, and a digest must not."""
    if isinstance(value, float):
        return repr(value)
    if isinstance(value, dict):
        return {str(key): without_floats(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [without_floats(item) for item in value]
    return value
