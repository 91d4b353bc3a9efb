"""Tables that staff uploaded: a batch, and each row with what it did."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from core.enums import BatchState, RowOutcome
from core.models.mixins import TimeStamped


class ImportBatch(TimeStamped):
    """One uploaded table. People are kept as id and name, since this room knows no user.

    Seen by those who may import its kind: their own batches, and everybody's with `core.view_importbatch`.
    """

    kind = models.CharField("导入内容", max_length=40)
    file_name = models.CharField("文件", max_length=120)
    file_sha256 = models.CharField(max_length=64)
    headings = models.JSONField("表头", default=list)
    state = models.CharField("状态", max_length=10, choices=BatchState, default=BatchState.PREVIEWED)
    notice = models.CharField("提示", max_length=300, blank=True)
    made_by_id = models.BigIntegerField(null=True)
    made_by_name = models.CharField("上传人", max_length=80)
    confirmed_at = models.DateTimeField("导入时间", null=True)
    confirmed_by_id = models.BigIntegerField(null=True)
    confirmed_by_name = models.CharField("导入人", max_length=80, blank=True)
    undone_at = models.DateTimeField("撤销时间", null=True)
    undone_by_id = models.BigIntegerField(null=True)
    undone_by_name = models.CharField("撤销人", max_length=80, blank=True)
    keeps_cells = models.BooleanField(default=True)
    keeps_changes = models.BooleanField(default=True)

    class Meta:
        verbose_name = "表格导入"
        verbose_name_plural = "表格导入"
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=BatchState.values), name="import_batch_state_known"),
            models.CheckConstraint(
                condition=~Q(state__in=[BatchState.CONFIRMED, BatchState.UNDONE]) | Q(confirmed_at__isnull=False),
                name="import_batch_confirmed_has_day",
            ),
            models.CheckConstraint(
                condition=~Q(state=BatchState.UNDONE) | Q(undone_at__isnull=False), name="import_batch_undone_has_day"
            ),
        ]

    def __str__(self) -> str:
        return self.file_name


class ImportRow(models.Model):
    """One row of the table, as uploaded, with what it would do or did.

    Personal data: `cells` and `changes` hold whatever the table held. Cells are emptied after a month and changes
    after half a year (`core.operations.forgetting`); both are seen only by those who see the batch.
    """

    batch = models.ForeignKey(ImportBatch, on_delete=models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField("行")
    cells = models.JSONField(default=list)
    outcome = models.CharField("结果", max_length=10, choices=RowOutcome)
    sentence = models.TextField("说明", blank=True)
    changes = models.JSONField(default=list)

    class Meta:
        verbose_name = "导入的一行"
        verbose_name_plural = "导入的行"
        ordering = ["batch", "number"]
        constraints = [
            models.CheckConstraint(condition=Q(outcome__in=RowOutcome.values), name="import_row_outcome_known"),
            models.UniqueConstraint(fields=["batch", "number"], name="one_import_row_a_number"),
        ]

    def __str__(self) -> str:
        return f"{self.batch} 第 {self.number} 行"
