"""开班 at the desk: the list, one offering, opening, changing, publishing, cancelling, and a week by site."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django_filters import ChoiceFilter, ModelChoiceFilter
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, StatusTagColumn, TitleColumn
from wagtail.admin.views.generic import IndexView
from wagtail.admin.widgets.button import Button, HeaderButton

from accounts.scope import Scope, scope_of
from core import clock
from core.spoken_dates import clock_time, spoken_day
from courses.admin.desk import Crumb, DeskAction, DeskForm, DeskView
from courses.admin.offering_forms import OfferingForm, ReasonForm, terms_of
from courses.enums import EnrolmentMode, OfferingState, TeachingForm
from courses.models import Offering
from courses.operations.offerings import cancel_offering, edit_offering, open_offering, publish_offering
from courses.queries.offering_desk import (
    enrolment_counts,
    offerings_for_desk,
    offerings_in,
    sessions_for_desk,
    sites_in,
    week_of,
)
from places.models import AcademySite

LIST: Crumb = ("/admin/offerings/", "开班")


class OfferingFilters(WagtailFilterSet):
    state = ChoiceFilter(choices=OfferingState.choices, label="状态", empty_label="全部")
    form = ChoiceFilter(choices=TeachingForm.choices, label="形式", empty_label="全部")
    site = ModelChoiceFilter(queryset=AcademySite.objects.none(), label="站点", empty_label="全部")

    class Meta:
        model = Offering
        fields = ["state", "form", "site"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["site"].queryset = sites_in(scope_of(self.request.user))


def next_line(offering: Offering) -> str:
    """When it next meets, for an offering from `offerings_for_desk`."""
    next_at = offering.next_at  # type: ignore[attr-defined]
    return f"{spoken_day(next_at)}{clock_time(next_at)}" if next_at else "—"


def seats_line(offering: Offering) -> str:
    held = offering.held  # type: ignore[attr-defined]
    return f"{held} / {offering.seats}" if offering.seats else f"{held}，不限"


class OfferingIndex(IndexView):
    """Offerings of the clerk's places."""

    page_title = "开班"
    model = Offering
    any_permission_required = ["view"]
    filterset_class = OfferingFilters
    default_ordering = "-begins_on"
    paginate_by = 30
    search_backend_name = None
    search_fields = ["course__title", "site__name", "teacher__name"]
    results_template_name = "courses/admin/offerings_results.html"

    @cached_property
    def scope(self) -> Scope:
        return scope_of(self.request.user)

    def get_base_queryset(self) -> QuerySet[Offering]:
        return offerings_for_desk(self.scope)

    @property
    def columns(self) -> list[Any]:
        return [
            TitleColumn("course", label="课程", accessor="course.title", get_url=self.get_edit_url),
            Column("place", label="在哪里", accessor=lambda row: row.site or row.get_form_display()),
            Column("teacher", label="教师", accessor=lambda row: row.teacher or "—"),
            Column("begins_on", label="开课", sort_key="begins_on", accessor=lambda row: f"{row.begins_on:%Y-%m-%d}"),
            Column("sessions", label="课次", accessor="session_count", sort_key="session_count"),
            Column("next", label="下一次课", accessor=next_line),
            Column("seats", label="名额", accessor=seats_line),
            StatusTagColumn(
                "state",
                label="状态",
                accessor="get_state_display",
                primary=lambda row: row.state == OfferingState.PUBLISHED,
                sort_key="state",
            ),
        ]

    def get_edit_url(self, offering: Offering) -> str:
        return reverse("offerings:edit", args=[offering.pk])

    @property
    def add_button(self) -> HeaderButton:
        return HeaderButton("新开一个班", url=reverse("offerings:add"), icon_name="plus")

    @property
    def header_buttons(self) -> list[Button]:
        return [HeaderButton("一周课表", url=reverse("offerings:week"), icon_name="calendar"), self.add_button]


class OfferingPage(DeskView):
    """What every page about one offering has in common: it lies in the clerk's scope, or there is none."""

    right = "courses.change_offering"
    header_icon = "date"
    offering: Offering

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.has_perm(self.right):
            self.offering = get_object_or_404(offerings_in(self.scope), pk=kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)

    def get_crumbs(self) -> list[Crumb]:
        return [LIST, (self.offering_url, f"{self.offering.course}")]

    @property
    def offering_url(self) -> str:
        return reverse("offerings:edit", args=[self.offering.pk])

    def get_success_url(self) -> str:
        return self.offering_url

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(offering=self.offering, **kwargs)


class OfferingDetail(OfferingPage):
    """One offering with its sessions and all one can do."""

    template_name = "courses/admin/offering.html"

    def get_page_title(self) -> str:
        return f"{self.offering.course}"

    def get_crumbs(self) -> list[Crumb]:
        return [LIST]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            sessions=sessions_for_desk(self.offering),
            counts=enrolment_counts(self.offering),
            now=clock.now(),
            is_draft=self.offering.state == OfferingState.DRAFT,
            is_standing=self.offering.state != OfferingState.CANCELLED,
            may_see_fees=self.request.user.has_perm("courses.view_teacherfee"),
            may_note_fees=self.request.user.has_perm("courses.add_teacherfee"),
            may_pay_fees=self.request.user.has_perm("courses.change_teacherfee"),
            **kwargs,
        )


class OpenOffering(DeskForm):
    right = "courses.add_offering"
    header_icon = "date"
    page_title = "新开一个班"
    form_class = OfferingForm
    crumbs = (LIST,)
    submit_label = "保存，接着排课"
    made: Offering

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"scope": self.scope}

    def get_initial(self) -> dict[str, Any]:
        return {"form": TeachingForm.IN_PERSON, "mode": EnrolmentMode.FIRST_COME}

    def act(self, form: OfferingForm) -> str:
        self.made = open_offering(terms=form.terms(), by=self.by)
        return "班开好了，还没有公布。请接着排课。"

    def get_success_url(self) -> str:
        return reverse("offerings:edit", args=[self.made.pk])


class EditOffering(OfferingPage, DeskForm):
    page_title = "修改"
    form_class = OfferingForm

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"scope": self.scope}

    def get_initial(self) -> dict[str, Any]:
        return terms_of(self.offering)

    def act(self, form: OfferingForm) -> str:
        edit_offering(
            offering=self.offering,
            terms=form.terms(),
            by=self.by,
            override_reason=form.cleaned_data["override_reason"],
        )
        return "改好了。"


class PublishOffering(OfferingPage, DeskAction):
    http_method_names = ["post"]

    def act(self) -> str:
        publish_offering(offering=self.offering, by=self.by)
        return "已经公布，大家都能看到了。"


class CancelOffering(OfferingPage, DeskForm):
    page_title = "取消这个班"
    form_class = ReasonForm
    submit_label = "取消这个班"
    warning = "取消以后不能恢复，还没有上的课一起取消。学员会在页面上看到原因。"

    def act(self, form: ReasonForm) -> str:
        cancel_offering(offering=self.offering, reason=form.cleaned_data["reason"], by=self.by)
        return "这个班已经取消。"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(warning=self.warning, **kwargs)


class WeekPage(DeskView):
    """A week of the clerk's sites: `?week=2026-W10`, `?site=` for one of them."""

    right = "courses.view_offering"
    header_icon = "calendar"
    page_title = "一周课表"
    template_name = "courses/admin/week.html"
    crumbs = (LIST,)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        monday = monday_of(self.request.GET.get("week", ""))
        site = self.request.GET.get("site", "")
        site_id = int(site) if site.isdecimal() and len(site) < 10 else None
        return super().get_context_data(
            weeks=week_of(self.scope, monday=monday, site_id=site_id),
            sites=sites_in(self.scope),
            site_id=site_id,
            this_week=week_key(monday),
            previous_week=week_key(monday - dt.timedelta(days=7)),
            next_week=week_key(monday + dt.timedelta(days=7)),
            heading=f"{spoken_day(monday)}起的一周",
            **kwargs,
        )


def week_key(monday: dt.date) -> str:
    """2026-W10, as the browser's week field writes it."""
    year, week, _ = monday.isocalendar()
    return f"{year}-W{week:02d}"


def monday_of(key: str) -> dt.date:
    """The Monday of `2026-W10`; this week's for anything else."""
    today = clock.today()
    try:
        year, week = key.split("-W")
        monday = dt.date.fromisocalendar(int(year), int(week), 1)
    except ValueError:
        return today - dt.timedelta(days=today.weekday())
    return monday if 2020 <= monday.year < 2200 else today - dt.timedelta(days=today.weekday())
