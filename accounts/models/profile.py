"""Who a member is: number, name, home, whom to ring, what gives priority; and who of the staff looked at it."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from accounts.enums import Circumstance, Gender, PersonalDetail
from accounts.models.acting import ActedFor
from accounts.numbers import grouped
from core.models import TimeStamped

EARLIEST_BIRTH, LATEST_BIRTH = 1900, 2020
CONSENT_VERSION = "2026-11"
"""Changes with the words of templates/accounts/consent.html."""


class MemberProfile(ActedFor, TimeStamped):
    """One a person. The number carries no personal data and never changes.

    Personal data: name, gender, birth year, home region, an emergency contact. Seen by the person, by whoever holds
    their 改联系方式, and by staff who answer for the region or for the home site (`accounts.access`); phone and contact
    only one look at a time, each look a `ProfileLook`.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="member_profile", verbose_name="用户"
    )
    number = models.CharField("会员号", max_length=10, unique=True, editable=False)
    full_name = models.CharField("姓名", max_length=40)
    gender = models.CharField("性别", max_length=6, choices=Gender)
    birth_year = models.PositiveSmallIntegerField(
        "出生年份", validators=[MinValueValidator(EARLIEST_BIRTH), MaxValueValidator(LATEST_BIRTH)]
    )
    region = models.ForeignKey("places.Region", on_delete=models.PROTECT, related_name="+", verbose_name="居住地区")
    site = models.ForeignKey(
        "places.AcademySite",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="常去的学堂",
    )
    contact_name = models.CharField("紧急联系人", max_length=40, blank=True)
    contact_phone = models.CharField("紧急联系人电话", max_length=20, blank=True)
    consented_at = models.DateTimeField("同意时间", editable=False)
    consent_version = models.CharField("同意书版本", max_length=10, editable=False)

    class Meta:
        verbose_name = "会员"
        verbose_name_plural = "会员"
        ordering = ["full_name", "pk"]
        indexes = [models.Index(fields=["full_name", "birth_year"], name="profile_name_and_year")]
        constraints = [
            models.CheckConstraint(condition=Q(gender__in=Gender.values), name="profile_gender_known"),
            models.CheckConstraint(
                condition=Q(birth_year__range=(EARLIEST_BIRTH, LATEST_BIRTH)), name="profile_birth_year_likely"
            ),
            models.CheckConstraint(condition=~Q(full_name=""), name="profile_has_a_name"),
            models.CheckConstraint(condition=~Q(consent_version=""), name="profile_has_consent"),
            models.CheckConstraint(
                condition=Q(contact_name="", contact_phone="") | (~Q(contact_name="") & ~Q(contact_phone="")),
                name="profile_contact_has_name_and_phone",
                violation_error_message="紧急联系人的姓名和电话要一起填。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.full_name} {self.grouped_number}"

    @property
    def grouped_number(self) -> str:
        return grouped(self.number)


class MemberSeries(models.Model):
    """The last running number that a banner gave out in a year. No personal data."""

    region = models.ForeignKey("places.Region", on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=2)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = "会员号段"
        verbose_name_plural = "会员号段"
        constraints = [
            models.UniqueConstraint(fields=["region", "year"], name="one_series_a_region_and_year"),
            models.UniqueConstraint(fields=["code", "year"], name="one_region_a_code_and_year"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.year}: {self.last}"


class MemberCircumstance(ActedFor, TimeStamped):
    """A circumstance that a person stated, and the staff's check of the evidence. Rows are ended, never deleted.

    Without a check it gives no priority. `valid_until` is the last day on which the evidence holds, inclusive.
    Personal data, sensitive: seen by the person and by staff of their own region, one logged look at a time.
    """

    profile = models.ForeignKey(
        MemberProfile, on_delete=models.CASCADE, related_name="circumstances", verbose_name="会员"
    )
    kind = models.CharField("优先情形", max_length=12, choices=Circumstance)
    evidence = models.CharField("看过的证件或材料", max_length=60, blank=True)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name="核对人",
    )
    checked_on = models.DateField("核对日期", null=True, blank=True)
    valid_until = models.DateField("有效到", null=True, blank=True)
    ended_at = models.DateTimeField("不再有的时间", null=True, blank=True)

    class Meta:
        verbose_name = "优先情形"
        verbose_name_plural = "优先情形"
        ordering = ["profile", "kind"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=Circumstance.values), name="circumstance_known"),
            models.CheckConstraint(
                condition=Q(checked_by__isnull=True, checked_on__isnull=True, valid_until__isnull=True, evidence="")
                | (Q(checked_by__isnull=False, checked_on__isnull=False, valid_until__isnull=False) & ~Q(evidence="")),
                name="circumstance_check_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("checked_on")),
                name="circumstance_holds_after_its_check",
            ),
            models.UniqueConstraint(
                fields=["profile", "kind"], condition=Q(ended_at__isnull=True), name="one_standing_circumstance_a_kind"
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()


class ProfileLook(models.Model):
    """One look of a member of staff at one detail of a person. The person reads these rows; a trigger keeps them.

    Personal data: who of the staff looked; seen by the person looked at and by administrators.
    """

    profile = models.ForeignKey(MemberProfile, on_delete=models.PROTECT, related_name="looks", verbose_name="会员")
    viewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="查看的人"
    )
    detail = models.CharField("看了什么", max_length=14, choices=PersonalDetail)
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = "查看记录"
        verbose_name_plural = "查看记录"
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(detail__in=PersonalDetail.values), name="look_detail_known"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.get_detail_display()}"
