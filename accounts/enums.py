"""The roles, whose values are the names of the groups that hold their rights; states of messages and codes."""

from __future__ import annotations

from enum import StrEnum

from django.db.models import TextChoices


class Role(StrEnum):
    """市办 and 旗区民政局 answer for a region, 站点人员 for a site, 学校 for an organisation; a teacher or an editor
    for a region or an organisation. `RoleAssignment` says which.
    """

    EDITOR = "编辑"
    TEACHER = "教师"
    SENIOR = "学员"
    ADMIN = "管理员"
    CITY = "市办"
    BANNER = "旗区民政局"
    SITE = "站点人员"
    SCHOOL = "学校"


class SmsTemplate(TextChoices):
    """The messages we send. A gateway knows each by the name of its template there (SMS_TEMPLATES)."""

    SIGN_IN_CODE = "sign_in_code", "登录验证码"
    SEAT_OFFERED = "seat_offered", "空出名额"
    LOTTERY_WON = "lottery_won", "摇号中签"
    LOTTERY_LOST = "lottery_lost", "摇号未中"


class SmsState(TextChoices):
    QUEUED = "queued", "等着发"
    SENDING = "sending", "正在发"
    SENT = "sent", "已发出"
    UNCLEAR = "unclear", "可能已发出"
    FAILED = "failed", "没有发出"
    LATE = "late", "过时没有发"


class CodeState(TextChoices):
    ISSUED = "issued", "已生成"
    PROVEN = "proven", "已填对"
    USED = "used", "已用过"
