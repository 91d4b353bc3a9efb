"""开班: a course at a site or online, on its days, with its teacher and its seats."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from accounts.models import ActedFor
from core.half_year import HalfYearField
from core.models import TimeStamped
from courses.enums import EnrolmentMode, OfferingState, TeachingForm
from courses.models.course import Course
from courses.models.lesson import Lesson
from courses.models.teacher import Teacher


class Offering(ActedFor, TimeStamped):
    """A course offered once. `site` is null online; `seats` is null where there is no limit.

    `region` is the one whose staff answer for it: the site's, or the organiser's for an online one. `ends_on` and
    `enrol_until` are last days, inclusive. No personal data.
    """

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="offerings", verbose_name="课程")
    half_year = HalfYearField("学期半年")
    form = models.CharField("形式", max_length=10, choices=TeachingForm)
    region = models.ForeignKey(
        "places.Region", on_delete=models.PROTECT, related_name="offerings", verbose_name="主办地区"
    )
    site = models.ForeignKey(
        "places.AcademySite",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="offerings",
        verbose_name="学堂站点",
    )
    teacher = models.ForeignKey(
        Teacher, on_delete=models.PROTECT, null=True, blank=True, related_name="offerings", verbose_name="教师"
    )
    begins_on = models.DateField("开课日期")
    ends_on = models.DateField("结课日期")
    seats = models.PositiveIntegerField("名额", null=True, blank=True)
    mode = models.CharField("报名方式", max_length=10, choices=EnrolmentMode, default=EnrolmentMode.FIRST_COME)
    enrol_from = models.DateField("报名开始")
    enrol_until = models.DateField("报名截止")
    state = models.CharField("状态", max_length=10, choices=OfferingState, default=OfferingState.DRAFT)
    note = models.TextField("说明", blank=True, help_text="带什么、在哪个门集合")
    published_at = models.DateTimeField("公布时间", null=True, blank=True, editable=False)
    cancelled_at = models.DateTimeField("取消时间", null=True, blank=True, editable=False)
    cancelled_reason = models.CharField("取消原因", max_length=120, blank=True, editable=False)

    class Meta:
        verbose_name = "开班"
        verbose_name_plural = "开班"
        ordering = ["begins_on", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(form__in=TeachingForm.values), name="offering_form_known"),
            models.CheckConstraint(condition=Q(mode__in=EnrolmentMode.values), name="offering_mode_known"),
            models.CheckConstraint(condition=Q(state__in=OfferingState.values), name="offering_state_known"),
            models.CheckConstraint(condition=Q(ends_on__gte=F("begins_on")), name="offering_ends_after_it_begins"),
            models.CheckConstraint(
                condition=Q(enrol_until__gte=F("enrol_from")), name="offering_enrolment_ends_after_it_begins"
            ),
            models.CheckConstraint(
                condition=Q(mode=EnrolmentMode.OPEN, seats__isnull=True)
                | (~Q(mode=EnrolmentMode.OPEN) & Q(seats__isnull=False, seats__gte=1)),
                name="offering_seats_fit_its_mode",
                violation_error_message="先到先得和摇号要填名额；随到随学不填。",
            ),
            models.CheckConstraint(
                condition=Q(form=TeachingForm.IN_PERSON, site__isnull=False)
                | (~Q(form=TeachingForm.IN_PERSON) & Q(site__isnull=True)),
                name="offering_in_person_has_a_site",
                violation_error_message="线下的班要选站点，线上的班不选。",
            ),
            models.CheckConstraint(
                condition=Q(state=OfferingState.CANCELLED, cancelled_at__isnull=False) & ~Q(cancelled_reason="")
                | ~Q(state=OfferingState.CANCELLED) & Q(cancelled_at__isnull=True, cancelled_reason=""),
                name="offering_cancelled_with_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.course} {self.site or self.get_form_display()} {self.begins_on}"


class Session(TimeStamped):
    """One meeting of an offering: when, in which room, who teaches, which lesson. No personal data.

    `room` is null online. `teacher` is who teaches this one, a substitute or the offering's own; null while nobody is
    chosen. Neither is ever in two standing sessions at once: triggers on both databases hold that (migration
    `sessions_never_overlap`). `override_reason` says why a clash was let pass; learners read `cancelled_reason`.
    """

    offering = models.ForeignKey(Offering, on_delete=models.CASCADE, related_name="sessions", verbose_name="开班")
    begins_at = models.DateTimeField("开始")
    ends_at = models.DateTimeField("结束")
    room = models.ForeignKey(
        "places.Room", on_delete=models.PROTECT, null=True, blank=True, related_name="sessions", verbose_name="教室"
    )
    teacher = models.ForeignKey(
        Teacher, on_delete=models.PROTECT, null=True, blank=True, related_name="sessions", verbose_name="教师"
    )
    lesson = models.ForeignKey(
        Lesson, on_delete=models.SET_NULL, null=True, blank=True, related_name="sessions", verbose_name="上哪一讲"
    )
    override_reason = models.CharField("冲突仍然安排的理由", max_length=120, blank=True)
    cancelled_at = models.DateTimeField("取消时间", null=True, blank=True)
    cancelled_reason = models.CharField("取消原因", max_length=120, blank=True)

    class Meta:
        verbose_name = "课次"
        verbose_name_plural = "课次"
        ordering = ["begins_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("begins_at")), name="session_ends_after_it_begins"),
            models.CheckConstraint(
                condition=Q(cancelled_at__isnull=True) | ~Q(cancelled_reason=""), name="session_cancelled_with_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.offering} {self.begins_at:%Y-%m-%d %H:%M}"
