"""Forms for activities, their checklists and paper lists."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone

from accounts.scope import Scope
from courses.admin.offering_forms import SiteChoice
from courses.checklists import NO, NUMBERS, YES
from courses.enums import ActivityForm
from courses.models import Activity
from courses.operations.activities import Outline
from courses.operations.attendance import PaperLine
from courses.queries.activities import CheckLine, PersonRow
from courses.queries.offering_desk import regions_in, sites_in
from places.models import AcademySite, Region


class InstantInput(forms.DateTimeInput):
    """The browser's own field for a day and an hour."""

    input_type = "datetime-local"

    def __init__(self, **attrs: Any) -> None:
        super().__init__(attrs=attrs, format="%Y-%m-%dT%H:%M")


class ActivityDetailsForm(forms.Form):
    form = forms.ChoiceField(label="形式", choices=ActivityForm.choices)
    title = forms.CharField(label="名称", max_length=60)
    site = SiteChoice(
        label="学堂站点", queryset=AcademySite.objects.none(), required=False, help_text="不在学堂里就空着。"
    )
    region = forms.ModelChoiceField(
        label="主办地区", queryset=Region.objects.none(), required=False, help_text="选了站点就不用选。"
    )
    place = forms.CharField(
        label="集合地点", required=False, max_length=120, help_text="不在学堂里，或者在学堂的哪个门集合。"
    )
    begins_at = forms.DateTimeField(label="开始", widget=InstantInput())
    ends_at = forms.DateTimeField(label="结束", widget=InstantInput())
    seats = forms.IntegerField(label="名额", required=False, min_value=1, max_value=10_000, help_text="不限就空着。")
    leader_name = forms.CharField(label="带队人", max_length=40, help_text="学员会看到。")
    summary = forms.CharField(label="介绍", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices: dict[str, Any] = self.fields
        choices["site"].queryset = sites_in(scope)
        choices["region"].queryset = regions_in(scope)
        if not choices["region"].queryset.exists():
            del self.fields["region"]
            self.fields["site"].required = True

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("begins_at") and given.get("ends_at") and given["ends_at"] <= given["begins_at"]:
            self.add_error("ends_at", "结束时间要在开始时间之后。")
        if not given.get("site") and "site" not in self.errors:
            if not given.get("region") and "region" not in self.errors:
                self.add_error("region" if "region" in self.fields else "site", "请选站点，或者选主办地区。")
            if not given.get("place"):
                self.add_error("place", "不在学堂里，请写明在哪里集合。")
        return given

    def outline(self) -> Outline:
        return Outline(**{"region": None, **self.cleaned_data})


def outline_of(activity: Activity) -> dict[str, Any]:
    """What the form begins with."""
    names = ("form", "title", "site", "region", "place", "seats", "leader_name", "summary")
    given = {name: getattr(activity, name) for name in names}
    return given | {name: timezone.localtime(getattr(activity, name)) for name in ("begins_at", "ends_at")}


class ChecklistForm(forms.Form):
    """One field a line; whether an answer will do is the operation's to say."""

    def __init__(self, *args: Any, lines: list[CheckLine], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for line in lines:
            if line.is_choice:
                choices = [("", "还没有定"), (YES, YES), (NO, NO)]
                field: forms.Field = forms.ChoiceField(label=line.label, choices=choices, required=False)
            else:
                mode = {"inputmode": "numeric"} if line.item in NUMBERS else {}
                field = forms.CharField(
                    label=line.label, required=False, max_length=200, widget=forms.TextInput(attrs=mode)
                )
            field.initial = line.answer
            self.fields[str(line.item)] = field


class ComerForm(forms.Form):
    username = forms.CharField(label="会员号或登录名", max_length=150, help_text="还没有的，请先帮他登记会员。")
    relative_name = forms.CharField(label="紧急联系人姓名", max_length=40, required=False)
    relative_phone = forms.CharField(label="紧急联系人电话", max_length=20, required=False, help_text="游学要填。")


class PaperForm(forms.Form):
    """A line for everyone who comes. What came in by code is shown and can't be changed; its sign-out may be added."""

    def __init__(self, *args: Any, rows: list[PersonRow], activity: Activity, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows = rows
        begins, ends = timezone.localtime(activity.begins_at), timezone.localtime(activity.ends_at)
        for row in rows:
            came = row.attendance
            day = {"min": f"{begins:%Y-%m-%d}T00:00", "max": f"{ends:%Y-%m-%d}T23:59"}
            if came is None:
                self.fields[f"in-{row.place.pk}"] = forms.DateTimeField(
                    label=f"{row.name}签到", required=False, widget=InstantInput(**day)
                )
            if came is None or came.signed_out_at is None:
                self.fields[f"out-{row.place.pk}"] = forms.DateTimeField(
                    label=f"{row.name}签退", required=False, widget=InstantInput(**day)
                )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        for row in self.rows:
            if row.attendance is None and given.get(f"out-{row.place.pk}") and not given.get(f"in-{row.place.pk}"):
                self.add_error(f"in-{row.place.pk}", "有签退没有签到，请补上签到时间。")
        return given

    def table(self) -> list[tuple[PersonRow, Any, Any]]:
        """(person, field of the sign-in or None, field of the sign-out or None) for the page."""
        bound = {name: self[name] for name in self.fields}
        return [(row, bound.get(f"in-{row.place.pk}"), bound.get(f"out-{row.place.pk}")) for row in self.rows]

    def lines(self) -> list[PaperLine]:
        """Those for whom something was written."""
        found = []
        for row in self.rows:
            came = row.attendance.signed_in_at if row.attendance else self.cleaned_data.get(f"in-{row.place.pk}")
            left = self.cleaned_data.get(f"out-{row.place.pk}")
            if came is not None and (row.attendance is None or left is not None):
                found.append(PaperLine(row.place.person, came, left))
        return found
