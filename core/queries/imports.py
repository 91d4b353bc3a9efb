"""Imported tables as staff see them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet

from core.enums import BatchState, RowOutcome
from core.errors import Refusal
from core.imports.kinds import kind_named, kinds_for
from core.imports.workbooks import refused_rows
from core.models import ImportBatch, ImportRow

SEES_ALL = "core.view_importbatch"


@dataclass(frozen=True)
class Tally:
    """How many rows ended in one way, for a chip that shows only those."""

    value: str
    label: str
    count: int


def batches_for(user: Any) -> QuerySet[ImportBatch]:
    """Batches of the kinds this person may import: their own, or everybody's, newest first, with row counts."""
    batches = ImportBatch.objects.filter(kind__in=[kind.name for kind in kinds_for(user)])
    if not user.has_perm(SEES_ALL):
        batches = batches.filter(made_by_id=user.pk)
    counts = {value: Count("rows", filter=Q(rows__outcome=value)) for value in RowOutcome.values}
    return batches.annotate(**counts).order_by("-created_at", "-pk")


def tallies_of(batch: ImportBatch) -> list[Tally]:
    """All four outcomes with their counts, those with faults first. One query."""
    found = dict(batch.rows.order_by().values_list("outcome").annotate(count=Count("pk")))
    order = [RowOutcome.REFUSED, RowOutcome.ADDED, RowOutcome.CHANGED, RowOutcome.UNCHANGED]
    return [Tally(value.value, value.label, found.get(value.value, 0)) for value in order]


def rows_of(batch: ImportBatch, *, outcome: str = "") -> QuerySet[ImportRow]:
    """Rows in the order of the table; an unknown outcome shows all."""
    rows = batch.rows.order_by("number")
    return rows.filter(outcome=outcome) if outcome in RowOutcome.values else rows


def label_of(batch: ImportBatch) -> str:
    """What the batch imports, in words; its name if no room offers it any more."""
    try:
        return kind_named(batch.kind).label
    except Refusal:
        return batch.kind


def error_file(batch: ImportBatch) -> bytes:
    """The refused rows as a workbook. Raises `Refusal` if none was, or if the table is forgotten."""
    if not batch.keeps_cells:
        raise Refusal("表格的内容已经清除（保留一个月），下载不了了。")
    rows = list(rows_of(batch, outcome=RowOutcome.REFUSED).values_list("cells", "sentence"))
    if not rows:
        raise Refusal("没有有问题的行。")
    return refused_rows(batch.headings, rows)


def can_confirm(batch: ImportBatch, tallies: list[Tally]) -> bool:
    """Whether there is anything to write."""
    return batch.state == BatchState.PREVIEWED and any(
        tally.count for tally in tallies if tally.value in (RowOutcome.ADDED, RowOutcome.CHANGED)
    )
