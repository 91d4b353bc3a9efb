"""角色授权: who answers for what, granted and ended within one's own scope."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django_filters import ChoiceFilter
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views.generic import CreateView

from accounts.access import masked_phone, staff_label
from accounts.admin.rows import RowPage, RowViewSet, ScopedIndexView
from accounts.enums import Role
from accounts.forms.roles import GrantForm
from accounts.models import RoleAssignment
from accounts.operations.roles import end_role, grant_role
from accounts.queries.roles import PLACES, Place, assignments_for, may_grant
from core import clock
from core.errors import Refusal


def state_of(assignment: RoleAssignment) -> str:
    today = clock.today()
    if assignment.valid_until is not None and assignment.valid_until <= today:
        return "已结束"
    return "还没开始" if assignment.valid_from > today else "有效"


def place_of(assignment: RoleAssignment) -> str:
    return str(Place.of(assignment))


def person_of(assignment: RoleAssignment) -> str:
    return staff_label(assignment.user)


def begins_on(assignment: RoleAssignment) -> str:
    return assignment.valid_from.isoformat()


def ends_on(assignment: RoleAssignment) -> str:
    return assignment.valid_until.isoformat() if assignment.valid_until else "一直有"


class RoleFilters(WagtailFilterSet):
    role = ChoiceFilter(choices=[(role.value, role.value) for role in PLACES], label="角色", empty_label="全部")

    class Meta:
        model = RoleAssignment
        fields = ["role"]


class RolesView(ScopedIndexView):
    page_title = "角色授权"
    add_item_label = "授予角色"
    filterset_class = RoleFilters
    search_fields = ["user__display_name", "user__username"]
    default_ordering = "-valid_from"

    def rows_for(self, viewer: Any) -> QuerySet[RoleAssignment]:
        return assignments_for(viewer)

    @property
    def columns(self) -> list[Any]:
        return [
            TitleColumn("user", label="姓名", accessor=person_of, get_url=self.get_edit_url),
            Column("role", label="角色", sort_key="role"),
            Column("place", label="在哪里", accessor=place_of),
            Column("state", label="状态", accessor=state_of),
            Column("valid_from", label="从哪天起", accessor=begins_on, sort_key="valid_from"),
            Column("valid_until", label="到哪天止", accessor=ends_on, sort_key="valid_until"),
        ]


class GrantView(CreateView):
    page_title = "授予角色"
    error_message = "没有授权，请看下面的说明。填的都还在。"
    submit_button_label = "授予"
    submit_button_active_label = "正在授予"

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"actor": self.request.user}

    def get_page_subtitle(self) -> str:
        return ""

    def get_success_message(self, instance: RoleAssignment) -> str:
        return f"{person_of(instance)} 现在是 {instance.role}（{place_of(instance)}）。"

    def save_instance(self) -> RoleAssignment:
        data = self.form.cleaned_data
        return grant_role(
            actor=self.request.user,
            user=data["person"],
            role=Role(data["role"]),
            place=self.form.place(),
            valid_from=data["valid_from"],
            valid_until=data["valid_until"],
        )

    def form_valid(self, form: GrantForm) -> HttpResponse:
        try:
            return super().form_valid(form)
        except Refusal as refusal:
            form.add_error(None, refusal.sentence)
            self.produced_error_message = self.error_message
            return self.form_invalid(form)


class AssignmentPage(RowPage):
    page_title = "角色授权"
    header_icon = "group"
    action = "从今天起结束这个角色"
    warning = "结束以后，这个人马上看不到这里的资料。要恢复，重新授予一次。"

    def rows_for(self, viewer: Any) -> QuerySet[RoleAssignment]:
        return assignments_for(viewer)

    def facts(self, row: RoleAssignment) -> list[tuple[str, str]]:
        return [
            ("姓名", person_of(row)),
            ("手机号", masked_phone(row.user.phone)),
            ("角色", row.role),
            ("在哪里", place_of(row)),
            ("状态", state_of(row)),
            ("从哪天起", begins_on(row)),
            ("到哪天止", ends_on(row)),
            ("谁授予的", staff_label(row.granted_by)),
        ]

    def may_act(self, row: RoleAssignment) -> bool:
        ended = row.valid_until is not None and row.valid_until <= clock.today()
        return not ended and may_grant(self.request.user, Role(row.role), Place.of(row))  # type: ignore[arg-type]

    def act(self, row: RoleAssignment) -> str:
        end_role(actor=self.request.user, assignment=row)  # type: ignore[arg-type]
        return f"{person_of(row)} 不再是 {row.role}（{place_of(row)}）。"


class RoleViewSet(RowViewSet):
    model = RoleAssignment
    icon = "group"
    menu_label = "角色授权"
    menu_name = "roles"
    menu_order = 10
    adds = True
    row_page = AssignmentPage
    index_view_class = RolesView
    add_view_class = GrantView

    def get_form_class(self, for_update: bool = False) -> type[GrantForm]:
        return GrantForm
