"""Granting a role: who, which, where, from when."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet

from accounts.enums import Role
from accounts.models import RoleAssignment, User
from accounts.phones import normalise_phone
from accounts.queries.roles import Place, grants_from, roles_to_grant
from core import clock
from places.enums import Level
from places.models import AcademySite, Organisation, Region

NOBODY = "没有找到这个人。请填对方的用户名，或者完整的手机号；对方要先登录过一次，或者由管理员开好账号。"


class GrantForm(forms.ModelForm):
    """The person is named by username or whole phone number: there is no list of people to leaf through."""

    person = forms.CharField(
        label="给谁", max_length=150, help_text="对方的用户名，或者 11 位手机号", widget=forms.TextInput
    )
    role = forms.ChoiceField(label="角色")

    class Meta:
        model = RoleAssignment
        fields = ["role", "region", "organisation", "site", "valid_from", "valid_until"]
        widgets = {
            "valid_from": forms.DateInput(attrs={"type": "date"}),
            "valid_until": forms.DateInput(attrs={"type": "date"}),
        }

    field_order = ["person", "role", "region", "site", "organisation", "valid_from", "valid_until"]

    def __init__(self, *args: Any, actor: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        scope = grants_from(actor)
        roles = roles_to_grant(actor)
        self.fields["role"].choices = [("", "请选择"), *((role.value, role.value) for role in roles)]  # type: ignore[attr-defined]
        regions = Region.objects.filter(level__in=[Level.CITY, Level.BANNER], valid_until__isnull=True)
        self._offer("region", scope.regions(regions), "请选择地区（市办、旗区民政局）")
        self._offer("site", scope.at_sites(AcademySite.objects.order_by("name"), ""), "请选择站点（站点人员）")
        organisations = Organisation.objects.filter(closed_on__isnull=True).order_by("name")
        self._offer("organisation", scope.regions(organisations, "region__path"), "请选择单位（学校、教师、编辑）")
        for name, needed in (
            ("organisation", {Role.SCHOOL, Role.TEACHER, Role.EDITOR}),
            ("region", {Role.CITY, Role.BANNER, Role.TEACHER, Role.EDITOR}),
        ):
            if not needed & set(roles):
                del self.fields[name]
        self.fields["valid_from"].initial = clock.today()

    def _offer(self, name: str, rows: QuerySet[Any], empty: str) -> None:
        field = self.fields[name]
        field.queryset = rows  # type: ignore[attr-defined]
        field.empty_label = empty  # type: ignore[attr-defined]

    def clean_person(self) -> User:
        typed = self.cleaned_data["person"].strip()
        try:
            found = User.objects.filter(phone=normalise_phone(typed)).first()
        except ValueError:
            found = None
        found = found or User.objects.filter(username=typed).first()
        if found is None:
            raise forms.ValidationError(NOBODY)
        return found

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors and not self.place().kind:
            raise forms.ValidationError("在哪里：要选一个地方，而且只选一个。")
        return data

    def place(self) -> Place:
        """Of the valid form."""
        return Place(**{name: self.cleaned_data.get(name) for name in ("region", "organisation", "site")})
