"""Taking back one change, if its row still is as the import left it and nothing leans on it since."""

from __future__ import annotations

from typing import Any

from django.db.models import Model

from core import clock
from core.imports.journal import Change, kept_fields, snapshot


def put_back(change: Change) -> str:
    """Take back `change`. Returns why it can't be, with nothing done, or an empty string."""
    model = change.model_class
    label = model._meta.verbose_name
    if change.after is None:
        if snapshot(model(pk=change.pk)) is not None:
            return f"{label}“{change.name}”又登记了"
        model(**_values(change)).save(force_insert=True)
        return ""
    row = model._base_manager.select_for_update().filter(pk=change.pk).first()
    if row is None:
        return f"{label}“{change.name}”已经删除"
    if snapshot(row) != change.after:
        return f"{label}“{change.name}”改过"
    if change.before is not None:
        noted = {field.name: clock.now() for field in model._meta.concrete_fields if getattr(field, "auto_now", False)}
        model._base_manager.filter(pk=change.pk).update(**_values(change), **noted)
        return ""
    user = _user_of(row)
    if user:
        return f"{label}“{change.name}”已经用在{user}"
    model._base_manager.filter(pk=change.pk).delete()
    return ""


def _values(change: Change) -> dict[str, Any]:
    held = change.before or {}
    return {
        field.attname: None if held.get(field.attname) is None else field.to_python(held[field.attname])
        for field in kept_fields(change.model_class)
        if field.attname in held
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
