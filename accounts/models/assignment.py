"""A role with the place it is held for: 市办, 旗区民政局, 站点, 单位."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.enums import Role
from core.models import TimeStamped


class RoleAssignmentQuerySet(models.QuerySet["RoleAssignment"]):
    def standing(self, on: dt.date) -> RoleAssignmentQuerySet:
        """Assignments that hold on a day."""
        return self.filter(valid_from__lte=on).filter(Q(valid_until__isnull=True) | Q(valid_until__gt=on))


class RoleAssignment(TimeStamped):
    """Someone holds `role` for one region (and all below it), one organisation or one 学堂站点, for a time.

    What the role may do at all is its group's matter (`accounts.roles`); for whom and where is this row's
    (`accounts.scope`). `valid_until` is the first day on which it no longer holds. Rows are ended, never deleted.
    Personal data: who answers for what; seen by staff.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="role_assignments", verbose_name="用户"
    )
    role = models.CharField("角色", max_length=8, choices=[(role.value, role.value) for role in Role])
    region = models.ForeignKey(
        "places.Region", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="地区"
    )
    organisation = models.ForeignKey(
        "places.Organisation", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="单位"
    )
    site = models.ForeignKey(
        "places.AcademySite", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="学堂站点"
    )
    valid_from = models.DateField("从哪天起")
    valid_until = models.DateField("到哪天止", null=True, blank=True, help_text="这一天起不再有；空着就是一直有")
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name="授权人",
    )

    objects = RoleAssignmentQuerySet.as_manager()

    class Meta:
        verbose_name = "角色授权"
        verbose_name_plural = "角色授权"
        ordering = ["user", "role", "valid_from"]
        constraints = [
            models.CheckConstraint(condition=Q(role__in=[role.value for role in Role]), name="assignment_role_known"),
            models.CheckConstraint(
                condition=Q(region__isnull=False, organisation__isnull=True, site__isnull=True)
                | Q(region__isnull=True, organisation__isnull=False, site__isnull=True)
                | Q(region__isnull=True, organisation__isnull=True, site__isnull=False),
                name="assignment_for_one_place",
                violation_error_message="地区、单位、站点只能填一个。",
            ),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
                name="assignment_ends_after_it_begins",
            ),
            *(
                models.UniqueConstraint(
                    fields=["user", "role", place],
                    condition=Q(valid_until__isnull=True),
                    name=f"one_open_assignment_a_{place}",
                    violation_error_message="这个人在这里已经有这个角色了。",
                )
                for place in ("region", "organisation", "site")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.role} {self.region or self.organisation or self.site}"
