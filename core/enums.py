"""Words of the bottom floor: what became of an imported table, and of each of its rows."""

from __future__ import annotations

from django.db.models import TextChoices


class BatchState(TextChoices):
    PREVIEWED = "previewed", "等待确认"
    CONFIRMED = "confirmed", "已导入"
    UNDONE = "undone", "已撤销"
    DISCARDED = "discarded", "没有导入"


class RowOutcome(TextChoices):
    ADDED = "added", "新增"
    CHANGED = "changed", "修改"
    UNCHANGED = "unchanged", "没有变化"
    REFUSED = "refused", "有问题"
