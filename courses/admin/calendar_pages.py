"""考试周 and 放假日 at the desk: a list with a form above it, and taking a line back."""

from __future__ import annotations

from typing import Any

from django.shortcuts import get_object_or_404
from django.urls import reverse

from courses.admin.desk import Crumb, DeskAction, DeskForm
from courses.admin.teacher_forms import ExamWeeksForm, HolidayForm
from courses.models import ExamWeek, PublicHoliday
from courses.operations.calendar import add_exam_weeks, add_holiday, remove_exam_week, remove_holiday


class ExamWeeksPage(DeskForm):
    right = "courses.change_examweek"
    header_icon = "calendar-alt"
    page_title = "考试周"
    form_class = ExamWeeksForm
    template_name = "courses/admin/exam_weeks.html"
    submit_label = "登记考试周"

    def act(self, form: ExamWeeksForm) -> str:
        weeks = add_exam_weeks(by=self.by, **form.cleaned_data)
        return f"登记好了 {len(weeks)} 个考试周。"

    def get_success_url(self) -> str:
        return reverse("exam_weeks:index")

    def get_crumbs(self) -> list[Crumb]:
        return []

    def get_success_url_or_list(self) -> str:
        return ""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        weeks = ExamWeek.objects.select_related("organisation").order_by("-year", "-week", "organisation__name")
        return super().get_context_data(weeks=weeks, **kwargs)


class RemoveExamWeek(DeskAction):
    right = "courses.change_examweek"

    def act(self) -> str:
        remove_exam_week(week=get_object_or_404(ExamWeek, pk=self.kwargs["pk"]), by=self.by)
        return "已经删除。"

    def get_success_url(self) -> str:
        return reverse("exam_weeks:index")


class HolidaysPage(DeskForm):
    right = "courses.change_publicholiday"
    header_icon = "calendar-check"
    page_title = "放假日"
    form_class = HolidayForm
    template_name = "courses/admin/holidays.html"
    submit_label = "登记放假日"

    def act(self, form: HolidayForm) -> str:
        holiday = add_holiday(by=self.by, **form.cleaned_data)
        return f"登记好了：{holiday}。"

    def get_success_url(self) -> str:
        return reverse("holidays:index")

    def get_success_url_or_list(self) -> str:
        return ""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(holidays=PublicHoliday.objects.order_by("-day"), **kwargs)


class RemoveHoliday(DeskAction):
    right = "courses.change_publicholiday"

    def act(self) -> str:
        remove_holiday(holiday=get_object_or_404(PublicHoliday, pk=self.kwargs["pk"]), by=self.by)
        return "已经删除。"

    def get_success_url(self) -> str:
        return reverse("holidays:index")
