"""Forms of the desk. They translate; the operations decide."""

from __future__ import annotations

from typing import Any

from django import forms
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.widgets import AdminDateInput

from core.errors import Refusal
from places.enums import Facility, Level, RegionKind
from places.hours import NAMES, Stretch, check_overlaps, read_day
from places.models import AcademySite, Organisation, Region, Room, SiteEvidence
from places.operations.sites import stretch_of
from places.queries.desk import choosable, region_choices

EMPTY = [("", "请选择")]


class RegionField(forms.ModelChoiceField):
    """A region that the person answers for, chosen from a list grouped by banner. Call `narrow` in the form."""

    def __init__(self, **kwargs: Any) -> None:
        said = {"required": "请选一个地区。", "invalid_choice": "请从名单里选一个地区。"}
        super().__init__(queryset=Region.objects.none(), error_messages=said, **kwargs)

    def narrow(self, user: Any, *, levels: tuple[str, ...], also: int | None = None) -> None:
        self.queryset = choosable(user, levels=levels, also=also)
        self.choices = [*EMPTY, *region_choices(user, levels=levels, also=also)]  # type: ignore[assignment]


class RegionAddForm(WagtailAdminModelForm):
    parent = RegionField(label="上级", help_text="苏木乡镇、街道的上级是旗区；嘎查村、社区的上级是苏木乡镇、街道")

    class Meta:
        model = Region
        fields = ["parent", "name", "kind", "short_name", "valid_from"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parent"].narrow(self.for_user, levels=(Level.BANNER, Level.TOWNSHIP))

    def _get_validation_exclusions(self) -> set[str]:
        """Level and path are the operation's to work out, so the model can't be checked as a whole here."""
        return {*super()._get_validation_exclusions(), "level", "path", "parent"}

    def validate_constraints(self) -> None:
        """The operation says it in its own words."""


class RegionAmendForm(WagtailAdminModelForm):
    """What is no change of the region itself. A founding day on record stays."""

    class Meta:
        model = Region
        fields = ["short_name", "valid_from"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.valid_from is not None:
            del self.fields["valid_from"]


class RenameForm(forms.Form):
    name = forms.CharField(label="新名称", max_length=30)
    kind = forms.ChoiceField(label="类型", choices=RegionKind.choices)
    on = forms.DateField(label="从哪天起", widget=AdminDateInput, help_text="批准生效的那一天，不能是以后的日子")


class MergeForm(forms.Form):
    into = RegionField(label="并入哪里")
    on = forms.DateField(label="从哪天起", widget=AdminDateInput, help_text="批准生效的那一天，不能是以后的日子")

    def __init__(self, *args: Any, user: Any, region: Region, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["into"].narrow(user, levels=(region.level,))  # type: ignore[attr-defined]


class OrganisationForm(WagtailAdminModelForm):
    region = RegionField(label="所在地区")

    class Meta:
        model = Organisation
        fields = ["name", "kind", "region", "address", "phone", "closed_on"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["region"].narrow(self.for_user, levels=tuple(Level.values), also=self.instance.region_id)


class SiteForm(WagtailAdminModelForm):
    region = RegionField(
        label="所在地区", help_text="学堂选苏木乡镇、街道；学习点选嘎查村、社区。名单里没有的，先在“地区”里添加"
    )
    facilities = forms.MultipleChoiceField(
        label="设施", choices=Facility.choices, required=False, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = AcademySite
        fields = [
            "name",
            "kind",
            "region",
            "organisation",
            "address",
            "note",
            "phone",
            "facilities",
            "opened_on",
            "closed_on",
            "latitude",
            "longitude",
        ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        levels = (Level.TOWNSHIP, Level.VILLAGE)
        self.fields["region"].narrow(self.for_user, levels=levels, also=self.instance.region_id)
        self.fields["phone"].help_text = "站点的电话，会公开；不要填个人手机"
        self.fields["latitude"].help_text = "用来算远近，例如：40.412；不知道就空着"
        if self.instance.pk:
            self.initial["facilities"] = list(self.instance.facilities.values_list("facility", flat=True))


class RoomForm(WagtailAdminModelForm):
    """A room and its week: for each day, the academy's hours and those of others."""

    class Meta:
        model = Room
        fields = ["name", "area", "seats", "owner"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for weekday, name in enumerate(NAMES, start=1):
            self.fields[f"mine_{weekday}"] = forms.CharField(
                label=f"星期{name}，学堂用", required=False, max_length=200
            )
            self.fields[f"others_{weekday}"] = forms.CharField(
                label=f"星期{name}，别人用", required=False, max_length=400
            )
        if self.instance.pk:
            self._show([stretch_of(slot) for slot in self.instance.slots.all()])

    def _show(self, week: list[Stretch]) -> None:
        for weekday in range(1, 8):
            today = [stretch for stretch in week if stretch.weekday == weekday]
            self.initial[f"mine_{weekday}"] = "、".join(one.hours for one in today if not one.user_name)
            self.initial[f"others_{weekday}"] = "、".join(
                f"{one.hours} {one.user_name}" for one in today if one.user_name
            )

    def clean(self) -> dict[str, Any]:
        """`week` joins what the days say; a day that can't be read is shown at its own field."""
        cleaned = super().clean() or self.cleaned_data
        week: list[Stretch] = []
        for weekday in range(1, 8):
            for prefix in ("mine", "others"):
                field = f"{prefix}_{weekday}"
                try:
                    week += read_day(cleaned.get(field) or "", weekday=weekday, named=prefix == "others")
                except Refusal as refusal:
                    self.add_error(field, refusal.sentence)
        try:
            check_overlaps(week)
        except Refusal as refusal:
            self.add_error(None, refusal.sentence)
        cleaned["week"] = week
        return cleaned

    def plain_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self._meta.fields]

    def days(self) -> list[tuple[str, forms.BoundField, forms.BoundField]]:
        return [(f"星期{name}", self[f"mine_{day}"], self[f"others_{day}"]) for day, name in enumerate(NAMES, start=1)]


class EvidenceForm(WagtailAdminModelForm):
    class Meta:
        model = SiteEvidence
        fields = ["picture", "kind", "taken_on", "note"]
