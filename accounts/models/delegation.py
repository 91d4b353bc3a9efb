"""委托: a senior lets somebody do named things for them, for a time."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.lookups import LessThanOrEqual

from accounts.enums import DelegatedScope
from accounts.models.card import MemberCard
from core.models import TimeStamped

LONGEST_DAYS = 366


class DaysBetween(models.Func):
    """Whole days from the first date to the second."""

    arity = 2
    output_field = models.IntegerField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template="(julianday(%(expressions)s))", arg_joiner=") - julianday(")

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template="(%(expressions)s)", arg_joiner=" - ")


class DelegationQuerySet(models.QuerySet["Delegation"]):
    def open(self) -> DelegationQuerySet:
        """Not taken back by anybody; perhaps not accepted yet, not begun yet, or over."""
        return self.filter(ended_at__isnull=True)

    def standing(self, on: dt.date) -> DelegationQuerySet:
        """Accepted and in force on a day, between two people who both still may use the site."""
        return self.open().filter(
            accepted_at__isnull=False,
            valid_from__lte=on,
            last_day__gte=on,
            senior__is_active=True,
            delegate__is_active=True,
        )


class Delegation(TimeStamped):
    """`senior` lets `delegate` do what its matters name, from `valid_from` until `last_day`, inclusive.

    Granted by the senior (`granted_by` null), or at a counter by a clerk before whom the senior's `card` lay. It counts
    once the delegate has accepted, and until either of them or the staff end it. Nobody passes it on.
    Personal data: who trusts whom; seen by both and by staff of the senior's region.
    """

    senior = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="delegations_given", verbose_name="委托人"
    )
    delegate = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="delegations_held", verbose_name="代办人"
    )
    valid_from = models.DateField("从哪天起")
    last_day = models.DateField("到哪天止", help_text="含当天")
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="登记人",
    )
    card = models.ForeignKey(
        MemberCard, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="出示的会员卡"
    )
    accepted_at = models.DateTimeField("接受时间", null=True, blank=True)
    ended_at = models.DateTimeField("结束时间", null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="结束的人",
        help_text="到期的没有",
    )

    objects = DelegationQuerySet.as_manager()

    class Meta:
        verbose_name = "委托"
        verbose_name_plural = "委托"
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(senior=F("delegate")), name="delegation_not_to_oneself"),
            models.CheckConstraint(condition=Q(last_day__gte=F("valid_from")), name="delegation_ends_after_it_begins"),
            models.CheckConstraint(
                condition=LessThanOrEqual(DaysBetween(F("last_day"), F("valid_from")), LONGEST_DAYS),
                name="delegation_lasts_a_year_at_most",
            ),
            models.CheckConstraint(
                condition=Q(granted_by__isnull=True, card__isnull=True)
                | Q(granted_by__isnull=False, card__isnull=False),
                name="delegation_at_a_counter_has_a_card",
            ),
            models.UniqueConstraint(
                fields=["senior", "delegate"], condition=Q(ended_at__isnull=True), name="one_open_delegation_a_pair"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.senior} → {self.delegate}"


class DelegatedMatter(models.Model):
    """One thing a delegation covers. No personal data of its own."""

    delegation = models.ForeignKey(Delegation, on_delete=models.CASCADE, related_name="matters")
    scope = models.CharField("可以办什么", max_length=8, choices=DelegatedScope)

    class Meta:
        verbose_name = "委托事项"
        verbose_name_plural = "委托事项"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(scope__in=DelegatedScope.values), name="delegated_scope_known"),
            models.UniqueConstraint(fields=["delegation", "scope"], name="one_matter_a_delegation_and_scope"),
        ]

    def __str__(self) -> str:
        return self.get_scope_display()


class DelegatedAct(models.Model):
    """Something that `by` did for `person`, in words the person reads. A trigger keeps the rows as they are.

    `delegation` is null when staff did it at a counter. Personal data: what was done for whom; seen by the person.
    """

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="acts_for_me", verbose_name="替谁办"
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="谁办的")
    delegation = models.ForeignKey(
        Delegation, on_delete=models.PROTECT, null=True, blank=True, related_name="acts", verbose_name="凭哪个委托"
    )
    what = models.CharField("办了什么", max_length=120)
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = "代办记录"
        verbose_name_plural = "代办记录"
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(person=F("by")), name="act_by_somebody_else"),
            models.CheckConstraint(condition=~Q(what=""), name="act_says_what"),
        ]

    def __str__(self) -> str:
        return self.what
