"""报名 and 名额: who is in an offering, who waits, who holds which seat."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models import ActedFor
from core.models import TimeStamped
from courses.enums import SEATED, STANDING, EnrolmentAct, EnrolmentState
from courses.models.offering import Offering


class Enrolment(ActedFor, TimeStamped):
    """A person's place in an offering. `seat` counts from 1: two people can't hold one seat, whatever happens.

    In an offering without a limit nobody has a seat number; with one, who holds a seat has its number, and never one
    above the offering's seats (`courses.models.triggers`). `line` is the place in the waiting list, kept while a seat
    waits for an answer, so that declining costs nothing. `claim_until` is the instant until which a seat that fell
    free is kept. `request_key` comes from the page that was pressed: the same press again changes nothing. Rows are
    ended, never deleted: someone who comes back gets another row.
    Personal data: what a person learns; seen by the person and by staff who answer for the offering.
    """

    offering = models.ForeignKey(Offering, on_delete=models.PROTECT, related_name="enrolments", verbose_name="开班")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="enrolments", verbose_name="学员"
    )
    state = models.CharField("状态", max_length=10, choices=EnrolmentState)
    seat = models.PositiveIntegerField("座次", null=True, blank=True)
    line = models.PositiveIntegerField("候补顺序", null=True, blank=True)
    applied_at = models.DateTimeField("报名时间")
    claim_until = models.DateTimeField("确认期限", null=True, blank=True)
    ended_at = models.DateTimeField("退出时间", null=True, blank=True)
    request_key = models.UUIDField(null=True, blank=True, unique=True, editable=False)

    class Meta:
        verbose_name = "报名"
        verbose_name_plural = "报名"
        ordering = ["offering", "applied_at", "pk"]
        permissions = [
            ("enrol_for_others", "在柜台替学员报名"),
            ("export_enrolment", "导出报名名单"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=EnrolmentState.values), name="enrolment_state_known"),
            models.UniqueConstraint(
                fields=["offering", "person"],
                condition=Q(state__in=STANDING),
                name="one_standing_enrolment_a_person",
            ),
            models.UniqueConstraint(fields=["offering", "seat"], name="one_person_a_seat"),
            models.CheckConstraint(
                condition=Q(seat__isnull=True) | Q(seat__gte=1, state__in=SEATED), name="enrolment_seat_is_held"
            ),
            models.CheckConstraint(
                condition=Q(claim_until__isnull=False, state=EnrolmentState.CLAIMABLE)
                | Q(claim_until__isnull=True) & ~Q(state=EnrolmentState.CLAIMABLE),
                name="enrolment_claim_has_a_limit",
            ),
            models.UniqueConstraint(fields=["offering", "line"], name="one_person_a_place_in_line"),
            models.CheckConstraint(
                condition=Q(state=EnrolmentState.WAITING, line__isnull=False, line__gte=1)
                | Q(state=EnrolmentState.CLAIMABLE)
                | Q(line__isnull=True) & ~Q(state=EnrolmentState.WAITING),
                name="enrolment_waiting_has_a_place",
            ),
            models.CheckConstraint(
                condition=Q(state__in=STANDING, ended_at__isnull=True)
                | ~Q(state__in=STANDING) & Q(ended_at__isnull=False),
                name="enrolment_ends_at_an_instant",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.offering} {self.get_state_display()}"


class PassedSeat(models.Model):
    """A seat that someone in line let pass. It is not offered to them again until somebody has held it.

    Personal data: none beyond the enrolment's.
    """

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="passed_seats")
    seat = models.PositiveIntegerField("座次")

    class Meta:
        verbose_name = "让过的座次"
        verbose_name_plural = "让过的座次"
        constraints = [models.UniqueConstraint(fields=["enrolment", "seat"], name="one_row_a_passed_seat")]

    def __str__(self) -> str:
        return f"{self.seat}"


class EnrolmentEvent(ActedFor):
    """What happened to an enrolment, when, and who did it: `acted_by` is null for the person and for the clock.

    Rows are added, never changed. Personal data: as the enrolment's; seen by the person and by staff who answer for
    the offering.
    """

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="events")
    act = models.CharField("事情", max_length=10, choices=EnrolmentAct)
    happened_at = models.DateTimeField("时间")
    seat = models.PositiveIntegerField("座次", null=True, blank=True)
    line = models.PositiveIntegerField("候补顺序", null=True, blank=True)

    class Meta:
        verbose_name = "报名经过"
        verbose_name_plural = "报名经过"
        ordering = ["happened_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(act__in=EnrolmentAct.values), name="enrolment_act_known"),
        ]

    def __str__(self) -> str:
        return f"{self.get_act_display()} {self.happened_at:%Y-%m-%d %H:%M}"


class EnrolmentNotice(models.Model):
    """A sentence to a person about their enrolment: shown on 我的 until they have seen it.

    Personal data: as the enrolment's; seen by the person alone.
    """

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="notices")
    sentence = models.CharField("内容", max_length=200)
    created_at = models.DateTimeField("时间")
    seen_at = models.DateTimeField("看过的时间", null=True, blank=True)

    class Meta:
        verbose_name = "报名通知"
        verbose_name_plural = "报名通知"
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return self.sentence
