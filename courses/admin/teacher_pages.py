"""教师 at the desk: the list, one teacher with consent, sessions and fees."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django_filters import ChoiceFilter
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, NumberColumn, StatusTagColumn, TitleColumn
from wagtail.admin.views.generic import IndexView
from wagtail.admin.widgets.button import HeaderButton

from accounts.scope import scope_of
from core import clock
from courses.admin.desk import Crumb, DeskForm, DeskView
from courses.admin.teacher_forms import PermissionForm, TeacherForm, WithdrawForm, entry_of
from courses.enums import TeacherChannel
from courses.models import Teacher, TeacherPermission
from courses.operations.teachers import add_teacher, edit_teacher, record_permission, withdraw_permission
from courses.queries.teachers import (
    consent_line,
    fee_totals,
    fees_in,
    misfits,
    permissions_in,
    sessions_to_come,
    teachers_for_desk,
    teachers_in,
)

LIST: Crumb = ("/admin/teachers/", "教师")


class TeacherFilters(WagtailFilterSet):
    channel = ChoiceFilter(choices=TeacherChannel.choices, label="来源", empty_label="全部")
    is_active = ChoiceFilter(choices=[("True", "可以排课"), ("False", "停止排课")], label="排课", empty_label="全部")

    class Meta:
        model = Teacher
        fields = ["channel", "is_active"]


class TeacherIndex(IndexView):
    """Teachers of the clerk's regions."""

    page_title = "教师"
    model = Teacher
    any_permission_required = ["view"]
    filterset_class = TeacherFilters
    default_ordering = "name"
    paginate_by = 30
    search_backend_name = None
    search_fields = ["name", "organisation__name"]
    results_template_name = "courses/admin/teachers_results.html"

    def get_base_queryset(self) -> QuerySet[Teacher]:
        return teachers_for_desk(scope_of(self.request.user))

    @property
    def columns(self) -> list[Any]:
        return [
            TitleColumn("name", label="姓名", sort_key="name", get_url=self.get_edit_url),
            Column("channel", label="来源", accessor="get_channel_display", sort_key="channel"),
            Column("organisation", label="单位", accessor=lambda row: row.organisation or "—"),
            Column("region", label="管理地区"),
            Column("consent", label="单位同意书", accessor=consent_line),
            NumberColumn("to_come", label="待上的课", sort_key="to_come"),
            StatusTagColumn(
                "state",
                label="状态",
                accessor=lambda row: "可以排课" if row.is_active else "停止排课",
                primary=lambda row: row.is_active,
            ),
        ]

    def get_edit_url(self, teacher: Teacher) -> str:
        return reverse("teachers:edit", args=[teacher.pk])

    @property
    def add_button(self) -> HeaderButton:
        return HeaderButton("登记教师", url=reverse("teachers:add"), icon_name="plus")


class TeacherPage(DeskView):
    """What pages about one teacher have in common."""

    right = "courses.change_teacher"
    header_icon = "user"
    teacher: Teacher

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.has_perm(self.right):
            self.teacher = get_object_or_404(teachers_in(self.scope), pk=kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)

    def get_crumbs(self) -> list[Crumb]:
        return [LIST, (self.get_success_url(), f"{self.teacher}")]

    def get_success_url(self) -> str:
        return reverse("teachers:edit", args=[self.teacher.pk])


class TeacherDetail(TeacherPage):
    template_name = "courses/admin/teacher.html"

    def get_page_title(self) -> str:
        return f"{self.teacher}"

    def get_crumbs(self) -> list[Crumb]:
        return [LIST]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        sessions = sessions_to_come(self.teacher)
        may_see_fees = self.request.user.has_perm("courses.view_teacherfee")
        return super().get_context_data(
            teacher=self.teacher,
            needs_consent=self.teacher.channel == TeacherChannel.IN_SERVICE,
            permissions=permissions_in(self.scope).filter(teacher=self.teacher),
            today=clock.today(),
            sessions=sessions,
            misfits=misfits(self.teacher, sessions),
            may_see_fees=may_see_fees,
            fees=fees_in(self.scope).filter(teacher=self.teacher) if may_see_fees else [],
            totals=fee_totals(self.scope, self.teacher) if may_see_fees else {},
            **kwargs,
        )


class AddTeacher(DeskForm):
    right = "courses.add_teacher"
    header_icon = "user"
    page_title = "登记教师"
    form_class = TeacherForm
    crumbs = (LIST,)
    made: Teacher

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"scope": self.scope}

    def act(self, form: TeacherForm) -> str:
        self.made = add_teacher(entry=form.entry(), by=self.by)
        return f"{self.made}老师登记好了。"

    def get_success_url(self) -> str:
        return reverse("teachers:edit", args=[self.made.pk])


class EditTeacher(TeacherPage, DeskForm):
    page_title = "修改"
    form_class = TeacherForm

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"scope": self.scope}

    def get_initial(self) -> dict[str, Any]:
        return entry_of(self.teacher)

    def act(self, form: TeacherForm) -> str:
        edit_teacher(teacher=self.teacher, entry=form.entry(), by=self.by)
        return "改好了。"


class AddPermission(TeacherPage, DeskForm):
    page_title = "登记单位同意书"
    form_class = PermissionForm

    def get_initial(self) -> dict[str, Any]:
        return {"employer": self.teacher.organisation}

    def act(self, form: PermissionForm) -> str:
        record_permission(teacher=self.teacher, by=self.by, **form.cleaned_data)
        return "同意书登记好了。"


class OnePermission(DeskView):
    right = "courses.change_teacher"

    @cached_property
    def permission(self) -> TeacherPermission:
        return get_object_or_404(permissions_in(self.scope), pk=self.kwargs["pk"])


class WithdrawPermission(OnePermission, DeskForm):
    header_icon = "user"
    page_title = "撤回同意书"
    form_class = WithdrawForm
    submit_label = "撤回"

    def get_crumbs(self) -> list[Crumb]:
        return [LIST, (self.get_success_url(), f"{self.permission.teacher}")]

    def get_success_url(self) -> str:
        return reverse("teachers:edit", args=[self.permission.teacher_id])

    def act(self, form: WithdrawForm) -> str:
        withdraw_permission(permission=self.permission, reason=form.cleaned_data["reason"], by=self.by)
        return "已经撤回。下面列出不再符合的课，请逐一调课、换人或取消。"


class PermissionPaper(OnePermission):
    """The paper itself, for staff of the region only: it is in no public folder."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:  # type: ignore[override]
        paper = self.permission.paper
        try:
            response = FileResponse(paper.open("rb"), filename=f"{paper.name}".rpartition("/")[2])
        except FileNotFoundError as error:
            raise Http404 from error
        response["Cache-Control"] = "private, no-store"
        response["Content-Security-Policy"] = "sandbox"
        return response
