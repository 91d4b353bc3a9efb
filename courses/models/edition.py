"""课程目录（半年版）: an edition, the manifest it was sealed with, and who did what to it (ADR 0016)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Length
from django.urls import reverse

from core.half_year import HalfYearField
from core.models import TimeStamped
from courses.enums import FROZEN_EDITION, OPEN_EDITION, EditionActKind, EditionState

models.CharField.register_lookup(Length)


class CatalogueManifest(models.Model):
    """The canonical JSON of an edition, stored under its SHA-256. Two editions with one content share one row.

    `text` is exactly the bytes (UTF-8) the digest was made of. Rows are never changed or deleted (trigger).
    No personal data beyond the names of teachers, which are public by their nature.
    """

    sha256 = models.CharField("SHA-256", max_length=64, primary_key=True)
    text = models.TextField("清单")
    stored_at = models.DateTimeField("存入时间")

    class Meta:
        verbose_name = "目录清单"
        verbose_name_plural = "目录清单"
        constraints = [models.CheckConstraint(condition=Q(sha256__length=64), name="manifest_digest_is_whole")]

    def __str__(self) -> str:
        return self.sha256[:12]


class CatalogueEdition(TimeStamped):
    """One edition of a half-year's catalogue. Corrections within a half-year are editions with a higher number.

    `based_on` is the edition that was current when this one was drafted. `flips_at` is the instant from which readers
    see it. Sealed and published editions don't change (triggers, migration `editions_never_change`); an edition that
    is sealed and not yet published may be reopened, which voids the seal. No personal data.
    """

    half_year = HalfYearField("学期半年")
    number = models.PositiveSmallIntegerField("第几版", default=1)
    state = models.CharField("状态", max_length=10, choices=EditionState, default=EditionState.DRAFT)
    based_on = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="followers", verbose_name="在哪一版上修订"
    )
    flips_at = models.DateTimeField("换版时间")
    manifest = models.ForeignKey(
        CatalogueManifest, on_delete=models.PROTECT, null=True, related_name="editions", verbose_name="清单"
    )
    sealed_at = models.DateTimeField("封存时间", null=True)

    class Meta:
        verbose_name = "课程目录"
        verbose_name_plural = "课程目录"
        ordering = ["-half_year", "-number"]
        permissions = [
            ("approve_catalogueedition", "审核课程目录"),
            ("seal_catalogueedition", "封存课程目录"),
            ("flip_catalogueedition", "换版、退回课程目录"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=EditionState.values), name="edition_state_known"),
            models.CheckConstraint(condition=Q(number__gte=1), name="edition_number_from_one"),
            models.UniqueConstraint(fields=["half_year", "number"], name="one_edition_a_number"),
            models.UniqueConstraint(
                fields=["half_year"], condition=Q(state__in=OPEN_EDITION), name="one_open_edition_a_half_year"
            ),
            models.CheckConstraint(
                condition=Q(state__in=FROZEN_EDITION, manifest__isnull=False, sealed_at__isnull=False)
                | (~Q(state__in=FROZEN_EDITION) & Q(manifest__isnull=True, sealed_at__isnull=True)),
                name="edition_sealed_has_a_manifest",
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def code(self) -> str:
        """The name in addresses and commands: 2026H1, and 2026H1-2 for its first correction."""
        return str(self.half_year) if self.number == 1 else f"{self.half_year}-{self.number}"

    @property
    def label(self) -> str:
        """As a page says it: 2026 年上半年课程目录（第 2 版）."""
        again = "" if self.number == 1 else f"（第 {self.number} 版）"
        return f"{self.half_year.label}课程目录{again}"

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_EDITION

    @property
    def is_frozen(self) -> bool:
        return self.state in FROZEN_EDITION

    def get_absolute_url(self) -> str:
        return reverse("catalogue:edition", args=[self.code])


class EditionAct(models.Model):
    """Who did what to an edition, when. Rows are only added (trigger). `actor` is null for the clock and for commands.

    `details` has what the sentence can't: ids, a digest. Personal data: the name of a clerk; seen by staff.
    """

    edition = models.ForeignKey(CatalogueEdition, on_delete=models.PROTECT, related_name="acts")
    kind = models.CharField("做了什么", max_length=12, choices=EditionActKind)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    actor_name = models.CharField("谁", max_length=60)
    note = models.CharField("说明", max_length=200, blank=True)
    details = models.JSONField(default=dict)
    happened_at = models.DateTimeField("时间")

    class Meta:
        verbose_name = "经办记录"
        verbose_name_plural = "经办记录"
        ordering = ["-happened_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=EditionActKind.values), name="edition_act_kind_known"),
        ]

    def __str__(self) -> str:
        return f"{self.actor_name} {self.get_kind_display()}"
