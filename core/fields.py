"""Fields that keep migrations small."""

from __future__ import annotations

from typing import Any

from wagtail.fields import StreamField


class ContentStreamField(StreamField):
    """A StreamField whose block definitions stay out of migrations (ADR 0003).

    Stored JSON does not depend on the block list, so a new block needs no migration.
    """

    def __init__(self, block_types: Any = (), **kwargs: Any) -> None:
        kwargs.pop("block_lookup", None)
        super().__init__(block_types, **kwargs)

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        name, path, _args, kwargs = super().deconstruct()
        kwargs.pop("block_lookup", None)
        return name, path, [[]], kwargs
