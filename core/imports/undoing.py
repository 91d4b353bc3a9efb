"""Taking back one change, if its row still is as the import left it and nothing leans on it since."""

from __future__ import annotations

from typing import Any

from django.db.models import Model

from core import clock
from core.imports.journal import Change, kept_fields, snapshot


def put_back(change: Change) -> str:
    """Take back `change`. Returns why it can't be, with nothing done, or an empty string."""
    fault = _fault_of(change)
    if fault:
        return f"{change.model_class._meta.verbose_name}“{change.name}”{fault}"
    rows = change.model_class._base_manager.filter(pk=change.pk)
    if change.after is None:
        change.model_class(pk=change.pk, **_values(change)).save(force_insert=True)
    elif change.before is None:
        rows.delete()
    else:
        fields = change.model_class._meta.concrete_fields
        noted = {field.name: clock.now() for field in fields if getattr(field, "auto_now", False)}
        rows.update(**_values(change), **noted)
    return ""


def _fault_of(change: Change) -> str:
    row = change.model_class._base_manager.select_for_update().filter(pk=change.pk).first()
    if change.after is None:
        return "又登记了" if row is not None else ""
    if row is None:
        return "已经删除"
    if snapshot(row) != change.after:
        return "改过"
    user = _user_of(row) if change.before is None else ""
    return f"已经用在{user}" if user else ""


def _values(change: Change) -> dict[str, Any]:
    held = change.before or {}
    key = change.model_class._meta.pk
    return {
        field.attname: None if held.get(field.attname) is None else field.to_python(held[field.attname])
        for field in kept_fields(change.model_class)
        if field.attname in held and field is not key
    }


def _user_of(row: Model) -> str:
    """What points at `row`, in words; empty for nothing. Rows that the batch added itself are gone by now."""
    for relation in row._meta.get_fields(include_hidden=True):
        if not (relation.auto_created and not relation.concrete and (relation.one_to_many or relation.one_to_one)):
            continue
        source = relation.related_model
        found = source._base_manager.filter(**{relation.field.name: row}).first()  # type: ignore[union-attr]
        if found is not None:
            return f"{source._meta.verbose_name}“{found}”"  # type: ignore[union-attr]
    return ""
