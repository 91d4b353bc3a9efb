"""What is taught at the demo sites this half-year: teachers of all four channels, offerings, and who learns there.

Days count from the day on which the demo is made, so that it is never out of date: `begins` days after it.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from courses.enums import EnrolmentMode, RehiredKind, TeacherChannel, TeachingForm


@dataclass(frozen=True)
class DemoTeacher:
    """`organisation` is looked for in the teacher's banner, and made if it isn't there."""

    name: str
    banner: str
    channel: str
    introduction: str
    rehired_kind: str = ""
    organisation: str = ""
    username: str = ""


TEACHERS = (
    DemoTeacher(
        "乌云其其格",
        "达拉特旗",
        TeacherChannel.RETIRED,
        "退休体育教师，教八段锦十二年。",
        organisation="达拉特旗第一中学",
    ),
    DemoTeacher(
        "赵老师",
        "东胜区",
        TeacherChannel.RETIRED,
        "退休语文教师，也写得一手好字。",
        organisation="东胜区第一小学",
        username="teacher",
    ),
    DemoTeacher(
        "刘建国",
        "康巴什区",
        TeacherChannel.REHIRED,
        "退休通信工程师，教大家用手机。",
        rehired_kind=RehiredKind.EXPERT,
        organisation="康巴什区老年大学",
    ),
    DemoTeacher(
        "巴特尔",
        "乌审旗",
        TeacherChannel.REHIRED,
        "乌兰牧骑退休琴师，拉马头琴四十年。",
        rehired_kind=RehiredKind.MODEL,
        organisation="乌审旗文化馆",
    ),
    DemoTeacher(
        "苏日娜",
        "康巴什区",
        TeacherChannel.STUDENT,
        "鄂尔多斯应用技术学院学生，周末来教手机摄影。",
        organisation="鄂尔多斯应用技术学院",
    ),
)


@dataclass(frozen=True)
class DemoOffering:
    """`weekday` 1 is Monday; `begins` and `enrol_until` in days from today, `weeks` sessions of ninety minutes."""

    course: str
    site: str
    room: str
    teacher: str
    weekday: int
    hour: int
    begins: int
    weeks: int
    enrol_until: int
    seats: int | None
    mode: str
    form: str = TeachingForm.IN_PERSON
    learners: tuple[str, ...] = ()
    note: str = ""

    def first_day(self, today: dt.date) -> dt.date:
        """The first such weekday on or after the day it begins."""
        day = today + dt.timedelta(days=self.begins)
        return day + dt.timedelta(days=(self.weekday - day.isoweekday()) % 7)


OFFERINGS = (
    DemoOffering(
        "ba-duan-jin", "树林召镇银发学堂", "书画室", "乌云其其格", 1, 9, -14, 8, 5, 16, EnrolmentMode.FIRST_COME,
        learners=("王美兰", "王秀英", "李存柱"), note="穿宽松的衣服和软底鞋，早饭后一小时再来。",
    ),
    DemoOffering(
        "ba-duan-jin", "林荫街道银发学堂", "多功能厅", "赵老师", 3, 9, 10, 6, 6, 30, EnrolmentMode.FIRST_COME,
        learners=("郝文生",), note="在二楼多功能厅，有电梯。",
    ),
    DemoOffering(
        "shou-ji-an-xin", "哈巴格希街道银发学堂", "301 教室", "刘建国", 2, 15, 20, 6, 8, 4, EnrolmentMode.LOTTERY,
        learners=("张桂芳", "郝文生", "王秀英", "李存柱", "王美兰"), note="带上自己的手机和充电线。",
    ),
    DemoOffering(
        "ma-tou-qin", "嘎鲁图镇银发学堂", "马头琴教室", "巴特尔", 5, 10, 15, 6, -1, 3, EnrolmentMode.LOTTERY,
        learners=("娜仁花", "高玉兰", "孟和", "张桂芳", "王美兰"), note="琴由学堂借给大家用。",
    ),
    DemoOffering(
        "tui-kuan-dian-hua", "阿勒腾席热镇银发学堂", "一号教室", "赵老师", 4, 10, 12, 4, 10, 40,
        EnrolmentMode.FIRST_COME, learners=("王秀英", "孟和"),
    ),
    DemoOffering(
        "shou-ji-an-xin", "", "", "苏日娜", 6, 19, 4, 6, 20, None, EnrolmentMode.OPEN,
        form=TeachingForm.LIVE, learners=("李存柱", "高玉兰"), note="在家用手机就能上，不用出门。",
    ),
)  # fmt: skip


@dataclass(frozen=True)
class DemoMember:
    """Someone without a phone, registered at the counter of a site."""

    name: str
    birth_year: int
    gender: str
    region: str
    circumstances: tuple[str, ...] = ()


MEMBERS = (
    DemoMember("王秀英", 1955, "female", "达拉特旗/树林召镇"),
    DemoMember("李存柱", 1949, "male", "达拉特旗/树林召镇", ("remote",)),
    DemoMember("娜仁花", 1958, "female", "乌审旗/嘎鲁图镇"),
    DemoMember("高玉兰", 1944, "female", "乌审旗/嘎鲁图镇", ("aged", "alone")),
    DemoMember("孟和", 1952, "male", "乌审旗/嘎鲁图镇"),
    DemoMember("张桂芳", 1953, "female", "康巴什区/哈巴格希街道", ("carer",)),
    DemoMember("郝文生", 1950, "male", "东胜区/林荫街道"),
)
