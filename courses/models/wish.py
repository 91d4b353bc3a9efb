"""想学什么, how a course was liked, and what the editors answer where there is more wish than room."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models import ActedFor
from core.half_year import HalfYearField
from core.models import TimeStamped
from courses.enums import Category, Face, GapDecision
from courses.models.course import Course
from courses.models.edition import CatalogueEdition


class Wish(ActedFor, TimeStamped):
    """What someone would like to learn in a half-year. A person has one row a category: later words join the first.

    Without `person` it is a wish told at the desk: `people` says how many told it, `acted_by` who noted it. `region`
    is a banner or lies in one. Personal data: what a person wishes; staff see sums and words without names.
    """

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, blank=True, related_name="wishes"
    )
    half_year = HalfYearField("哪个半年想学")
    category = models.CharField("类别", max_length=12, choices=Category)
    words = models.CharField("想学什么", max_length=200, blank=True)
    region = models.ForeignKey(
        "places.Region", on_delete=models.PROTECT, related_name="wishes", verbose_name="哪个旗区"
    )
    people = models.PositiveSmallIntegerField("几个人", default=1)

    class Meta:
        verbose_name = "想学"
        verbose_name_plural = "想学"
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(category__in=Category.values), name="wish_category_known"),
            models.UniqueConstraint(
                fields=["person", "category", "half_year"],
                condition=Q(person__isnull=False),
                name="one_wish_a_person_category_and_half_year",
            ),
            models.CheckConstraint(
                condition=Q(person__isnull=False, people=1)
                | Q(person__isnull=True, people__range=(1, 500), acted_by__isnull=False),
                name="wish_of_one_or_noted_at_a_desk",
            ),
        ]
        indexes = [models.Index(fields=["half_year", "category"], name="wish_by_half_year")]

    def __str__(self) -> str:
        return f"{self.get_category_display()} {self.words}".strip()


class Satisfaction(ActedFor, TimeStamped):
    """One of three faces for a course that somebody finished, and a few words if they like.

    Personal data: an opinion; staff see sums and words without names.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="satisfactions")
    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="satisfactions")
    half_year = HalfYearField("学期半年")
    face = models.CharField("觉得怎么样", max_length=4, choices=Face)
    words = models.CharField("想说的话", max_length=100, blank=True)

    class Meta:
        verbose_name = "满意度"
        verbose_name_plural = "满意度"
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(face__in=Face.values), name="satisfaction_face_known"),
            models.UniqueConstraint(
                fields=["person", "course", "half_year"], name="one_opinion_a_person_course_and_half_year"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.course} {self.get_face_display()}"


class GapAnswer(TimeStamped):
    """What the editors answer where more people wish for a category in a banner than there is room.

    `wished` and `seats` are the numbers that were answered. Sealed with the edition. Personal data: the clerk; staff.
    """

    edition = models.ForeignKey(CatalogueEdition, on_delete=models.CASCADE, related_name="gap_answers")
    category = models.CharField("类别", max_length=12, choices=Category)
    region = models.ForeignKey("places.Region", on_delete=models.PROTECT, related_name="+")
    decision = models.CharField("答复", max_length=7, choices=GapDecision)
    reason = models.CharField("理由", max_length=200, blank=True)
    wished = models.PositiveIntegerField()
    seats = models.PositiveIntegerField()
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = "供需缺口的答复"
        verbose_name_plural = "供需缺口的答复"
        ordering = ["edition", "category", "region"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "category", "region"], name="one_answer_a_gap"),
            models.CheckConstraint(condition=Q(category__in=Category.values), name="gap_category_known"),
            models.CheckConstraint(
                condition=Q(decision=GapDecision.OFFER) | (Q(decision=GapDecision.NOT_NOW) & ~Q(reason="")),
                name="gap_not_now_has_a_reason",
                violation_error_message="这次不开，要写明理由。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_category_display()} {self.region} {self.get_decision_display()}"
