"""Addresses and menu of the desk for offerings and teachers."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import URLPattern, path
from django.utils.functional import cached_property
from wagtail.admin.menu import MenuItem
from wagtail.admin.viewsets.base import ViewSet, ViewSetGroup
from wagtail.admin.viewsets.model import ModelViewSet

from courses.admin import calendar_pages, enrolment_pages, offering_pages, session_pages, teacher_pages
from courses.models import Offering, Teacher


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


class OfferingDesk(ModelViewSet):
    model = Offering
    icon = "date"
    menu_label = "开班"
    menu_name = "offerings"
    inspect_view_enabled = False
    copy_view_enabled = False
    form_fields = ["note"]  # the pages have forms of their own
    list_per_page = 30
    index_view_class = offering_pages.OfferingIndex
    search_backend_name = None

    def get_urlpatterns(self) -> list[URLPattern]:
        pages: list[tuple[str, Any, str]] = [
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
        ]
        return [
            path("", self.index_view, name="index"),
            path("results/", self.index_results_view, name="index_results"),
            *(path(route, view.as_view(), name=name) for route, view, name in pages),
        ]


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


class TeacherDesk(ModelViewSet):
    model = Teacher
    icon = "user"
    menu_label = "教师"
    menu_name = "teachers"
    inspect_view_enabled = False
    copy_view_enabled = False
    form_fields = ["introduction"]  # the pages have forms of their own
    list_per_page = 30
    index_view_class = teacher_pages.TeacherIndex
    search_backend_name = None

    def get_urlpatterns(self) -> list[URLPattern]:
        pages: list[tuple[str, Any, str]] = [
            ("new/", teacher_pages.AddTeacher, "add"),
            ("<int:pk>/", teacher_pages.TeacherDetail, "edit"),
            ("<int:pk>/change/", teacher_pages.EditTeacher, "change"),
            ("<int:pk>/permission/", teacher_pages.AddPermission, "permission"),
            ("permissions/<int:pk>/withdraw/", teacher_pages.WithdrawPermission, "withdraw"),
            ("permissions/<int:pk>/paper/", teacher_pages.PermissionPaper, "paper"),
        ]
        return [
            path("", self.index_view, name="index"),
            path("results/", self.index_results_view, name="index_results"),
            *(path(route, view.as_view(), name=name) for route, view, name in pages),
        ]


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
        TeacherDesk("teachers", url_prefix="teachers"),
        ExamWeekDesk("exam_weeks", url_prefix="exam-weeks"),
        HolidayDesk("holidays", url_prefix="holidays"),
    )


academy_group = AcademyGroup()
