"""活动 in six forms, what is settled before each, and who comes."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.models import ActedFor
from core.models import TimeStamped
from courses.enums import ActivityForm, CheckItem, OfferingState


class Activity(TimeStamped):
    """Something seniors do together once. `place` is where they meet, if that is no 学堂; `seats` null is no limit.

    `leader_name` is public by its nature. `region` is the one whose staff answer for it. No other personal data.
    """

    form = models.CharField("形式", max_length=8, choices=ActivityForm)
    title = models.CharField("名称", max_length=60)
    summary = models.TextField("介绍", blank=True)
    region = models.ForeignKey(
        "places.Region", on_delete=models.PROTECT, related_name="activities", verbose_name="主办地区"
    )
    site = models.ForeignKey(
        "places.AcademySite",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="activities",
        verbose_name="学堂站点",
    )
    place = models.CharField("集合地点", max_length=120, blank=True)
    begins_at = models.DateTimeField("开始")
    ends_at = models.DateTimeField("结束")
    seats = models.PositiveIntegerField("名额", null=True, blank=True)
    leader_name = models.CharField("带队人", max_length=40)
    state = models.CharField("状态", max_length=10, choices=OfferingState, default=OfferingState.DRAFT)
    published_at = models.DateTimeField("公布时间", null=True, blank=True)
    cancelled_at = models.DateTimeField("取消时间", null=True, blank=True)
    cancelled_reason = models.CharField("取消原因", max_length=120, blank=True)

    class Meta:
        verbose_name = "活动"
        verbose_name_plural = "活动"
        ordering = ["begins_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(form__in=ActivityForm.values), name="activity_form_known"),
            models.CheckConstraint(condition=Q(state__in=OfferingState.values), name="activity_state_known"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("begins_at")), name="activity_ends_after_it_begins"),
            models.CheckConstraint(condition=Q(seats__isnull=True) | Q(seats__gte=1), name="activity_has_seats"),
            models.CheckConstraint(condition=Q(site__isnull=False) | ~Q(place=""), name="activity_is_somewhere"),
            models.CheckConstraint(
                condition=Q(state=OfferingState.CANCELLED, cancelled_at__isnull=False) & ~Q(cancelled_reason="")
                | ~Q(state=OfferingState.CANCELLED) & Q(cancelled_at__isnull=True, cancelled_reason=""),
                name="activity_cancelled_with_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class ActivityCheck(models.Model):
    """One answered line of an activity's checklist. A contact's phone is seen by those who come and by staff."""

    activity = models.ForeignKey(Activity, on_delete=models.CASCADE, related_name="checks", verbose_name="活动")
    item = models.CharField("项目", max_length=16, choices=CheckItem)
    answer = models.CharField("内容", max_length=200)

    class Meta:
        verbose_name = "活动前清单"
        verbose_name_plural = "活动前清单"
        ordering = ["activity", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(item__in=CheckItem.values), name="activity_check_item_known"),
            models.CheckConstraint(condition=~Q(answer=""), name="activity_check_is_answered"),
            models.UniqueConstraint(fields=["activity", "item"], name="one_answer_an_activity_and_item"),
        ]

    def __str__(self) -> str:
        return f"{self.get_item_display()}：{self.answer}"


class ActivityPlace(ActedFor, TimeStamped):
    """Someone means to come. `seat` counts from 1 and is held by one person; rows are ended, never deleted.

    Personal data: who comes, and whom to ring (`relative_name`, `relative_phone`). Seen by the person and by staff
    who answer for the activity.
    """

    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="places", verbose_name="活动")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="activity_places", verbose_name="学员"
    )
    seat = models.PositiveIntegerField("座次", null=True, blank=True)
    relative_name = models.CharField("紧急联系人", max_length=40, blank=True)
    relative_phone = models.CharField("紧急联系电话", max_length=20, blank=True)
    ended_at = models.DateTimeField("退出时间", null=True, blank=True)

    class Meta:
        verbose_name = "活动报名"
        verbose_name_plural = "活动报名"
        ordering = ["activity", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["activity", "person"], condition=Q(ended_at__isnull=True), name="one_place_a_person"
            ),
            models.UniqueConstraint(fields=["activity", "seat"], name="one_person_an_activity_seat"),
            models.CheckConstraint(
                condition=Q(seat__isnull=True) | Q(seat__gte=1, ended_at__isnull=True), name="activity_seat_is_held"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.activity} {self.pk}"
