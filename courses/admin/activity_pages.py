"""活动 at the desk: the list, one activity with its checklist and people, opening, publishing, paper lists."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django_filters import ChoiceFilter
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, NumberColumn, StatusTagColumn, TitleColumn
from wagtail.admin.views.generic import IndexView
from wagtail.admin.widgets.button import HeaderButton

from accounts.access import member_name
from accounts.acting import Acting
from accounts.scope import scope_of
from core import clock
from courses.admin.activity_forms import ActivityDetailsForm, ChecklistForm, ComerForm, PaperForm, outline_of
from courses.admin.desk import Crumb, DeskAction, DeskForm, DeskView
from courses.admin.offering_forms import ReasonForm
from courses.enums import ActivityForm, OfferingState
from courses.models import Activity
from courses.operations.activities import (
    cancel_activity,
    edit_activity,
    open_activity,
    publish_activity,
    settle_checklist,
    take_place,
)
from courses.operations.attendance import key_in_paper
from courses.queries.activities import (
    activities_for_desk,
    activities_in,
    check_lines,
    learner_named,
    missing_lines,
    people_of,
    when_line,
)

LIST: Crumb = ("/admin/activities/", "活动")


class ActivityFilters(WagtailFilterSet):
    form = ChoiceFilter(choices=ActivityForm.choices, label="形式", empty_label="全部")
    state = ChoiceFilter(choices=OfferingState.choices, label="状态", empty_label="全部")

    class Meta:
        model = Activity
        fields = ["form", "state"]


class ActivityIndex(IndexView):
    """Activities of the clerk's places."""

    page_title = "活动"
    model = Activity
    any_permission_required = ["view"]
    filterset_class = ActivityFilters
    default_ordering = "-begins_at"
    paginate_by = 30
    search_backend_name = None
    search_fields = ["title", "site__name", "place"]
    results_template_name = "courses/admin/activities_results.html"

    def get_base_queryset(self) -> QuerySet[Activity]:
        return activities_for_desk(scope_of(self.request.user))

    @property
    def columns(self) -> list[Any]:
        return [
            TitleColumn("title", label="名称", sort_key="title", get_url=self.get_edit_url),
            Column("form", label="形式", accessor="get_form_display", sort_key="form"),
            Column("when", label="时间", accessor=when_line, sort_key="begins_at"),
            Column("where", label="在哪里", accessor=lambda row: row.site or row.place),
            NumberColumn("coming", label="报名", sort_key="coming"),
            NumberColumn("there", label="到场", sort_key="there"),
            StatusTagColumn(
                "state",
                label="状态",
                accessor="get_state_display",
                primary=lambda row: row.state == OfferingState.PUBLISHED,
            ),
        ]

    def get_edit_url(self, activity: Activity) -> str:
        return reverse("activities:edit", args=[activity.pk])

    @property
    def add_button(self) -> HeaderButton:
        return HeaderButton("新建活动", url=reverse("activities:add"), icon_name="plus")


class ActivityPage(DeskView):
    """What pages about one activity have in common."""

    right = "courses.change_activity"
    header_icon = "group"
    activity: Activity

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.has_perm(self.right):
            self.activity = get_object_or_404(activities_in(self.scope), pk=kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)

    def get_crumbs(self) -> list[Crumb]:
        return [LIST, (self.get_success_url(), f"{self.activity}")]

    def get_success_url(self) -> str:
        return reverse("activities:edit", args=[self.activity.pk])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(activity=self.activity, when=when_line(self.activity), **kwargs)


class ActivityDetail(ActivityPage):
    template_name = "courses/admin/activity.html"

    def get_page_title(self) -> str:
        return f"{self.activity}"

    def get_crumbs(self) -> list[Crumb]:
        return [LIST]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            checks=check_lines(self.activity),
            missing=missing_lines(self.activity),
            people=people_of(self.activity),
            is_draft=self.activity.state == OfferingState.DRAFT,
            is_public=self.activity.state == OfferingState.PUBLISHED,
            is_standing=self.activity.state != OfferingState.CANCELLED,
            has_begun=self.activity.begins_at <= clock.now(),
            **kwargs,
        )


class OpenActivity(DeskForm):
    right = "courses.add_activity"
    header_icon = "group"
    page_title = "新建活动"
    form_class = ActivityDetailsForm
    crumbs = (LIST,)
    submit_label = "保存，接着填清单"
    made: Activity

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"scope": self.scope}

    def act(self, form: ActivityDetailsForm) -> str:
        self.made = open_activity(outline=form.outline(), by=self.by)
        return "活动建好了，还没有公布。请接着填活动前清单。"

    def get_success_url(self) -> str:
        return reverse("activities:checklist", args=[self.made.pk])


class EditActivity(ActivityPage, DeskForm):
    page_title = "修改"
    form_class = ActivityDetailsForm

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"scope": self.scope}

    def get_initial(self) -> dict[str, Any]:
        return outline_of(self.activity)

    def act(self, form: ActivityDetailsForm) -> str:
        edit_activity(activity=self.activity, outline=form.outline(), by=self.by)
        return "改好了。"


class ChecklistPage(ActivityPage, DeskForm):
    page_title = "活动前清单"
    form_class = ChecklistForm

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"lines": check_lines(self.activity)}

    def act(self, form: forms.Form) -> str:
        missing = settle_checklist(activity=self.activity, answers=form.cleaned_data, by=self.by)
        return f"保存了。还差：{'；'.join(missing)}。" if missing else "清单齐了，可以公布。"


class PublishActivity(ActivityPage, DeskAction):
    http_method_names = ["post"]

    def act(self) -> str:
        publish_activity(activity=self.activity, by=self.by)
        return "已经公布，大家都能看到了。"


class CancelActivity(ActivityPage, DeskForm):
    page_title = "取消这个活动"
    form_class = ReasonForm
    submit_label = "取消这个活动"

    def act(self, form: ReasonForm) -> str:
        cancel_activity(activity=self.activity, reason=form.cleaned_data["reason"], by=self.by)
        return "这个活动已经取消。"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(warning="取消以后不能恢复。报了名的人会在页面上看到原因。", **kwargs)


class AddComer(ActivityPage, DeskForm):
    """Who came along without putting their name down, or asks at the desk."""

    page_title = "帮人报名"
    form_class = ComerForm
    submit_label = "报名"

    def act(self, form: ComerForm) -> str:
        given = form.cleaned_data
        person = learner_named(given["username"])
        take_place(
            activity=self.activity,
            acting=Acting(person=person, by=self.by),
            relative_name=given["relative_name"],
            relative_phone=given["relative_phone"],
            at_desk=True,
        )
        return f"{member_name(person)}报上名了。"


class PaperList(ActivityPage):
    """The sign-in sheet to print: A4, names, and room for hours and signatures."""

    page_title = "打印签到表"
    template_name = "courses/admin/activity_paper.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(people=people_of(self.activity), blank_lines=range(5), **kwargs)


class KeyInPaper(ActivityPage, DeskForm):
    page_title = "录入纸质签到表"
    form_class = PaperForm
    template_name = "courses/admin/activity_keying.html"
    submit_label = "保存"

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"rows": people_of(self.activity), "activity": self.activity}

    def act(self, form: PaperForm) -> str:
        written = key_in_paper(activity=self.activity, lines=form.lines(), by=self.by)
        return f"录入了 {written} 人，都标明是纸质名单。"
