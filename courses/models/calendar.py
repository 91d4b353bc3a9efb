"""Days without lessons: public holidays, and the exam weeks of schools whose students teach."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.db.models import Q

from core.models import TimeStamped


class PublicHoliday(models.Model):
    """A day off by the State Council's yearly notice. No personal data."""

    day = models.DateField("日期", unique=True)
    name = models.CharField("节日", max_length=20)

    class Meta:
        verbose_name = "放假日"
        verbose_name_plural = "放假日"
        ordering = ["day"]

    def __str__(self) -> str:
        return f"{self.day} {self.name}"


class ExamWeek(TimeStamped):
    """A whole week, by ISO 8601 from Monday to Sunday, in which students of a school don't teach. No personal data."""

    organisation = models.ForeignKey(
        "places.Organisation", on_delete=models.PROTECT, related_name="exam_weeks", verbose_name="学校"
    )
    year = models.PositiveSmallIntegerField("年")
    week = models.PositiveSmallIntegerField("第几周")

    class Meta:
        verbose_name = "考试周"
        verbose_name_plural = "考试周"
        ordering = ["year", "week", "organisation"]
        constraints = [
            models.CheckConstraint(condition=Q(week__range=(1, 53)), name="exam_week_known"),
            models.CheckConstraint(condition=Q(year__range=(2020, 2199)), name="exam_week_year_known"),
            models.UniqueConstraint(fields=["organisation", "year", "week"], name="one_exam_week_a_school_and_week"),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} {self.monday} 这一周"

    @property
    def monday(self) -> dt.date:
        return dt.date.fromisocalendar(self.year, self.week, 1)

    @property
    def sunday(self) -> dt.date:
        return self.monday + dt.timedelta(days=6)
