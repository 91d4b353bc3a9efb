"""Forms for teachers, their employers' consent, exam weeks and holidays."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.validators import RegexValidator

from accounts.scope import Scope
from courses.admin.desk import DayInput
from courses.enums import RehiredKind, TeacherChannel
from courses.models import Teacher
from courses.operations.teachers import Entry
from courses.queries.offering_desk import regions_in
from places.enums import OrganisationKind
from places.models import Organisation, Region


class OrganisationChoice(forms.ModelChoiceField):
    def __init__(self, *, kind: str = "", **kwargs: Any) -> None:
        rows = Organisation.objects.filter(closed_on__isnull=True).select_related("region")
        super().__init__(queryset=rows.filter(kind=kind) if kind else rows, **kwargs)

    def label_from_instance(self, body: Any) -> str:
        return f"{body.name}（{body.region}）"


class TeacherForm(forms.Form):
    name = forms.CharField(label="姓名", max_length=40, help_text="学员会看到。")
    channel = forms.ChoiceField(label="来源", choices=TeacherChannel.choices)
    rehired_kind = forms.ChoiceField(label="返聘类别", choices=[("", "不是返聘"), *RehiredKind.choices], required=False)
    organisation = OrganisationChoice(
        label="单位", required=False, help_text="在职兼职填工作单位，高校学生填学校，退休教师可以填原单位。"
    )
    region = forms.ModelChoiceField(label="管理地区", queryset=Region.objects.none())
    phone = forms.CharField(
        label="手机号",
        required=False,
        validators=[RegexValidator(r"^1\d{10}$", "手机号是 11 位数字。")],
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        help_text="只有管理地区的工作人员能看到。",
    )
    introduction = forms.CharField(
        label="介绍",
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="学员会看到。",
    )
    is_active = forms.BooleanField(label="可以排课", required=False, initial=True)

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        regions: Any = self.fields["region"]
        regions.queryset = regions_in(scope)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        is_rehired = given.get("channel") == TeacherChannel.REHIRED
        if "channel" in given and is_rehired != bool(given.get("rehired_kind")):
            self.add_error("rehired_kind", "返聘教师要选返聘类别，其他教师不选。")
        needs_body = given.get("channel") in (TeacherChannel.IN_SERVICE, TeacherChannel.STUDENT)
        if needs_body and not given.get("organisation") and "organisation" not in self.errors:
            self.add_error("organisation", "在职兼职要填工作单位，高校学生要填学校。")
        return given

    def entry(self) -> Entry:
        return Entry(**self.cleaned_data)


def entry_of(teacher: Teacher) -> dict[str, Any]:
    """What the form begins with."""
    names = ("name", "channel", "rehired_kind", "organisation", "region", "phone", "introduction", "is_active")
    return {name: getattr(teacher, name) for name in names}


class PermissionForm(forms.Form):
    employer = OrganisationChoice(label="同意的单位")
    paper = forms.FileField(label="同意书", help_text="PDF 或照片（JPG、PNG），最多 10 MB。只有工作人员能看到。")
    valid_from = forms.DateField(label="从哪天起", widget=DayInput())
    valid_until = forms.DateField(label="到哪天止", widget=DayInput(), help_text="这一天还算在内。")


class WithdrawForm(forms.Form):
    reason = forms.CharField(label="撤回的原因", max_length=120)


class ExamWeeksForm(forms.Form):
    organisation = OrganisationChoice(label="学校", kind=OrganisationKind.SCHOOL)
    first = forms.DateField(label="从哪天起", widget=DayInput())
    last = forms.DateField(label="到哪天止", widget=DayInput(), help_text="有考试的整周都不给这所学校的学生排课。")


class HolidayForm(forms.Form):
    day = forms.DateField(label="日期", widget=DayInput())
    name = forms.CharField(label="节日", max_length=20)
