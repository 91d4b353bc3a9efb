"""Who changed what: rows that nobody changes or deletes afterwards."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from core import clock


class AuditEntry(models.Model):
    """One change, written by `accounts.operations.audit.record` in the change's own transaction.

    `verb` is a short English word or two (`role.granted`), `model` and `object_id` name the row, `label` says in
    Chinese what it was. `before` and `after` hold only what changed. `path` (of a region) and `site` say who answers
    for it: the list is cut by `accounts.scope`; without either, only administrators see the row. A trigger on both
    databases refuses updates and deletes (migration 0004).

    Personal data: none in `before`, `after` and `label`, which `record` sees to; `actor` says what staff did.
    """

    at = models.DateTimeField("时间", default=clock.now, editable=False, db_index=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="谁",
        help_text="空着是系统自己",
    )
    verb = models.CharField("做了什么", max_length=40)
    model = models.CharField("对象类型", max_length=60)
    object_id = models.CharField("对象编号", max_length=40)
    label = models.CharField("对象", max_length=120)
    before = models.JSONField("原来", default=dict, blank=True)
    after = models.JSONField("现在", default=dict, blank=True)
    path = models.CharField(max_length=60, blank=True)
    site = models.ForeignKey(
        "places.AcademySite", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="站点"
    )

    class Meta:
        verbose_name = "操作记录"
        verbose_name_plural = "操作记录"
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["model", "object_id"]), models.Index(fields=["path", "-at"])]
        constraints = [models.CheckConstraint(condition=~Q(verb=""), name="audit_entry_says_what")]

    def __str__(self) -> str:
        return f"{self.verb} {self.label}"
