"""证书: that a person finished a course."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from courses.models.course import Course


class Certificate(models.Model):
    """Issued once a person and course, with everything that is printed on it, so that later changes of the course or
    of a name change no paper. `digest` is the SHA-256 of what is printed (`courses.certificates`). Never deleted;
    `revoked_at` takes it back.

    Personal data: the name on the paper; seen in full by the person and by administrators. Whoever holds the paper or
    its code sees the surname alone.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="certificates", verbose_name="学员"
    )
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="certificates", verbose_name="课程")
    code = models.CharField("编号", max_length=24, unique=True, editable=False)
    name = models.CharField("证书上的姓名", max_length=60)
    course_title = models.CharField("课程名称", max_length=60)
    lesson_count = models.PositiveIntegerField("讲数")
    hours = models.DecimalField("学习小时", max_digits=6, decimal_places=1)
    finished_on = models.DateField("学完日期")
    issued_at = models.DateTimeField("发证时间")
    digest = models.CharField("校验码", max_length=64, editable=False)
    revoked_at = models.DateTimeField("收回时间", null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="收回人",
    )
    revoked_because = models.CharField("收回原因", max_length=200, blank=True)

    class Meta:
        verbose_name = "证书"
        verbose_name_plural = "证书"
        ordering = ["-issued_at", "-pk"]
        permissions = [("revoke_certificate", "收回证书")]
        constraints = [
            models.UniqueConstraint(fields=["user", "course"], name="one_certificate_a_person_and_course"),
            models.CheckConstraint(condition=Q(lesson_count__gte=1), name="certificate_for_some_lesson"),
            models.CheckConstraint(condition=~Q(name=""), name="certificate_bears_a_name"),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True, revoked_by__isnull=True, revoked_because="")
                | Q(revoked_at__isnull=False, revoked_by__isnull=False) & ~Q(revoked_because=""),
                name="certificate_revoked_by_someone_for_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.course_title} {self.code}"

    @property
    def is_valid(self) -> bool:
        return self.revoked_at is None
