"""The roles (their values name the groups that hold their rights); states of messages and codes; words of members."""

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


class Gender(TextChoices):
    FEMALE = "female", "女"
    MALE = "male", "男"


class Circumstance(TextChoices):
    """What keeps people out of a 老年大学: money, body, circumstances. Gives priority here (鄂民发〔2024〕144号)."""

    LOW_INCOME = "low_income", "低保、特困"
    DISABLED = "disabled", "残疾"
    AGED = "aged", "80 岁以上高龄"
    ALONE = "alone", "独居、空巢"
    CARER = "carer", "照护失能家属"
    REMOTE = "remote", "农牧区，附近没有老年大学"


class PersonalDetail(TextChoices):
    """Details that staff see one at a time, each look leaving a row."""

    PHONE = "phone", "手机号"
    CONTACT = "contact", "紧急联系人"
    CIRCUMSTANCES = "circumstances", "优先情形"


class DelegatedScope(TextChoices):
    """What a senior may let somebody do for them."""

    ENROL = "enrol", "报名和退课"
    ATTEND = "attend", "活动报名与签到"
    LEARN = "learn", "看学习记录"
    PROFILE = "profile", "改联系方式"
