"""单位: bureaus, schools, libraries and all who lend a room or send a teacher."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from core.models import TimeStamped
from places.enums import OrganisationKind
from places.models.region import Region


class Organisation(TimeStamped):
    """A body with a name and a place. `phone` is an office's number, never a person's. No personal data."""

    name = models.CharField("名称", max_length=60)
    kind = models.CharField("类型", max_length=12, choices=OrganisationKind)
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="organisations", verbose_name="所在地区")
    address = models.CharField("地址", max_length=120, blank=True)
    phone = models.CharField("办公电话", max_length=20, blank=True, help_text="单位的电话，不要填个人手机")
    closed_on = models.DateField("撤销日期", null=True, blank=True)

    class Meta:
        verbose_name = "单位"
        verbose_name_plural = "单位"
        ordering = ["region", "name"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=OrganisationKind.values), name="organisation_kind_known"),
            models.UniqueConstraint(
                fields=["region", "name"],
                name="one_organisation_a_region_and_name",
                violation_error_message="这个地区已经有同名的单位。",
            ),
        ]

    def __str__(self) -> str:
        return self.name
