"""The seven categories of 鄂民发〔2024〕144号, in the order of that paper, and who may watch a lesson."""

from django.db.models import TextChoices


class Category(TextChoices):
    POLITICS = "politics", "思想政治"
    HEALTH = "health", "康养健身"
    DIGITAL = "digital", "智慧生活"
    CULTURE = "culture", "文化娱乐"
    LIFE = "life", "生命教育"
    FRAUD = "fraud", "防范诈骗"
    GENERATIONS = "generations", "代际沟通"


class Audience(TextChoices):
    PUBLIC = "public", "所有人"
    MEMBERS = "members", "登录的学员"


# A few words under the name of a category, so that nobody has to guess what is in it.
CATEGORY_HINTS: dict[str, str] = {
    Category.POLITICS: "时政、红色故事",
    Category.HEALTH: "太极、膳食、慢病",
    Category.DIGITAL: "手机、挂号、网购",
    Category.CULTURE: "书画、琴、戏曲",
    Category.LIFE: "心理、照护、预嘱",
    Category.FRAUD: "电话、短信、保健品",
    Category.GENERATIONS: "隔代、家风、陪伴",
}


class TeachingForm(TextChoices):
    """How a course is taught."""

    RECORDED = "recorded", "线上点播"
    LIVE = "live", "线上直播"
    IN_PERSON = "in_person", "线下"


class TeacherChannel(TextChoices):
    """The four channels of 鄂民发〔2024〕144号 through which teachers come."""

    IN_SERVICE = "in_service", "在职兼职"
    RETIRED = "retired", "退休"
    REHIRED = "rehired", "返聘"
    STUDENT = "student", "高校学生"


class RehiredKind(TextChoices):
    """The 五老 whom an academy may engage again."""

    CADRE = "cadre", "老干部"
    EXPERT = "expert", "老专家"
    TEACHER = "teacher", "老教师"
    MODEL = "model", "老模范"


class SessionChangeKind(TextChoices):
    """What may become of a planned session."""

    MOVED = "moved", "改了时间或教室"
    CANCELLED = "cancelled", "取消"
    SUBSTITUTE = "substitute", "换了教师"


class ClashKind(TextChoices):
    """What stands against a session at an hour, in a room, with a teacher (ADR 0014)."""

    TEACHER_BUSY = "teacher_busy", "教师有课"
    ROOM_BUSY = "room_busy", "教室有课"
    INACTIVE = "inactive", "教师停止排课"
    PERMISSION = "permission", "没有单位同意书"
    CLOSED = "closed", "站点不开放"
    ELSEWHERE = "elsewhere", "不是这个站点的教室"
    SEATS = "seats", "座位不够"
    DATES = "dates", "不在开班日期内"
    TRAVEL = "travel", "路上来不及"
    SLOT = "slot", "教室不归学堂用"
    EXAM_WEEK = "exam_week", "考试周"
    HOLIDAY = "holiday", "放假日"
    PAST = "past", "时间已过"


YIELDING = frozenset({ClashKind.TRAVEL, ClashKind.SLOT, ClashKind.EXAM_WEEK, ClashKind.HOLIDAY, ClashKind.PAST})
"""Clashes that a person may let pass with a reason. Nobody can be in two places, or seat forty on thirty chairs."""


class ActivityForm(TextChoices):
    """The six forms of 鄂民发〔2024〕144号, in the order of that paper."""

    READING = "reading", "读书"
    TALK = "talk", "讲座"
    VISIT = "visit", "参观"
    SHOW = "show", "展演"
    TOUR = "tour", "游学"
    SERVICE = "service", "志愿服务"


class CheckItem(TextChoices):
    """What has to be settled before an activity is published. `courses.checklists` says for which form, and how."""

    BOOK = "book", "读什么书"
    LARGE_PRINT = "large_print", "有大字版"
    SPEAKER = "speaker", "主讲人"
    SOUND = "sound", "扩音设备"
    WALKING = "walking", "步行距离（米）"
    STEPS = "steps", "台阶和坡道"
    REST = "rest", "休息点和卫生间"
    RETURN = "return", "集合和返回"
    TRANSPORT = "transport", "车辆和司机"
    INSURANCE = "insurance", "保险公司和保单号"
    CONTACT = "contact", "带队应急联系人"
    CONTACT_PHONE = "contact_phone", "应急电话"
    FIRST_AID = "first_aid", "急救箱"
    REHEARSAL = "rehearsal", "彩排和化妆"
    EXITS = "exits", "疏散通道"
    SERVED = "served", "服务对象"


class SignMethod(TextChoices):
    """How an attendance came in; it stays to be seen, since paper proves less than a code scanned on the spot."""

    QR = "qr", "扫码"
    CODE = "code", "四位数"
    CARD = "card", "学员卡"
    PAPER = "paper", "纸质名单"


class MemberState(TextChoices):
    ASKED = "asked", "申请中"
    MEMBER = "member", "成员"
    DECLINED = "declined", "没有同意"
    LEFT = "left", "已退出"


TEAM_STANDING = (MemberState.ASKED, MemberState.MEMBER)
"""States of someone who is in a learning team, or may still get in."""


class Mark(TextChoices):
    """What a roll call says of a member."""

    PRESENT = "present", "到了"
    ABSENT = "absent", "没来"
    EXCUSED = "excused", "请假"


class EnrolmentMode(TextChoices):
    OPEN = "open", "随到随学"
    FIRST_COME = "first_come", "先到先得"
    LOTTERY = "lottery", "摇号"


class OfferingState(TextChoices):
    DRAFT = "draft", "筹备"
    PUBLISHED = "published", "已公布"
    CANCELLED = "cancelled", "已取消"


class EnrolmentState(TextChoices):
    """APPLIED waits for the draw, WAITING for a seat, CLAIMABLE for the person to take the seat kept for them."""

    APPLIED = "applied", "等待摇号"
    WAITING = "waiting", "候补"
    CLAIMABLE = "claimable", "有名额待确认"
    ENROLLED = "enrolled", "已报名"
    WITHDRAWN = "withdrawn", "已退出"
    LAPSED = "lapsed", "过时未确认"


SEATED = (EnrolmentState.CLAIMABLE, EnrolmentState.ENROLLED)
"""States that hold a seat."""
STANDING = (EnrolmentState.APPLIED, EnrolmentState.WAITING, *SEATED)
"""States of a person who is in, or may still get in."""


class CourseLevel(TextChoices):
    """How much one should know already."""

    BEGINNER = "beginner", "零基础"
    SOME = "some", "有一点基础"
    ADVANCED = "advanced", "想再提高"


class HomeworkState(TextChoices):
    SENT = "sent", "已交"
    ANSWERED = "answered", "老师看过了"


class EditionState(TextChoices):
    """Where a catalogue edition stands. Whether a published one is current is `CatalogueNow`'s to say."""

    DRAFT = "draft", "草稿"
    IN_REVIEW = "in_review", "审核中"
    APPROVED = "approved", "审核通过"
    SEALED = "sealed", "已封存"
    PUBLISHED = "published", "已发布"
    DISCARDED = "discarded", "已作废"


OPEN_EDITION = (EditionState.DRAFT, EditionState.IN_REVIEW, EditionState.APPROVED, EditionState.SEALED)
"""States of an edition that readers have not seen yet. A half-year has one such edition at most."""
FROZEN_EDITION = (EditionState.SEALED, EditionState.PUBLISHED)
"""States in which entries never change: triggers on both databases hold that."""


class EditionActKind(TextChoices):
    """What somebody did to an edition."""

    DRAFTED = "drafted", "起草"
    ADDED = "added", "加了课程"
    REMOVED = "removed", "去掉课程"
    REFRESHED = "refreshed", "换成最新内容"
    CARRIED = "carried", "定了停开课程的去向"
    GAP = "gap", "答复了供需缺口"
    SUBMITTED = "submitted", "送审"
    APPROVED = "approved", "审核通过"
    SENT_BACK = "sent_back", "退回修改"
    REOPENED = "reopened", "改动后重新回到草稿"
    SEALED = "sealed", "封存"
    SCHEDULED = "scheduled", "定了换版时间"
    FLIPPED = "flipped", "换版"
    ROLLED_BACK = "rolled_back", "退回上一版"
    DISCARDED = "discarded", "作废"


WRITING_ACTS = (
    EditionActKind.DRAFTED,
    EditionActKind.ADDED,
    EditionActKind.REMOVED,
    EditionActKind.REFRESHED,
    EditionActKind.CARRIED,
    EditionActKind.SUBMITTED,
)
"""Acts that make somebody an author of an edition, who can't approve it."""


class CarryPolicy(TextChoices):
    FINISH = "finish", "读完为止"
    STOP = "stop", "停止"


class FlipKind(TextChoices):
    SCHEDULED = "scheduled", "到点换版"
    BY_HAND = "by_hand", "人工换版"
    ROLLBACK = "rollback", "退回"


class RollbackAnswer(TextChoices):
    HONOUR = "honour", "照样上课"
    MOVE = "move", "换到别的班"
    CANCEL = "cancel", "取消并通知"


class GapDecision(TextChoices):
    OFFER = "offer", "会开"
    NOT_NOW = "not_now", "这次不开"


class Face(TextChoices):
    """How somebody liked a course."""

    GOOD = "good", "满意"
    FAIR = "fair", "一般"
    POOR = "poor", "不满意"


class EnrolmentAct(TextChoices):
    """What can happen to an enrolment, as its history says it."""

    APPLIED = "applied", "申请摇号"
    QUEUED = "queued", "进入候补"
    ENROLLED = "enrolled", "报上名"
    WON = "won", "摇号中签"
    LOST = "lost", "摇号未中，进入候补"
    OFFERED = "offered", "空出名额，留给本人"
    CLAIMED = "claimed", "确认名额"
    DECLINED = "declined", "这次不要，继续候补"
    LAPSED = "lapsed", "过时未确认"
    WITHDRAWN = "withdrawn", "退出"
    RESEATED = "reseated", "换座次"
