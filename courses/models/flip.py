"""换版: which edition readers see, the log of every change of it, and the decisions a rollback asks for."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import Q

from courses.enums import FlipKind, RollbackAnswer
from courses.models.edition import CatalogueEdition
from courses.models.enrolment import Enrolment
from courses.models.offering import Offering


class CatalogueFlip(models.Model):
    """From `happened_at` on, readers see `edition`. Rows are only added (trigger): time travel reads them.

    `due_at` is the instant it was meant for; what lies between is the delay. `by` is null for the clock.
    Personal data: the clerk who did it; seen by staff.
    """

    number = models.PositiveIntegerField(unique=True)
    edition = models.ForeignKey(CatalogueEdition, on_delete=models.PROTECT, related_name="flips")
    previous = models.ForeignKey(CatalogueEdition, on_delete=models.PROTECT, null=True, related_name="+")
    kind = models.CharField(max_length=10, choices=FlipKind)
    due_at = models.DateTimeField()
    happened_at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = "换版记录"
        verbose_name_plural = "换版记录"
        ordering = ["-number"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=FlipKind.values), name="flip_kind_known"),
            models.CheckConstraint(condition=Q(happened_at__gte=models.F("due_at")), name="flip_not_before_it_is_due"),
        ]
        indexes = [models.Index(fields=["happened_at"], name="flip_by_instant")]

    def __str__(self) -> str:
        return f"{self.number} {self.edition.code}"

    @property
    def delay(self) -> dt.timedelta:
        return self.happened_at - self.due_at


class CatalogueNow(models.Model):
    """The one row that says which edition is current. Written only with a `CatalogueFlip`. No personal data."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    edition = models.ForeignKey(CatalogueEdition, on_delete=models.PROTECT, null=True, related_name="+")
    flip = models.ForeignKey(CatalogueFlip, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = "现行目录"
        verbose_name_plural = "现行目录"
        constraints = [
            models.CheckConstraint(condition=Q(id=1), name="one_current_edition"),
            models.CheckConstraint(
                condition=Q(edition__isnull=True, flip__isnull=True) | Q(edition__isnull=False, flip__isnull=False),
                name="current_by_a_flip",
            ),
        ]

    def __str__(self) -> str:
        return self.edition.code if self.edition else "没有现行目录"


class Rollback(models.Model):
    """An edition was taken back: readers see `to` again by `flip`. Open until every decision is made.

    Personal data: the clerk who did it; seen by staff.
    """

    edition = models.ForeignKey(CatalogueEdition, on_delete=models.PROTECT, related_name="rollbacks")
    to = models.ForeignKey(CatalogueEdition, on_delete=models.PROTECT, related_name="+")
    flip = models.OneToOneField(CatalogueFlip, on_delete=models.PROTECT, related_name="rollback")
    reason = models.CharField("原因", max_length=200)
    since = models.DateTimeField()
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    started_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "退回"
        verbose_name_plural = "退回"
        ordering = ["-started_at"]
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="rollback_has_a_reason")]

    def __str__(self) -> str:
        return f"{self.edition.code} → {self.to.code}"


class RollbackDecision(models.Model):
    """What becomes of one enrolment made while the edition stood that was taken back. Made once (trigger).

    Personal data: who learns what; seen by staff who answer for the offering and by whoever runs the rollback.
    """

    rollback = models.ForeignKey(Rollback, on_delete=models.PROTECT, related_name="decisions")
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="+")
    answer = models.CharField("怎么办", max_length=6, choices=RollbackAnswer, blank=True)
    moved_to = models.ForeignKey(Offering, on_delete=models.PROTECT, null=True, related_name="+")
    notice = models.CharField("告诉学员的话", max_length=200, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "退回后的处理"
        verbose_name_plural = "退回后的处理"
        ordering = ["rollback", "enrolment"]
        constraints = [
            models.UniqueConstraint(fields=["rollback", "enrolment"], name="one_decision_an_enrolment"),
            models.CheckConstraint(
                condition=Q(answer="", decided_at__isnull=True, moved_to__isnull=True)
                | Q(answer=RollbackAnswer.HONOUR, decided_at__isnull=False, moved_to__isnull=True)
                | Q(answer=RollbackAnswer.MOVE, decided_at__isnull=False, moved_to__isnull=False)
                | (Q(answer=RollbackAnswer.CANCEL, decided_at__isnull=False, moved_to__isnull=True) & ~Q(notice="")),
                name="rollback_decision_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return self.get_answer_display() or "还没有定"
