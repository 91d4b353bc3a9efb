"""Upload → preview → confirm → undo. A preview is the real thing inside a transaction that is rolled back."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction

from core import clock
from core.actors import Actor
from core.enums import BatchState, RowOutcome
from core.errors import Refusal
from core.imports.headings import find_table, places_of
from core.imports.journal import Change, Journal
from core.imports.kinds import ImportKind, kind_named, read_row
from core.imports.sheets import Line, read_grid
from core.imports.undoing import put_back
from core.models import ImportBatch, ImportRow


@dataclass(frozen=True)
class Result:
    """What a line does, or why it is refused. `changes` are `journal.Change` as JSON."""

    line: Line
    outcome: RowOutcome
    sentence: str
    changes: list[dict[str, Any]]


def open_batch(*, kind: str, data: bytes, file_name: str, actor: Actor, user: Any | None = None) -> ImportBatch:
    """Read a table and keep its preview; nothing else is written. Raises `Refusal` for a file as a whole."""
    chosen = kind_named(kind)
    table = find_table(read_grid(data, most_rows=chosen.most_rows), chosen.columns)
    if len(table.lines) > chosen.most_rows:
        raise Refusal(f"一次最多导入 {chosen.most_rows} 行，没有导入。请分成几个文件。")
    with transaction.atomic():
        results = _work_through(chosen(user=user), table.headings, table.lines)
        transaction.set_rollback(True)
    with transaction.atomic():
        batch = ImportBatch.objects.create(
            kind=kind,
            file_name=file_name[-120:],
            file_sha256=hashlib.sha256(data).hexdigest(),
            headings=list(table.headings),
            notice=table.notice,
            made_by_id=actor.user_id,
            made_by_name=actor.name,
        )
        _keep_rows(batch, results, done=False)
    return batch


def confirm_batch(*, batch: ImportBatch, actor: Actor, user: Any | None = None) -> ImportBatch:
    """Write what the preview shows, all or nothing. A batch that is in already stays as it is.

    Every row is worked through again under lock. If one would now end differently, nothing is written, the preview is
    renewed and `Refusal` is raised.
    """
    stale: list[int] = []
    try:
        with transaction.atomic():
            batch = ImportBatch.objects.select_for_update().get(pk=batch.pk)
            if batch.state == BatchState.CONFIRMED:
                return batch
            if batch.state != BatchState.PREVIEWED:
                raise Refusal(f"这份表格{batch.get_state_display()}，不能再导入。请重新上传。")
            rows = list(batch.rows.all())
            with transaction.atomic():
                results = _work_through(kind_named(batch.kind)(user=user), batch.headings, _lines_of(rows))
                stale = [
                    row.number
                    for row, result in zip(rows, results, strict=True)
                    if (row.outcome, row.sentence) != (result.outcome, result.sentence)
                ]
                if stale:
                    transaction.set_rollback(True)
            _keep_rows(batch, results, done=not stale)
            if not stale:
                _mark(batch, BatchState.CONFIRMED, "confirmed", actor)
    except IntegrityError as error:
        raise Refusal("刚才别人也在改这些内容，这次没有导入，请再试一次。") from error
    if stale:
        raise Refusal(f"预览以后，{_numbers(stale)}的结果变了，没有导入。请看下面新的预览，再确认。")
    return batch


def undo_batch(*, batch: ImportBatch, actor: Actor) -> ImportBatch:
    """Put back exactly what the batch changed. Undone already, it stays as it is.

    Raises `Refusal`, with nothing undone, naming the rows that were changed or used since.
    """
    with transaction.atomic():
        batch = ImportBatch.objects.select_for_update().get(pk=batch.pk)
        if batch.state == BatchState.UNDONE:
            return batch
        if batch.state != BatchState.CONFIRMED:
            raise Refusal("这份表格没有导入，不用撤销。")
        if not batch.keeps_changes:
            raise Refusal("导入已经超过半年，不能整批撤销了，请逐条修改。")
        faults = _turn_back(batch)
        if faults:
            more = f"等 {len(faults)} 处" if len(faults) > 5 else ""
            raise Refusal(f"没有撤销。导入以后，这些又有了变动或已经用上：{'；'.join(faults[:5])}{more}。")
        _mark(batch, BatchState.UNDONE, "undone", actor)
    return batch


def discard_batch(*, batch: ImportBatch) -> None:
    """Give up a preview: its rows go, the batch stays in the list. Raises `Refusal` if it is in already."""
    with transaction.atomic():
        batch = ImportBatch.objects.select_for_update().get(pk=batch.pk)
        if batch.state == BatchState.DISCARDED:
            return
        if batch.state != BatchState.PREVIEWED:
            raise Refusal("这份表格已经导入，要退回请用“撤销导入”。")
        batch.rows.all().delete()
        batch.state, batch.keeps_cells, batch.keeps_changes = BatchState.DISCARDED, False, False
        batch.save(update_fields=["state", "keeps_cells", "keeps_changes", "updated_at"])


def _work_through(kind: ImportKind, headings: Sequence[str], lines: Iterable[Line]) -> list[Result]:
    """Do every line in its own savepoint; call inside a transaction."""
    places = places_of(headings, kind.columns)
    seen: dict[tuple[Any, ...], int] = {}
    return [_do_line(kind, places, line, seen) for line in lines]


def _do_line(kind: ImportKind, places: dict[str, int], line: Line, seen: dict[tuple[Any, ...], int]) -> Result:
    journal = Journal()
    try:
        row = read_row(kind, places, line.number, line.cells)
        about = tuple(row[key] for key in kind.identity)
        if about in seen:
            return Result(line, RowOutcome.REFUSED, f"和第 {seen[about]} 行重复了，请只留一行。", [])
        seen[about] = line.number
        with transaction.atomic():
            kind.write(row, journal)
    except Refusal as refusal:
        return Result(line, RowOutcome.REFUSED, refusal.sentence, [])
    except IntegrityError:
        return Result(line, RowOutcome.REFUSED, "和已经登记的内容冲突，没有导入这一行。", [])
    if not journal.changes:
        return Result(line, RowOutcome.UNCHANGED, "", [])
    outcome = RowOutcome.ADDED if journal.has_added else RowOutcome.CHANGED
    return Result(line, outcome, journal.sentence(), [change.as_json() for change in journal.changes])


def _lines_of(rows: Iterable[ImportRow]) -> list[Line]:
    return [Line(row.number, tuple(row.cells)) for row in rows]


def _keep_rows(batch: ImportBatch, results: Iterable[Result], *, done: bool) -> None:
    """The rows of a batch as last worked through; with their changes, if those really happened."""
    batch.rows.all().delete()
    ImportRow.objects.bulk_create(
        ImportRow(
            batch=batch,
            number=result.line.number,
            cells=list(result.line.cells),
            outcome=result.outcome,
            sentence=result.sentence,
            changes=result.changes if done else [],
        )
        for result in results
    )


def _mark(batch: ImportBatch, state: BatchState, verb: str, actor: Actor) -> None:
    batch.state = state
    names = {f"{verb}_at": clock.now(), f"{verb}_by_id": actor.user_id, f"{verb}_by_name": actor.name}
    for name, value in names.items():
        setattr(batch, name, value)
    batch.save(update_fields=["state", "updated_at", *names])


def _turn_back(batch: ImportBatch) -> list[str]:
    """Undo every change, last first; a sentence for each that can't be."""
    faults = []
    for row in batch.rows.order_by("-number"):
        for held in reversed(row.changes):
            fault = put_back(Change(**held))
            if fault:
                faults.append(f"第 {row.number} 行 {fault}")
    return faults


def _numbers(numbers: Sequence[int]) -> str:
    shown = "、".join(str(number) for number in numbers[:5])
    return f"第 {shown} 行" + (f"等 {len(numbers)} 行" if len(numbers) > 5 else "")
