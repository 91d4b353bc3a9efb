"""`manage.py places import KIND FILE [--confirm]`, `places undo BATCH`."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.actors import COMMAND_LINE
from core.enums import RowOutcome
from core.errors import Refusal
from core.imports.sheets import MOST_BYTES
from core.models import ImportBatch
from core.operations.imports import confirm_batch, open_batch, undo_batch
from core.queries.imports import rows_of, tallies_of


class Command(BaseCommand):
    """Import tables of places from a shell. Exit code 0 if all rows were good, 1 if something was refused."""

    help = "导入地区、单位、站点的表格，或撤销一次导入"

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        bring = actions.add_parser("import", help="导入：先预览，加 --confirm 才写入")
        bring.add_argument("kind", choices=["regions", "organisations", "sites"], help="导入什么")
        bring.add_argument("file", type=Path, help=".xlsx 或 .csv")
        bring.add_argument("--confirm", action="store_true", help="没有问题的行直接写入")
        bring.add_argument("--json", action="store_true")
        undo = actions.add_parser("undo", help="撤销一次导入")
        undo.add_argument("batch", type=int, help="导入的编号")
        undo.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            getattr(self, f"_{options['action']}")(options)
        except Refusal as refusal:
            raise CommandError(refusal.sentence) from refusal

    def _import(self, options: dict[str, Any]) -> None:
        path: Path = options["file"]
        try:
            with path.open("rb") as file:
                data = file.read(MOST_BYTES + 1)
        except OSError as error:
            raise CommandError(f"打不开 {path}：{error.strerror}") from error
        batch = open_batch(kind=options["kind"], data=data, file_name=path.name, actor=COMMAND_LINE)
        if options["confirm"]:
            batch = confirm_batch(batch=batch, actor=COMMAND_LINE)
        refused = self._tell(batch, as_json=options["json"])
        if refused:
            raise CommandError(f"有 {refused} 行有问题，没有写入。", returncode=1)

    def _undo(self, options: dict[str, Any]) -> None:
        batch = ImportBatch.objects.filter(pk=options["batch"]).first()
        if batch is None:
            raise CommandError(f"没有编号 {options['batch']} 的导入。")
        self._tell(undo_batch(batch=batch, actor=COMMAND_LINE), as_json=options["json"])

    def _tell(self, batch: ImportBatch, *, as_json: bool) -> int:
        """Print what became of the batch. Returns how many rows were refused."""
        tallies = {tally.value: tally.count for tally in tallies_of(batch)}
        faults = list(rows_of(batch, outcome=RowOutcome.REFUSED).values("number", "sentence"))
        if as_json:
            told = {"batch": batch.pk, "state": batch.state, "rows": tallies, "faults": faults, "notice": batch.notice}
            self.stdout.write(json.dumps(told, ensure_ascii=False))
            return len(faults)
        counts = "，".join(f"{RowOutcome(value).label} {count}" for value, count in tallies.items())
        self.stdout.write(f"编号 {batch.pk}，{batch.get_state_display()}：{counts}")
        for fault in faults:
            self.stdout.write(f"  第 {fault['number']} 行 {fault['sentence']}")
        return len(faults)
