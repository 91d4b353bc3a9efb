"""Forms for offerings and their sessions."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone

from accounts.scope import Scope
from core.spoken_dates import weekday_name
from courses.admin.desk import DayInput, OverrideForm, TimeInput
from courses.enums import EnrolmentMode, TeachingForm
from courses.models import Course, Lesson, Offering, Session, Teacher
from courses.operations.offerings import Terms
from courses.queries.offering_desk import regions_in, sites_in
from courses.queries.teachers import schedulable
from places.models import AcademySite, Region, Room


class TeacherChoice(forms.ModelChoiceField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=schedulable(), **kwargs)

    def label_from_instance(self, teacher: Any) -> str:
        unit = f"，{teacher.organisation}" if teacher.organisation else ""
        return f"{teacher.name}（{teacher.get_channel_display()}{unit}，{teacher.region}）"


class SiteChoice(forms.ModelChoiceField):
    def label_from_instance(self, site: Any) -> str:
        return f"{site.region} · {site.name}"


class RoomChoice(forms.ModelChoiceField):
    def label_from_instance(self, room: Any) -> str:
        return f"{room.name}（{room.seats} 座）"


class OfferingForm(OverrideForm):
    """Everything about an offering except its sessions."""

    course = forms.ModelChoiceField(label="课程", queryset=Course.objects.order_by("title"))
    form = forms.ChoiceField(label="形式", choices=TeachingForm.choices)
    site = SiteChoice(
        label="学堂站点",
        queryset=AcademySite.objects.none(),
        required=False,
        help_text="线下的班选站点，线上的班空着。",
    )
    region = forms.ModelChoiceField(
        label="主办地区",
        queryset=Region.objects.none(),
        required=False,
        help_text="线上的班选主办地区；线下的跟着站点走。",
    )
    teacher = TeacherChoice(label="教师", required=False)
    begins_on = forms.DateField(label="开课日期", widget=DayInput())
    ends_on = forms.DateField(label="结课日期", widget=DayInput())
    mode = forms.ChoiceField(label="报名方式", choices=EnrolmentMode.choices)
    seats = forms.IntegerField(
        label="名额", required=False, min_value=1, max_value=10_000, help_text="先到先得和摇号要填；随到随学不填。"
    )
    enrol_from = forms.DateField(label="报名开始", widget=DayInput())
    enrol_until = forms.DateField(label="报名截止", widget=DayInput(), help_text="这一天还能报名。")
    note = forms.CharField(
        label="说明",
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="带什么、在哪个门集合。学员会看到。",
    )
    field_order = [
        "course", "form", "site", "region", "teacher", "begins_on", "ends_on", "mode", "seats", "enrol_from",
        "enrol_until", "note", "override_reason",
    ]  # fmt: skip

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices: dict[str, Any] = self.fields
        choices["site"].queryset = sites_in(scope)
        choices["region"].queryset = regions_in(scope)
        if not choices["region"].queryset.exists():
            del self.fields["region"]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("begins_on") and given.get("ends_on") and given["ends_on"] < given["begins_on"]:
            self.add_error("ends_on", "结课日期要在开课日期之后。")
        if given.get("enrol_from") and given.get("enrol_until") and given["enrol_until"] < given["enrol_from"]:
            self.add_error("enrol_until", "报名截止要在报名开始之后。")
        is_here = given.get("form") == TeachingForm.IN_PERSON
        if is_here and not given.get("site"):
            self.add_error("site", "线下的班要选站点。")
        if not is_here and given.get("site"):
            self.add_error("site", "线上的班不选站点。")
        is_open = given.get("mode") == EnrolmentMode.OPEN
        if "seats" in given and is_open != (given["seats"] is None):
            self.add_error("seats", "随到随学不填名额。" if is_open else "先到先得和摇号要填名额。")
        return given

    def terms(self) -> Terms:
        given = {name: value for name, value in self.cleaned_data.items() if name != "override_reason"}
        return Terms(**{"region": None, **given})


def terms_of(offering: Offering) -> dict[str, Any]:
    """What the form begins with."""
    names = (
        "course", "form", "site", "region", "teacher", "begins_on", "ends_on", "mode", "seats", "enrol_from",
        "enrol_until", "note",
    )  # fmt: skip
    return {name: getattr(offering, name) for name in names}


class PlaceForm(OverrideForm):
    """A room, where the offering has a site."""

    room = RoomChoice(label="教室", queryset=Room.objects.none())

    def __init__(self, *args: Any, offering: Offering, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if offering.site is None:
            del self.fields["room"]
        else:
            rooms: Any = self.fields["room"]
            rooms.queryset = offering.site.rooms.select_related("site").order_by("name")

    @property
    def room_chosen(self) -> Room | None:
        return self.cleaned_data.get("room")


class WeeklyForm(PlaceForm):
    """A weekly pattern."""

    weekdays = forms.TypedMultipleChoiceField(
        label="星期几上课",
        coerce=int,
        choices=[(number, weekday_name(number)) for number in range(1, 8)],
        widget=forms.CheckboxSelectMultiple,
    )
    begins = forms.TimeField(label="几点上课", widget=TimeInput())
    ends = forms.TimeField(label="几点下课", widget=TimeInput())
    first = forms.DateField(label="从哪天起", widget=DayInput())
    last = forms.DateField(label="到哪天止", widget=DayInput(), help_text="放假日和学生教师的考试周会自动跳过。")
    teacher = TeacherChoice(label="教师", required=False, help_text="不选就是这个班的教师。")
    field_order = ["weekdays", "begins", "ends", "first", "last", "room", "teacher", "override_reason"]


class StretchForm(PlaceForm):
    """One day with its hours."""

    day = forms.DateField(label="日期", widget=DayInput())
    begins = forms.TimeField(label="几点上课", widget=TimeInput())
    ends = forms.TimeField(label="几点下课", widget=TimeInput())
    field_order = ["day", "begins", "ends", "room", "teacher", "lesson", "reason", "override_reason"]

    @property
    def stretch(self) -> tuple[dt.datetime, dt.datetime]:
        day = self.cleaned_data["day"]
        begins, ends = (dt.datetime.combine(day, self.cleaned_data[name]) for name in ("begins", "ends"))
        return timezone.make_aware(begins), timezone.make_aware(ends)


class SessionForm(StretchForm):
    """A session of its own."""

    teacher = TeacherChoice(label="教师", required=False, help_text="不选就是这个班的教师。")
    lesson = forms.ModelChoiceField(label="上哪一讲", queryset=Lesson.objects.none(), required=False)

    def __init__(self, *args: Any, offering: Offering, **kwargs: Any) -> None:
        super().__init__(*args, offering=offering, **kwargs)
        lessons: Any = self.fields["lesson"]
        lessons.queryset = Lesson.objects.filter(course=offering.course).order_by("number")
        lessons.label_from_instance = lambda lesson: f"第 {lesson.number} 讲 {lesson.title}"


class ReasonForm(forms.Form):
    reason = forms.CharField(label="原因", max_length=120, help_text="学员会看到，请用他们看得懂的话写。")


class MoveForm(ReasonForm, StretchForm):
    """Another time or room, and why."""


class SubstituteForm(ReasonForm, OverrideForm):
    teacher = TeacherChoice(label="由谁来上")
    field_order = ["teacher", "reason", "override_reason"]

    def __init__(self, *args: Any, without: Teacher | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if without is not None:
            choices: Any = self.fields["teacher"]
            choices.queryset = choices.queryset.exclude(pk=without.pk)


class FeeForm(forms.Form):
    amount = forms.DecimalField(
        label="金额（元）", min_value=Decimal("0.01"), max_digits=8, decimal_places=2, help_text="这次课给教师的课酬。"
    )


class PayForm(forms.Form):
    paid_on = forms.DateField(label="发放日期", widget=DayInput())


class VoidForm(forms.Form):
    reason = forms.CharField(label="作废的原因", max_length=120)


def stretch_of(session: Session) -> dict[str, Any]:
    """What the form for moving begins with."""
    begins, ends = timezone.localtime(session.begins_at), timezone.localtime(session.ends_at)
    return {"day": begins.date(), "begins": begins.time(), "ends": ends.time(), "room": session.room}
