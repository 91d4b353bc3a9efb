"""行政区划: a tree of regions that keep their identity through renames, and end when they are merged away."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.db.models import F, Q

from core.models import TimeStamped
from places.enums import Level, RegionKind


class RegionQuerySet(models.QuerySet["Region"]):
    """Regions by place in the tree and by day."""

    def within(self, region: Region) -> RegionQuerySet:
        """`region` itself and everything below it."""
        return self.filter(path__startswith=region.path)

    def standing(self, on: dt.date) -> RegionQuerySet:
        """Regions that exist on a day."""
        begun = Q(valid_from__isnull=True) | Q(valid_from__lte=on)
        return self.filter(begun).filter(Q(valid_until__isnull=True) | Q(valid_until__gt=on))


class Region(TimeStamped):
    """A region from the city down to the village. Name, kind and parent are today's; `RegionRecord` has the history.

    `path` is the chain of primary keys from the root, `/000001/000005/`: scopes are prefixes of it. `valid_until`
    is the first day on which the region no longer exists. What was merged away hangs, in `path`, below where it went:
    whoever answers for the new region also sees what still names the old one. No personal data.
    """

    level = models.CharField("层级", max_length=8, choices=Level)
    kind = models.CharField("类型", max_length=2, choices=RegionKind)
    name = models.CharField("名称", max_length=30)
    short_name = models.CharField("简称", max_length=10, blank=True, help_text="当地人的叫法，例如：达旗")
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children", verbose_name="上级"
    )
    path = models.CharField(max_length=60, unique=True, editable=False)
    valid_from = models.DateField("设立日期", null=True, blank=True, help_text="不清楚就空着")
    valid_until = models.DateField("撤销日期", null=True, blank=True)
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="merged", verbose_name="并入"
    )

    objects = RegionQuerySet.as_manager()

    class Meta:
        verbose_name = "地区"
        verbose_name_plural = "地区"
        ordering = ["path"]
        constraints = [
            models.CheckConstraint(condition=Q(level__in=Level.values), name="region_level_known"),
            models.CheckConstraint(condition=Q(kind__in=RegionKind.values), name="region_kind_known"),
            models.CheckConstraint(
                condition=Q(level=Level.CITY, parent__isnull=True) | (~Q(level=Level.CITY) & Q(parent__isnull=False)),
                name="region_only_cities_are_roots",
            ),
            models.CheckConstraint(
                condition=Q(valid_from__isnull=True) | Q(valid_until__isnull=True) | Q(valid_until__gt=F("valid_from")),
                name="region_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | Q(valid_until__isnull=False), name="region_merged_has_ended"
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | ~Q(merged_into=F("pk")), name="region_not_merged_into_itself"
            ),
            models.UniqueConstraint(
                fields=["parent", "name"],
                condition=Q(valid_until__isnull=True),
                name="one_standing_region_a_name",
                violation_error_message="上级下面已经有这个名称的地区。",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def pks_above(self) -> list[int]:
        """Primary keys from the root down to this region's parent."""
        return [int(part) for part in self.path.strip("/").split("/")[:-1]]


class RegionRecord(models.Model):
    """What a region was called and where it belonged, from a day on until another; null where nobody knows the day."""

    region = models.ForeignKey(Region, on_delete=models.CASCADE, related_name="records")
    name = models.CharField("名称", max_length=30)
    kind = models.CharField("类型", max_length=2, choices=RegionKind)
    parent = models.ForeignKey(Region, on_delete=models.PROTECT, null=True, related_name="+")
    valid_from = models.DateField(null=True)
    valid_until = models.DateField(null=True)

    class Meta:
        verbose_name = "沿革"
        verbose_name_plural = "沿革"
        ordering = ["region", F("valid_from").asc(nulls_first=True)]
        constraints = [
            models.UniqueConstraint(
                fields=["region"], condition=Q(valid_until__isnull=True), name="one_open_record_a_region"
            ),
            models.UniqueConstraint(fields=["region", "valid_from"], name="one_record_a_region_and_day"),
            models.CheckConstraint(
                condition=Q(valid_from__isnull=True) | Q(valid_until__isnull=True) | Q(valid_until__gt=F("valid_from")),
                name="region_record_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return self.name
