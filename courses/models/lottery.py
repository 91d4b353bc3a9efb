"""摇号: the sealed list of an offering's applicants, the draw, and each applicant's ticket."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from core.models import TimeStamped
from courses.models.enrolment import Enrolment
from courses.models.offering import Offering


class Lottery(TimeStamped):
    """One draw of an offering. From `sealed_at` on nothing of it changes but what the draw reveals (ADR 0015).

    `list_text` is the canonical applicant list, byte for byte what was committed to: tickets and lots, no person.
    `sealed_seed` is encrypted until the draw; then `seed` shows it, as 64 hex digits. `draw_at` is when the draw is
    due; `drawn_at` says when it was. A voided lottery stays to be seen, and gives nobody a seat. No personal data.
    """

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    offering = models.ForeignKey(Offering, on_delete=models.PROTECT, related_name="lotteries", verbose_name="开班")
    seats = models.PositiveIntegerField("名额")
    list_text = models.TextField("名单")
    commitment = models.CharField("封存码", max_length=64)
    seed_digest = models.CharField("种子的摘要", max_length=64)
    list_digest = models.CharField("名单的摘要", max_length=64)
    sealed_seed = models.TextField(editable=False)
    sealed_at = models.DateTimeField("封存时间", null=True)
    draw_at = models.DateTimeField("摇号时间")
    seed = models.CharField("种子", max_length=64, blank=True)
    drawn_at = models.DateTimeField("实际摇号时间", null=True, blank=True)
    voided_at = models.DateTimeField("作废时间", null=True, blank=True)
    void_reason = models.CharField("作废原因", max_length=120, blank=True)

    class Meta:
        verbose_name = "摇号"
        verbose_name_plural = "摇号"
        ordering = ["offering", "created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["offering"], condition=Q(voided_at__isnull=True), name="one_standing_lottery_an_offering"
            ),
            models.CheckConstraint(
                condition=Q(drawn_at__isnull=True, seed="") | Q(drawn_at__isnull=False) & ~Q(seed=""),
                name="lottery_drawn_shows_its_seed",
            ),
            models.CheckConstraint(
                condition=Q(voided_at__isnull=True) | Q(drawn_at__isnull=True) & ~Q(void_reason=""),
                name="lottery_voided_before_the_draw_with_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.offering} 摇号"


class LotteryTicket(models.Model):
    """签号: an applicant in a lottery. `weight` is the number of lots; `rank` and `won` come with the draw.

    A ticket withdrawn before the draw keeps its rank and is passed over: `won` stays null.
    Personal data: `reasons` says why a person has more lots, and `enrolment` who they are; seen by the person alone.
    `number`, `weight`, `rank` and `won` are public.
    """

    lottery = models.ForeignKey(Lottery, on_delete=models.PROTECT, related_name="tickets")
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="tickets")
    number = models.CharField("签号", max_length=8)
    weight = models.PositiveSmallIntegerField("签数")
    reasons = models.JSONField("加签的原因", default=list)
    rank = models.PositiveIntegerField("名次", null=True, blank=True)
    won = models.BooleanField("中签", null=True, blank=True)
    withdrawn_at = models.DateTimeField("摇号前退出", null=True, blank=True)

    class Meta:
        verbose_name = "签号"
        verbose_name_plural = "签号"
        ordering = ["lottery", "number"]
        constraints = [
            models.UniqueConstraint(fields=["lottery", "number"], name="one_ticket_a_number"),
            models.UniqueConstraint(fields=["lottery", "enrolment"], name="one_ticket_an_enrolment"),
            models.UniqueConstraint(fields=["lottery", "rank"], name="one_ticket_a_rank"),
            models.CheckConstraint(condition=Q(weight__gte=1), name="ticket_has_a_lot"),
            models.CheckConstraint(
                condition=Q(won__isnull=True) | Q(rank__isnull=False, withdrawn_at__isnull=True),
                name="ticket_won_by_rank",
            ),
        ]

    def __str__(self) -> str:
        return self.number
