"""授课教师, through the four channels."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from core.models import TimeStamped
from courses.enums import RehiredKind, TeacherChannel


class Teacher(TimeStamped):
    """Someone who teaches. `name` and `introduction` are public by their nature.

    Personal data: `phone`, seen by staff who answer for `region` (`accounts.scope`) and by the teacher; `user` is the
    account a teacher signs in with, if any.
    """

    name = models.CharField("姓名", max_length=40)
    channel = models.CharField("来源", max_length=10, choices=TeacherChannel)
    rehired_kind = models.CharField("返聘类别", max_length=8, choices=RehiredKind, blank=True)
    organisation = models.ForeignKey(
        "places.Organisation",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="teachers",
        verbose_name="单位",
        help_text="在职教师的工作单位、学生的学校、退休教师的原单位",
    )
    region = models.ForeignKey(
        "places.Region", on_delete=models.PROTECT, related_name="teachers", verbose_name="管理地区"
    )
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="teacher",
        verbose_name="登录账号",
    )
    phone = models.CharField("手机号", max_length=20, blank=True)
    introduction = models.TextField("介绍", blank=True)
    is_active = models.BooleanField("可以排课", default=True)

    class Meta:
        verbose_name = "教师"
        verbose_name_plural = "教师"
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(channel__in=TeacherChannel.values), name="teacher_channel_known"),
            models.CheckConstraint(
                condition=Q(channel=TeacherChannel.REHIRED, rehired_kind__in=RehiredKind.values)
                | (~Q(channel=TeacherChannel.REHIRED) & Q(rehired_kind="")),
                name="teacher_rehired_as_something",
                violation_error_message="返聘教师要选返聘类别，其他教师不选。",
            ),
        ]

    def __str__(self) -> str:
        return self.name
