"""报名规则 of a half-year: how many offerings a person may hold, and what weighs in a lottery."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel

from accounts.enums import Circumstance
from core.half_year import HalfYearField
from core.models import TimeStamped


class EnrolmentRule(TimeStamped, ClusterableModel):
    """Holds for offerings of `region` and all below it, from `half_year` on until a later rule. No personal data.

    `most_offerings` counts offerings with limited seats in one half-year. In a lottery a person has one lot, one more
    for each `PriorityWeight` that fits, and `points_per_loss` more for each earlier draw lost, at most `most_points`.
    """

    half_year = HalfYearField("从哪个半年起")
    region = models.ForeignKey(
        "places.Region", on_delete=models.PROTECT, related_name="enrolment_rules", verbose_name="地区"
    )
    most_offerings = models.PositiveSmallIntegerField("每人半年最多报几个班", default=3)
    points_per_loss = models.PositiveSmallIntegerField("每次未中加几签", default=1)
    most_points = models.PositiveSmallIntegerField("未中加签最多几签", default=3)

    class Meta:
        verbose_name = "报名规则"
        verbose_name_plural = "报名规则"
        ordering = ["-half_year", "region__path"]
        constraints = [
            models.UniqueConstraint(
                fields=["half_year", "region"],
                name="one_rule_a_region_and_half_year",
                violation_error_message="这个地区在这个半年已经有一条规则，请直接改那一条。",
            ),
            models.CheckConstraint(condition=Q(most_offerings__gte=1), name="rule_allows_one_offering"),
            models.CheckConstraint(
                condition=Q(points_per_loss__lte=20, most_points__lte=20), name="rule_points_are_few"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.region} {self.half_year}"


class PriorityWeight(models.Model):
    """How many lots more a priority group has. No personal data."""

    rule = ParentalKey(EnrolmentRule, on_delete=models.CASCADE, related_name="priority_weights")
    group = models.CharField("照顾对象", max_length=12, choices=Circumstance)
    lots = models.PositiveSmallIntegerField("加几签", default=1)

    class Meta:
        verbose_name = "照顾加签"
        verbose_name_plural = "照顾加签"
        ordering = ["rule", "group"]
        constraints = [
            models.CheckConstraint(condition=Q(group__in=Circumstance.values), name="priority_group_known"),
            models.CheckConstraint(condition=Q(lots__gte=1, lots__lte=20), name="priority_lots_are_few"),
            models.UniqueConstraint(
                fields=["rule", "group"],
                name="one_weight_a_group",
                violation_error_message="同一类照顾对象只写一行。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_group_display()} 加 {self.lots} 签"
