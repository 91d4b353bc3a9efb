"""What one row of a table did to the database: each row touched, before and after. An undo reads it backwards."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any

from django.apps import apps
from django.db.models import Field, Model
from django.db.models.fields.related import ForeignKey

Snapshot = dict[str, str | None]


@dataclass(frozen=True)
class Change:
    """`before` is None for a row that was added, `after` for one that was removed. Values are text, as fields write."""

    model: str
    pk: int
    name: str
    before: Snapshot | None
    after: Snapshot | None
    told: bool = True

    @property
    def model_class(self) -> type[Model]:
        return apps.get_model(self.model)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def kept_fields(model: type[Model]) -> list[Field[Any, Any]]:
    """The fields a snapshot holds: all but those that note the time of saving."""
    return [field for field in model._meta.concrete_fields if not getattr(field, "auto_now", False)]


def snapshot(row: Model) -> Snapshot | None:
    """The row as it stands in the database now; None if it doesn't."""
    found = type(row)._base_manager.filter(pk=row.pk).first()
    if found is None:
        return None
    return {
        field.attname: None if field.value_from_object(found) is None else field.value_to_string(found)
        for field in kept_fields(type(row))
    }


class Journal:
    """Filled by `ImportKind.write`. `notes` are sentences of the kind's own, shown beside the rest."""

    def __init__(self) -> None:
        self.changes: list[Change] = []
        self.notes: list[str] = []

    def added(self, row: Model, *, told: bool = True) -> None:
        """`row` was just added. An untold one is undone with the rest, but not worth a word."""
        self._keep(row, None, snapshot(row), told)

    @contextmanager
    def watching(self, *rows: Model, told: bool = True) -> Iterator[None]:
        """Notes what happens to `rows` meanwhile: changes and removals."""
        before = [(row, row.pk, str(row), snapshot(row)) for row in rows]
        yield
        for row, pk, name, was in before:
            row.pk = pk  # Django takes it off a row that was deleted
            now = snapshot(row)
            if now != was:
                self._keep(row, was, now, told, name)

    def _keep(self, row: Model, before: Snapshot | None, after: Snapshot | None, told: bool, name: str = "") -> None:
        self.changes.append(Change(type(row)._meta.label_lower, row.pk, name or str(row), before, after, told))

    @property
    def has_added(self) -> bool:
        return any(change.told and change.before is None for change in self.changes)

    def sentence(self) -> str:
        """What happened, for a person: additions, changed fields with old and new words, notes."""
        parts = [part for change in self.changes if change.told and (part := _told(change))]
        return "；".join([*parts, *self.notes])


def _told(change: Change) -> str:
    label = change.model_class._meta.verbose_name
    if change.before is None:
        return f"新增{label}“{change.name}”"
    if change.after is None:
        return f"去掉{label}“{change.name}”"
    old, new = change.before, change.after
    differing = [field for field in kept_fields(change.model_class) if old.get(field.attname) != new.get(field.attname)]
    about = f"{label}“{change.name}”的"
    return "；".join(
        f"{about}{field.verbose_name}由“{_word(field, old)}”改为“{_word(field, new)}”" for field in differing
    )


def _word(field: Field[Any, Any], held: Snapshot) -> str:
    text = held.get(field.attname)
    if text in (None, ""):
        return "空"
    if isinstance(field, ForeignKey):
        return str(field.related_model._base_manager.filter(pk=text).first() or text)  # type: ignore[union-attr]
    return str(dict(field.flatchoices).get(field.to_python(text), text))
