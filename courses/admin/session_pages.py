"""课次 at the desk: planning one or a series, moving, cancelling, a substitute, and the fee."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property

from core.spoken_dates import spoken_day, spoken_stretch
from courses.admin.desk import Crumb, DeskForm, DeskView
from courses.admin.offering_forms import (
    FeeForm,
    MoveForm,
    PayForm,
    ReasonForm,
    SessionForm,
    SubstituteForm,
    VoidForm,
    WeeklyForm,
    stretch_of,
)
from courses.admin.offering_pages import LIST, OfferingPage
from courses.models import Session, TeacherFee
from courses.operations.fees import note_fee, pay_fee, void_fee
from courses.operations.rescheduling import cancel_session, move_session, substitute_teacher
from courses.operations.scheduling import schedule_session, schedule_weekly
from courses.queries.offering_desk import sessions_in
from courses.queries.teachers import fees_in


class WeeklyPage(OfferingPage, DeskForm):
    page_title = "按周排课"
    form_class = WeeklyForm
    submit_label = "排课"

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"offering": self.offering}

    def get_initial(self) -> dict[str, Any]:
        return {"first": self.offering.begins_on, "last": self.offering.ends_on}

    def act(self, form: WeeklyForm) -> str:
        given = form.cleaned_data
        series = schedule_weekly(
            offering=self.offering,
            weekdays=given["weekdays"],
            begins=given["begins"],
            ends=given["ends"],
            first=given["first"],
            last=given["last"],
            room=form.room_chosen,
            teacher=given["teacher"],
            override_reason=given["override_reason"],
            by=self.by,
        )
        skipped = "、".join(spoken_day(row.day) for row in series.skipped)
        return f"排好了 {len(series.sessions)} 次课。" + (f"放假或考试，跳过了：{skipped}。" if skipped else "")


class SessionPage(OfferingPage, DeskForm):
    page_title = "加一次课"
    form_class = SessionForm
    submit_label = "排课"

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"offering": self.offering}

    def act(self, form: SessionForm) -> str:
        given = form.cleaned_data
        begins_at, ends_at = form.stretch
        schedule_session(
            offering=self.offering,
            begins_at=begins_at,
            ends_at=ends_at,
            room=form.room_chosen,
            teacher=given["teacher"],
            lesson=given["lesson"],
            override_reason=given["override_reason"],
            by=self.by,
        )
        return f"排好了：{spoken_stretch(begins_at, ends_at)}。"


class OneSession(DeskView):
    """What pages about one session have in common."""

    right = "courses.change_offering"
    header_icon = "date"
    session: Session

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.has_perm(self.right):
            self.session = get_object_or_404(sessions_in(self.scope), pk=kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)

    def get_crumbs(self) -> list[Crumb]:
        return [LIST, (self.get_success_url(), f"{self.session.offering.course}")]

    def get_success_url(self) -> str:
        return reverse("offerings:edit", args=[self.session.offering_id])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        when = spoken_stretch(self.session.begins_at, self.session.ends_at)
        about = [f"《{self.session.offering.course}》{when}"]
        if self.session.room:
            about.append(f"{self.session.room}")
        if self.session.teacher:
            about.append(f"{self.session.teacher}老师")
        return super().get_context_data(about="，".join(about), **kwargs)


class MovePage(OneSession, DeskForm):
    page_title = "调课"
    form_class = MoveForm
    submit_label = "调课"

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"offering": self.session.offering}

    def get_initial(self) -> dict[str, Any]:
        return stretch_of(self.session)

    def act(self, form: MoveForm) -> str:
        begins_at, ends_at = form.stretch
        move_session(
            session=self.session,
            begins_at=begins_at,
            ends_at=ends_at,
            room=form.room_chosen,
            reason=form.cleaned_data["reason"],
            override_reason=form.cleaned_data["override_reason"],
            by=self.by,
        )
        return f"改到了{spoken_stretch(begins_at, ends_at)}，学员会看到原因。"


class CancelPage(OneSession, DeskForm):
    page_title = "取消这次课"
    form_class = ReasonForm
    submit_label = "取消这次课"

    def act(self, form: ReasonForm) -> str:
        cancel_session(session=self.session, reason=form.cleaned_data["reason"], by=self.by)
        return "这次课已经取消，学员会看到原因。"


class SubstitutePage(OneSession, DeskForm):
    page_title = "换人代课"
    form_class = SubstituteForm
    submit_label = "换人"

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"without": self.session.teacher}

    def act(self, form: SubstituteForm) -> str:
        given = form.cleaned_data
        substitute_teacher(
            session=self.session,
            teacher=given["teacher"],
            reason=given["reason"],
            override_reason=given["override_reason"],
            by=self.by,
        )
        return f"这次课改由{given['teacher']}老师上。"


class FeePage(OneSession, DeskForm):
    right = "courses.add_teacherfee"
    page_title = "登记课酬"
    form_class = FeeForm

    def act(self, form: FeeForm) -> str:
        fee = note_fee(session=self.session, amount=form.cleaned_data["amount"], by=self.by)
        return f"登记好了：{fee.teacher}老师 {fee.amount} 元。"


class OneFee(DeskForm):
    right = "courses.change_teacherfee"
    header_icon = "tick-inverse"

    @cached_property
    def fee(self) -> TeacherFee:
        return get_object_or_404(fees_in(self.scope), pk=self.kwargs["pk"])

    def get_crumbs(self) -> list[Crumb]:
        return [LIST, (self.get_success_url(), f"{self.fee.session.offering.course}")]

    def get_success_url(self) -> str:
        return reverse("offerings:edit", args=[self.fee.session.offering_id])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        session = self.fee.session
        about = f"{self.fee.teacher}老师，{spoken_stretch(session.begins_at, session.ends_at)}，{self.fee.amount} 元"
        return super().get_context_data(about=about, **kwargs)


class PayPage(OneFee):
    page_title = "发放课酬"
    form_class = PayForm

    def act(self, form: PayForm) -> str:
        pay_fee(fee=self.fee, paid_on=form.cleaned_data["paid_on"], by=self.by)
        return "登记好了，已经发放。"


class VoidPage(OneFee):
    page_title = "作废课酬"
    form_class = VoidForm
    submit_label = "作废"

    def act(self, form: VoidForm) -> str:
        void_fee(fee=self.fee, reason=form.cleaned_data["reason"], by=self.by)
        return "已经作废，可以重新登记。"
