"""银发学堂（站点）, its facilities, and the photographs that prove them."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from core.models import TimeStamped
from places.enums import EvidenceKind, Facility, SiteKind
from places.models.organisation import Organisation
from places.models.region import Region


class AcademySite(TimeStamped):
    """A place where seniors learn. Its area is the sum of its rooms'; a centre needs 100 ㎡, a station 50 ㎡.

    No personal data: `phone` is the site's own number.
    """

    name = models.CharField("名称", max_length=60)
    kind = models.CharField("类型", max_length=8, choices=SiteKind)
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="sites", verbose_name="所在地区")
    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="sites",
        verbose_name="主办单位",
    )
    address = models.CharField("地址", max_length=120)
    phone = models.CharField("站点电话", max_length=20, blank=True)
    latitude = models.FloatField(
        "纬度", null=True, blank=True, validators=[MinValueValidator(-90), MaxValueValidator(90)]
    )
    longitude = models.FloatField(
        "经度", null=True, blank=True, validators=[MinValueValidator(-180), MaxValueValidator(180)]
    )
    opened_on = models.DateField("启用日期")
    closed_on = models.DateField("停用日期", null=True, blank=True)
    note = models.TextField("说明", blank=True, help_text="怎么走、哪个门进、停车在哪里")

    class Meta:
        verbose_name = "学堂站点"
        verbose_name_plural = "学堂站点"
        ordering = ["region__path", "name"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=SiteKind.values), name="site_kind_known"),
            models.CheckConstraint(
                condition=Q(closed_on__isnull=True) | Q(closed_on__gt=F("opened_on")),
                name="site_closes_after_it_opens",
                violation_error_message="停用日期要在启用日期之后。",
            ),
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(latitude__range=(-90, 90), longitude__range=(-180, 180)),
                name="site_on_the_globe",
                violation_error_message="纬度和经度要么都填，要么都空着。",
            ),
            models.UniqueConstraint(
                fields=["region", "name"],
                name="one_site_a_region_and_name",
                violation_error_message="这个地区已经有同名的站点。",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("places:site", args=[self.pk])


class SiteFacility(models.Model):
    """One facility of a site, from the fixed list."""

    site = models.ForeignKey(AcademySite, on_delete=models.CASCADE, related_name="facilities")
    facility = models.CharField("设施", max_length=12, choices=Facility)

    class Meta:
        verbose_name = "设施"
        verbose_name_plural = "设施"
        ordering = ["site", "facility"]
        constraints = [
            models.CheckConstraint(condition=Q(facility__in=Facility.values), name="facility_known"),
            models.UniqueConstraint(fields=["site", "facility"], name="one_row_a_site_and_facility"),
        ]

    def __str__(self) -> str:
        return self.get_facility_display()


class SiteEvidence(TimeStamped):
    """A photograph of the site and the day it was taken."""

    site = models.ForeignKey(AcademySite, on_delete=models.CASCADE, related_name="evidence")
    kind = models.CharField("照片内容", max_length=8, choices=EvidenceKind)
    picture = models.ForeignKey("core.SiteImage", on_delete=models.PROTECT, related_name="+", verbose_name="照片")
    taken_on = models.DateField("拍摄日期")
    note = models.CharField("说明", max_length=120, blank=True)

    class Meta:
        verbose_name = "现场照片"
        verbose_name_plural = "现场照片"
        ordering = ["site", "-taken_on"]
        constraints = [models.CheckConstraint(condition=Q(kind__in=EvidenceKind.values), name="evidence_kind_known")]

    def __str__(self) -> str:
        return f"{self.site} {self.get_kind_display()} {self.taken_on}"
