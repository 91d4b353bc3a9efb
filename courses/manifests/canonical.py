"""One value, one text: the JSON that an edition's digest is made of.

Keys sorted, no spaces, UTF-8 without escapes beyond those JSON needs, no floats. Lists of things that have a key of
their own are in the order of that key, so that nobody's query order is part of the digest.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

FORMAT = "yinling-catalogue-1"

KEYS = {
    "entries": "id",
    "lessons": "id",
    "teachers": "id",
    "sites": "id",
    "carry_over": "id",
    "equivalents": "id",
    "captions": "language",
}
"""Lists whose items are known by a key, by the name they stand under."""


class NotCanonical(ValueError):
    """A value that has no canonical form, or a text that is not JSON."""


def arranged(value: Any, name: str = "") -> Any:
    """The value with its keyed lists in order. Raises `NotCanonical` for what JSON or this format doesn't know."""
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, dict):
        if not all(isinstance(key, str) for key in value):
            raise NotCanonical("a key that is not text")
        return {key: arranged(item, key) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        items = [arranged(item) for item in value]
        return sorted(items, key=lambda item: _order(item, KEYS[name])) if is_keyed(name, items) else items
    raise NotCanonical(f"{type(value).__name__} has no canonical form")


def is_keyed(name: str, items: Any) -> bool:
    """Whether `items`, found under `name`, is a list known by a key that every item has once."""
    key = KEYS.get(name)
    if key is None or not isinstance(items, list) or not all(isinstance(item, dict) and key in item for item in items):
        return False
    return len({encode(item[key]) for item in items}) == len(items)


def _order(item: dict[str, Any], key: str) -> tuple[int, int, str]:
    """Numbers before texts, each by its own order."""
    value = item[key]
    if isinstance(value, int) and not isinstance(value, bool):
        return 0, value, ""
    return 1, 0, encode(value).decode("utf-8")


def encode(value: Any) -> bytes:
    """Canonical bytes of a value that is arranged. Raises `NotCanonical`."""
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))
        return text.encode("utf-8")
    except (ValueError, TypeError, RecursionError) as error:
        raise NotCanonical(str(error)) from error


def canonical(value: Any) -> bytes:
    """Canonical bytes of any value. Raises `NotCanonical`."""
    try:
        return encode(arranged(value))
    except RecursionError as error:
        raise NotCanonical("too deep") from error


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def parse(data: bytes | str) -> Any:
    """A JSON value without floats, and without a key said twice. Raises `NotCanonical`."""
    try:
        return json.loads(data, parse_float=_no_float, parse_constant=_no_float, object_pairs_hook=_no_repetition)
    except (ValueError, RecursionError) as error:
        raise NotCanonical(str(error)) from error


def _no_float(text: str) -> Any:
    raise NotCanonical(f"a number with a fraction: {text[:20]}")


def _no_repetition(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise NotCanonical("a key said twice")
    return found
