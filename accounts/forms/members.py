"""Forms about a member: at the counter, and on one's own page."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from accounts import numbers
from accounts.access import Viewer
from accounts.enums import Circumstance, Gender
from accounts.forms.fields import PhoneFormField
from accounts.models import MemberProfile, User
from accounts.models.profile import EARLIEST_BIRTH
from accounts.queries.kiosks import sites_for
from accounts.scope import scope_of
from core import clock
from places.enums import Level
from places.models import AcademySite, Region

CONTACT_PHONE_WRONG = "电话号码里只能有数字，请检查，例如 138 开头的手机号或 0477 开头的座机。"


def mark_errors(form: forms.BaseForm) -> None:
    """Tie each message to its field for those who hear the page."""
    for name, field in form.fields.items():
        if form.errors.get(name):
            field.widget.attrs |= {"aria-invalid": "true", "aria-describedby": f"id_{name}_error"}


def grouped_regions(regions: QuerySet[Region]) -> list[tuple[str, Any]]:
    """Choices of a select: townships under their banners. One query."""
    rows = list(regions.order_by("path"))
    banners = {row.pk: row.name for row in rows if row.level == Level.BANNER}
    above = {row.parent_id for row in rows if row.level == Level.TOWNSHIP and row.parent_id is not None}
    missing = above - banners.keys()
    banners |= dict(Region.objects.filter(pk__in=missing).values_list("pk", "name")) if missing else {}
    groups: dict[str, list[tuple[int, str]]] = {}
    for row in rows:
        if row.level == Level.BANNER:
            groups.setdefault(row.name, []).insert(0, (row.pk, f"{row.name}（不清楚哪个乡镇街道）"))
        elif row.level == Level.TOWNSHIP:
            groups.setdefault(banners.get(row.parent_id or 0, ""), []).append((row.pk, row.name))
    return [("", "请选"), *groups.items()]


def standing_regions() -> QuerySet[Region]:
    """Banners and townships of today: nobody is asked for a village from a list of thousands."""
    return Region.objects.standing(clock.today()).filter(level__in=[Level.BANNER, Level.TOWNSHIP])


def open_sites() -> QuerySet[AcademySite]:
    return AcademySite.objects.exclude(closed_on__lte=clock.today()).order_by("region__path", "name")


class ContactFields(forms.Form):
    """Emergency contact, both parts or neither."""

    contact_name = forms.CharField(label="紧急联系人姓名", max_length=40, required=False)
    contact_phone = forms.CharField(label="紧急联系人电话", max_length=20, required=False)

    def clean_contact_phone(self) -> str:
        text = numbers.plain_digits(self.cleaned_data["contact_phone"])
        if text and not (text.isascii() and text.isdigit() and 5 <= len(text) <= 13):
            raise ValidationError(CONTACT_PHONE_WRONG)
        return text

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        name, phone = cleaned.get("contact_name"), cleaned.get("contact_phone")
        if name and phone == "":
            self.add_error("contact_phone", "填了姓名，也请填电话。")
        if phone and not name:
            self.add_error("contact_name", "填了电话，也请填姓名。")
        return cleaned


class PersonFields(ContactFields):
    """Who someone is and where they live."""

    full_name = forms.CharField(label="姓名", max_length=40, error_messages={"required": "请填姓名，和身份证上一样。"})
    birth_year = forms.IntegerField(
        label="出生年份",
        min_value=EARLIEST_BIRTH,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "maxlength": "4"}),
        error_messages={
            "required": "请填出生年份。",
            "invalid": "出生年份要四位数字，例如 1955。",
            "min_value": "出生年份要四位数字，例如 1955。",
        },
    )
    gender = forms.ChoiceField(
        label="性别",
        choices=[("", "请选"), *Gender.choices],
        error_messages={"required": "请选性别。", "invalid_choice": "请从列表里选性别。"},
    )
    region = forms.ModelChoiceField(
        label="住在哪里",
        queryset=Region.objects.none(),
        error_messages={"required": "请选住在哪里。", "invalid_choice": "请从列表里选住在哪里。"},
    )
    site = forms.ModelChoiceField(
        label="常去的学堂",
        queryset=AcademySite.objects.none(),
        required=False,
        empty_label="还没有",
        error_messages={"invalid_choice": "请从列表里选学堂。"},
    )

    def __init__(self, *args: Any, regions: QuerySet[Region], sites: QuerySet[AcademySite], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields(
            ["full_name", "birth_year", "gender", "region", "site", "phone", "contact_name", "contact_phone"]
        )
        region, site = self.fields["region"], self.fields["site"]
        assert isinstance(region, forms.ModelChoiceField)
        assert isinstance(site, forms.ModelChoiceField)
        region.queryset, site.queryset = regions, sites
        region.choices = grouped_regions(regions)

    def clean_birth_year(self) -> int:
        year = int(self.cleaned_data["birth_year"])
        if year > clock.today().year:
            raise ValidationError("出生年份还没有到，请检查。")
        return year


class PhoneFields(forms.Form):
    phone = PhoneFormField(label="手机号（没有就空着）", required=False)


class RegistrationForm(PersonFields, PhoneFields):
    """A clerk registers somebody at the counter."""

    circumstances = forms.MultipleChoiceField(
        label="优先情形（本人愿意说的才勾；核对证件以后才算）",
        choices=Circumstance.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "请从列表里选优先情形。"},
    )
    consented = forms.BooleanField(
        label="同意书已经念给本人听，本人同意",
        error_messages={"required": "要先把同意书念给本人听，本人同意了再勾上。"},
    )

    def __init__(self, *args: Any, clerk: Viewer, **kwargs: Any) -> None:
        scope, sites = scope_of(clerk), sites_for(clerk)
        regions = standing_regions()
        only_sites = not scope.everything and not scope.paths
        if not only_sites:
            regions = scope.regions(regions)
        super().__init__(*args, regions=regions, sites=sites, **kwargs)
        if only_sites:
            # Whoever answers for a site takes in the people who come to it, wherever they live.
            self.fields["site"].required = True
            self.fields["site"].error_messages["required"] = "请选您的站点。"
            if len(sites) == 1:
                self.fields["site"].initial = sites[0].pk

    def clean_circumstances(self) -> frozenset[Circumstance]:
        return frozenset(Circumstance(kind) for kind in self.cleaned_data["circumstances"])


class CorrectionForm(PersonFields, PhoneFields):
    """A clerk corrects what is known. Sites and regions that the member has already stay possible."""

    def __init__(self, data: Any = None, *, clerk: Viewer, profile: MemberProfile) -> None:
        own = Region.objects.filter(pk=profile.region_id)
        regions = scope_of(clerk).regions(standing_regions()) | own
        sites = sites_for(clerk) | AcademySite.objects.filter(pk=profile.site_id or 0)
        initial = {
            name: getattr(profile, name)
            for name in ("full_name", "birth_year", "gender", "contact_name", "contact_phone")
        } | {"region": profile.region_id, "site": profile.site_id, "phone": profile.user.phone or ""}
        super().__init__(data, regions=regions, sites=sites, initial=initial)


class OwnProfileForm(PersonFields):
    """Someone who signed in by themselves says who they are."""

    consented = forms.BooleanField(
        label="我读过同意书，我同意", error_messages={"required": "请先读同意书，同意了再勾上。"}
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, regions=standing_regions(), sites=open_sites(), **kwargs)


class OwnContactForm(ContactFields):
    """What people change by themselves."""

    display_name = forms.CharField(
        label="怎么称呼您", max_length=40, error_messages={"required": "请填怎么称呼您，例如：王阿姨。"}
    )
    site = forms.ModelChoiceField(
        label="常去的学堂",
        queryset=AcademySite.objects.none(),
        required=False,
        empty_label="还没有",
        error_messages={"invalid_choice": "请从列表里选学堂。"},
    )
    field_order = ["display_name", "site", "contact_name", "contact_phone"]

    def __init__(self, data: Any = None, *, person: User, profile: MemberProfile) -> None:
        initial = {
            "display_name": person.display_name or profile.full_name,
            "site": profile.site_id,
            "contact_name": profile.contact_name,
            "contact_phone": profile.contact_phone,
        }
        super().__init__(data, initial=initial)
        site = self.fields["site"]
        assert isinstance(site, forms.ModelChoiceField)
        site.queryset = open_sites() | AcademySite.objects.filter(pk=profile.site_id or 0)


class CheckForm(forms.Form):
    """A clerk has seen the paper."""

    evidence = forms.CharField(
        label="看了什么证件或材料", max_length=60, error_messages={"required": "请写看了什么证件或材料。"}
    )
    valid_until = forms.DateField(
        label="证件有效到",
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"required": "请填有效到哪天。", "invalid": "日期要写成 2027-06-30 这样。"},
    )
