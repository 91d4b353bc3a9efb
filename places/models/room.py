"""教室: rooms with their area, and when each may be used by whom."""

from __future__ import annotations

from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from core.models import TimeStamped
from places.hours import DAY, NAMES, clock_of
from places.models.organisation import Organisation
from places.models.site import AcademySite


class Room(TimeStamped):
    """A room that a site uses. `owner` is the library or other body that shares it; a site's own room has none."""

    site = models.ForeignKey(AcademySite, on_delete=models.CASCADE, related_name="rooms", verbose_name="站点")
    name = models.CharField("名称", max_length=30)
    area = models.DecimalField(
        "面积（平方米）", max_digits=7, decimal_places=2, validators=[MinValueValidator(Decimal("0.01"))]
    )
    seats = models.PositiveIntegerField("座位数", validators=[MinValueValidator(1)])
    owner = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="shared_rooms",
        verbose_name="共享单位",
        help_text="图书馆、农家书屋等共享给学堂的教室，填它的单位；学堂自己的教室空着",
    )

    class Meta:
        verbose_name = "教室"
        verbose_name_plural = "教室"
        ordering = ["site", "name"]
        constraints = [
            models.CheckConstraint(condition=Q(area__gt=0), name="room_has_area"),
            models.CheckConstraint(condition=Q(seats__gte=1), name="room_has_seats"),
            models.UniqueConstraint(
                fields=["site", "name"], name="one_room_a_site_and_name", violation_error_message="已经有同名的教室。"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.site} {self.name}"


class RoomSlot(models.Model):
    """A weekly stretch of time in a shared room and who has it then. Instants are minutes from midnight.

    Two stretches of one room never overlap: a trigger on both databases holds that (migration 0002). A room with
    no slot at all is the site's own, all week.
    """

    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="slots", verbose_name="教室")
    weekday = models.PositiveSmallIntegerField(
        "星期", choices=[(number, f"星期{name}") for number, name in enumerate(NAMES, start=1)]
    )
    begins = models.PositiveSmallIntegerField("开始（分钟）", validators=[MaxValueValidator(DAY - 1)])
    ends = models.PositiveSmallIntegerField("结束（分钟）", validators=[MaxValueValidator(DAY)])
    for_academy = models.BooleanField("归学堂用", default=True)
    user_name = models.CharField("谁在用", max_length=40, blank=True, help_text="不归学堂用的时段写清楚，例如：读书会")

    class Meta:
        verbose_name = "使用时段"
        verbose_name_plural = "使用时段"
        ordering = ["room", "weekday", "begins"]
        constraints = [
            models.CheckConstraint(condition=Q(weekday__range=(1, 7)), name="slot_weekday_known"),
            models.CheckConstraint(condition=Q(ends__gt=F("begins"), ends__lte=DAY), name="slot_ends_after_it_begins"),
            models.CheckConstraint(condition=Q(for_academy=True) | ~Q(user_name=""), name="slot_of_others_is_named"),
        ]

    def __str__(self) -> str:
        return f"星期{NAMES[self.weekday - 1]} {clock_of(self.begins)}–{clock_of(self.ends)}"
