"""报名 and 名额: who is in an offering, who waits, who holds which seat."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models import ActedFor
from core.models import TimeStamped
from courses.enums import SEATED, STANDING, EnrolmentState
from courses.models.offering import Offering


class Enrolment(ActedFor, TimeStamped):
    """A person's place in an offering. `seat` counts from 1: two people can't hold one seat, whatever happens.

    In an offering without a limit nobody has a seat number. `claim_until` is the instant until which a seat that fell
    free is kept. Rows are ended, never deleted: someone who comes back gets another row.
    Personal data: what a person learns; seen by the person and by staff who answer for the offering.
    """

    offering = models.ForeignKey(Offering, on_delete=models.PROTECT, related_name="enrolments", verbose_name="开班")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="enrolments", verbose_name="学员"
    )
    state = models.CharField("状态", max_length=10, choices=EnrolmentState)
    seat = models.PositiveIntegerField("座次", null=True, blank=True)
    applied_at = models.DateTimeField("报名时间")
    claim_until = models.DateTimeField("确认期限", null=True, blank=True)
    ended_at = models.DateTimeField("退出时间", null=True, blank=True)

    class Meta:
        verbose_name = "报名"
        verbose_name_plural = "报名"
        ordering = ["offering", "applied_at", "pk"]
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
        ]

    def __str__(self) -> str:
        return f"{self.offering} {self.get_state_display()}"
