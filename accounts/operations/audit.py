"""Keeping who did what. Every room may call `record`, inside the transaction of the change."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db import models

from accounts.models import AuditEntry, User

PERSONAL = frozenset(
    {"phone", "password", "code", "token", "id_number", "address", "email", "birth_date", "display_name"}
)
LONG_DIGITS = re.compile(r"\d{7,}")


def record(
    *,
    actor: User | None,
    verb: str,
    subject: models.Model,
    label: str = "",
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    path: str = "",
    site_id: int | None = None,
) -> AuditEntry:
    """Write one row. `actor` None means the system itself.

    `label` names the subject for staff (by default the subject's own text); `path` is that of its region, `site_id` its
    站点, whichever apply. Only what differs between `before` and `after` is kept. Raises ValueError for a key that
    holds personal data, or for a value that isn't a plain one: an audit row can't be taken back.
    """
    old, new = _plain(before or {}), _plain(after or {})
    same = {key for key in old.keys() & new.keys() if old[key] == new[key]}
    return AuditEntry.objects.create(
        actor=actor,
        verb=verb,
        model=subject._meta.label,
        object_id=str(subject.pk),
        label=_without_numbers(label or str(subject))[:120],
        before={key: value for key, value in old.items() if key not in same},
        after={key: value for key, value in new.items() if key not in same},
        path=path,
        site_id=site_id,
    )


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: _plain_value(key, value) for key, value in values.items()}


def _plain_value(key: str, value: Any) -> Any:
    if key in PERSONAL:
        raise ValueError(f"{key} is personal data and has no place in an audit row")
    if isinstance(value, str):
        return _without_numbers(value)
    if value is None or isinstance(value, (bool, int, float)):
        return value
    if isinstance(value, (dt.date, dt.datetime)):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, (list, tuple)):
        return [_plain_value(key, item) for item in value]
    raise ValueError(f"{key} holds a {type(value).__name__}, not a plain value")


def _without_numbers(text: str) -> str:
    """A net under labels: seven digits in a row are a phone number or worse."""
    return LONG_DIGITS.sub(lambda found: f"{found.group()[:3]}****", text)
