"""Addresses and menu of the desk for offerings and teachers."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import URLPattern, path
from django.utils.functional import cached_property
from wagtail.admin.menu import MenuItem
from wagtail.admin.viewsets.base import ViewSet, ViewSetGroup
from wagtail.admin.viewsets.model import ModelViewSet

from courses.admin import (
    activity_pages,
    calendar_pages,
    enrolment_pages,
    offering_pages,
    session_pages,
    teacher_pages,
    team_pages,
)
from courses.models import Activity, LearningTeam, Offering, Teacher


class RightMenuItem(MenuItem):
    """Shown to those who hold the right."""

    right = ""

    def is_shown(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm(self.right))


class RightViewSet(ViewSet):
    right = ""

    @cached_property
    def menu_item_class(self) -> type[MenuItem]:
        return type(f"{type(self).__name__}MenuItem", (RightMenuItem,), {"right": self.right})


class OwnPages(ModelViewSet):
    """A list of Wagtail's, and `pages` of our own with their forms: (route, view, name)."""

    pages: tuple[tuple[str, Any, str], ...] = ()
    inspect_view_enabled = False
    copy_view_enabled = False
    list_per_page = 30
    search_backend_name = None

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            path("", self.index_view, name="index"),
            path("results/", self.index_results_view, name="index_results"),
            *(path(route, view.as_view(), name=name) for route, view, name in self.pages),
        ]


class OfferingDesk(OwnPages):
    model = Offering
    icon = "date"
    menu_label = "开班"
    menu_name = "offerings"
    form_fields = ["note"]
    index_view_class = offering_pages.OfferingIndex
    pages = (
        ("new/", offering_pages.OpenOffering, "add"),
        ("week/", offering_pages.WeekPage, "week"),
        ("<int:pk>/", offering_pages.OfferingDetail, "edit"),
        ("<int:pk>/change/", offering_pages.EditOffering, "change"),
        ("<int:pk>/publish/", offering_pages.PublishOffering, "publish"),
        ("<int:pk>/cancel/", offering_pages.CancelOffering, "cancel"),
        ("<int:pk>/weekly/", session_pages.WeeklyPage, "weekly"),
        ("<int:pk>/session/", session_pages.SessionPage, "session"),
        ("sessions/<int:pk>/move/", session_pages.MovePage, "move_session"),
        ("sessions/<int:pk>/cancel/", session_pages.CancelPage, "cancel_session"),
        ("sessions/<int:pk>/substitute/", session_pages.SubstitutePage, "substitute"),
        ("sessions/<int:pk>/fee/", session_pages.FeePage, "fee"),
        ("fees/<int:pk>/pay/", session_pages.PayPage, "pay"),
        ("fees/<int:pk>/void/", session_pages.VoidPage, "void"),
    )


class EnrolmentDesk(RightViewSet):
    icon = "group"
    menu_label = "报名"
    menu_name = "enrolment"
    right = enrolment_pages.VIEW

    def get_urlpatterns(self) -> list[URLPattern]:
        pages: list[tuple[str, Any, str]] = [
            ("", enrolment_pages.CounterIndex, "index"),
            ("<int:pk>/", enrolment_pages.RosterView, "roster"),
            ("<int:pk>/export/", enrolment_pages.ExportView, "export"),
            ("<int:pk>/enrol/", enrolment_pages.EnrolView, "enrol"),
            ("<int:pk>/seats/", enrolment_pages.SeatsView, "seats"),
            ("<int:pk>/<int:enrolment>/withdraw/", enrolment_pages.WithdrawView, "withdraw"),
            ("<int:pk>/<int:enrolment>/claim/", enrolment_pages.ClaimView, "claim"),
            ("<int:pk>/<int:enrolment>/decline/", enrolment_pages.DeclineView, "decline"),
            ("<int:pk>/<int:enrolment>/print/", enrolment_pages.PrintView, "print"),
        ]
        return [path(route, view.as_view(), name=name) for route, view, name in pages]


class TeacherDesk(OwnPages):
    model = Teacher
    icon = "user"
    menu_label = "教师"
    menu_name = "teachers"
    form_fields = ["introduction"]
    index_view_class = teacher_pages.TeacherIndex
    pages = (
        ("new/", teacher_pages.AddTeacher, "add"),
        ("<int:pk>/", teacher_pages.TeacherDetail, "edit"),
        ("<int:pk>/change/", teacher_pages.EditTeacher, "change"),
        ("<int:pk>/permission/", teacher_pages.AddPermission, "permission"),
        ("permissions/<int:pk>/withdraw/", teacher_pages.WithdrawPermission, "withdraw"),
        ("permissions/<int:pk>/paper/", teacher_pages.PermissionPaper, "paper"),
    )


class ActivityDesk(OwnPages):
    model = Activity
    icon = "group"
    menu_label = "活动"
    menu_name = "activities"
    form_fields = ["summary"]
    index_view_class = activity_pages.ActivityIndex
    pages = (
        ("new/", activity_pages.OpenActivity, "add"),
        ("<int:pk>/", activity_pages.ActivityDetail, "edit"),
        ("<int:pk>/change/", activity_pages.EditActivity, "change"),
        ("<int:pk>/checklist/", activity_pages.ChecklistPage, "checklist"),
        ("<int:pk>/publish/", activity_pages.PublishActivity, "publish"),
        ("<int:pk>/cancel/", activity_pages.CancelActivity, "cancel"),
        ("<int:pk>/comer/", activity_pages.AddComer, "comer"),
        ("<int:pk>/paper/", activity_pages.PaperList, "paper"),
        ("<int:pk>/keying/", activity_pages.KeyInPaper, "keying"),
    )


class TeamDesk(OwnPages):
    model = LearningTeam
    icon = "group"
    menu_label = "学习团队"
    menu_name = "teams"
    form_fields = ["about"]
    index_view_class = team_pages.TeamIndex
    pages = (
        ("new/", team_pages.FoundTeam, "add"),
        ("<int:pk>/", team_pages.TeamDetail, "edit"),
        ("<int:pk>/change/", team_pages.EditTeam, "change"),
        ("<int:pk>/close/", team_pages.CloseTeam, "close"),
    )


class ExamWeekDesk(RightViewSet):
    icon = "calendar-alt"
    menu_label = "考试周"
    menu_name = "exam-weeks"
    right = "courses.view_examweek"

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            path("", calendar_pages.ExamWeeksPage.as_view(), name="index"),
            path("<int:pk>/remove/", calendar_pages.RemoveExamWeek.as_view(), name="remove"),
        ]


class HolidayDesk(RightViewSet):
    icon = "calendar-check"
    menu_label = "放假日"
    menu_name = "holidays"
    right = "courses.view_publicholiday"

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            path("", calendar_pages.HolidaysPage.as_view(), name="index"),
            path("<int:pk>/remove/", calendar_pages.RemoveHoliday.as_view(), name="remove"),
        ]


class AcademyGroup(ViewSetGroup):
    """学堂: what runs at the sites."""

    menu_label = "学堂教学"
    menu_name = "academy"
    menu_icon = "date"
    menu_order = 160
    items = (
        OfferingDesk("offerings", url_prefix="offerings"),
        EnrolmentDesk("enrolment", url_prefix="enrolment"),
        ActivityDesk("activities", url_prefix="activities"),
        TeamDesk("teams", url_prefix="teams"),
        TeacherDesk("teachers", url_prefix="teachers"),
        ExamWeekDesk("exam_weeks", url_prefix="exam-weeks"),
        HolidayDesk("holidays", url_prefix="holidays"),
    )


academy_group = AcademyGroup()
