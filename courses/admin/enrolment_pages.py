"""报名 at the desk: the counter's list, an offering's people, enrolling somebody who stands at the counter."""

from __future__ import annotations

import uuid
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from wagtail.admin import messages

from accounts.access import member_name
from accounts.models import MemberProfile
from core.errors import Refusal
from courses.admin.desk import Crumb, DeskAction, DeskView
from courses.errors import ConcernsRaised
from courses.models import Enrolment, Offering
from courses.operations.enrolling import enrol, withdraw
from courses.operations.seats import change_seats
from courses.operations.waiting import claim_seat, decline_seat
from courses.printing import timetable_pdf
from courses.queries.admission import window_sentence
from courses.queries.roster import (
    counter_offerings,
    find_people,
    is_staff_of,
    member_at_counter,
    offerings_answered_for,
    roster_of,
)
from courses.queries.timetable import printed_span
from courses.roster_sheet import roster_sheet

VIEW, ENROL, EXPORT, CHANGE = (
    "courses.view_enrolment",
    "courses.enrol_for_others",
    "courses.export_enrolment",
    "courses.change_offering",
)
PER_PAGE = 30
LIST: Crumb = ("/admin/enrolment/", "报名")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class CounterIndex(DeskView):
    """Offerings of the clerk's places that have not ended. `?q=` and `?page=` narrow them."""

    right = VIEW
    header_icon = "group"
    page_title = "报名"
    template_name = "courses/admin/counter.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        words = self.request.GET.get("q", "").replace("\x00", "").strip()[:60]
        page = Paginator(counter_offerings(self.by, words=words), PER_PAGE).get_page(self.request.GET.get("page"))
        return super().get_context_data(page=page, words=words, **kwargs)


class OfferingView(DeskView):
    """A page about one offering the clerk answers for; 404 for any other. Only staff may do more than look."""

    right = VIEW
    header_icon = "group"
    offering: Offering

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.has_perm(self.right):
            self.offering = get_object_or_404(offerings_answered_for(self.by), pk=kwargs["pk"])
            self.is_staff = is_staff_of(self.by, self.offering)
            if self.right != VIEW and not self.is_staff:
                raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_crumbs(self) -> list[Crumb]:
        return [LIST, (self.get_success_url(), f"{self.offering.course}")]

    def get_success_url(self) -> str:
        return reverse("enrolment:roster", args=[self.offering.pk])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(offering=self.offering, **kwargs)


class RosterView(OfferingView):
    """Who is in, who waits, who applied."""

    template_name = "courses/admin/roster.html"

    def get_page_title(self) -> str:
        return f"{self.offering.course}"

    def get_crumbs(self) -> list[Crumb]:
        return [LIST]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = self.by
        return super().get_context_data(
            roster=roster_of(self.offering),
            closed=window_sentence(self.offering, at_counter=True),
            may_enrol=self.is_staff and user.has_perm(ENROL),
            may_export=self.is_staff and user.has_perm(EXPORT),
            may_change_seats=self.is_staff and self.offering.seats is not None and user.has_perm(CHANGE),
            **kwargs,
        )


class ExportView(OfferingView):
    """The same list as a workbook."""

    right = EXPORT
    http_method_names = ["get"]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = HttpResponse(roster_sheet(self.offering, roster_of(self.offering)), content_type=XLSX)
        response["Content-Disposition"] = f'attachment; filename="enrolment-{self.offering.pk}.xlsx"'
        response["Cache-Control"] = "no-store"
        return response


class EnrolView(OfferingView):
    """Find the person who stands at the counter, and enrol them. `?q=` looks for people."""

    right = ENROL
    page_title = "柜台报名"
    template_name = "courses/admin/enrol.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        words = self.request.GET.get("q", "").replace("\x00", "")[:40]
        return super().get_context_data(
            words=words,
            found=find_people(words, clerk=self.by, offering=self.offering),
            closed=window_sentence(self.offering, at_counter=True),
            press=uuid.uuid4(),
            **kwargs,
        )

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        try:
            person = member_at_counter(request.POST.get("number", "").replace("\x00", ""))
        except MemberProfile.DoesNotExist as error:
            raise Http404 from error
        try:
            made = enrol(
                offering_id=self.offering.pk,
                person=person,
                acted_by=self.by,
                request_key=_key(request.POST.get("press", "")),
                accepted=request.POST.getlist("accepted"),
                at_counter=True,
            )
        except ConcernsRaised as raised:
            context = self.get_context_data(concerns=raised.concerns, person=person, name=member_name(person))
            return self.render_to_response(context, status=422)
        except Refusal as refusal:
            messages.error(request, f"{member_name(person)}：{refusal.sentence}")
            return HttpResponseRedirect(reverse("enrolment:enrol", args=[pk]))
        place = f"，座次 {made.seat} 号" if made.seat else f"，候补顺序 {made.line}" if made.line else ""
        messages.success(
            request,
            f"{member_name(person)}：{made.get_state_display()}{place}。",
            buttons=[messages.button(reverse("enrolment:print", args=[pk, made.pk]), "打印课表")],
        )
        return HttpResponseRedirect(self.get_success_url())


class SeatsView(OfferingView, DeskAction):
    """Another number of seats."""

    right = CHANGE

    def act(self) -> str:
        seats = _number(self.request.POST.get("seats", ""))
        return f"名额改成 {change_seats(offering_id=self.offering.pk, seats=seats, acted_by=self.by).seats} 个。"


class PersonView(OfferingView, DeskAction):
    """A press about one person of the offering."""

    right = ENROL
    enrolment: Enrolment

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        rows = Enrolment.objects.select_related("person__member_profile").filter(offering_id=kwargs["pk"])
        if request.user.has_perm(self.right):
            self.enrolment = get_object_or_404(rows, pk=kwargs["enrolment"])
        return super().dispatch(request, *args, **kwargs)

    @property
    def name(self) -> str:
        return member_name(self.enrolment.person)


class WithdrawView(PersonView):
    """Asks once."""

    http_method_names = ["get", "post"]
    page_title = "退出"
    template_name = "courses/admin/withdraw.html"

    def act(self) -> str:
        withdraw(enrolment_id=self.enrolment.pk, acted_by=self.by)
        return f"{self.name}：已经退出。"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(row=self.enrolment, name=self.name, **kwargs)


class ClaimView(PersonView):
    """要这个名额."""

    def act(self) -> str:
        claim_seat(enrolment_id=self.enrolment.pk, acted_by=self.by)
        return f"{self.name}：名额确认好了。"


class DeclineView(PersonView):
    """这次不要."""

    def act(self) -> str:
        decline_seat(enrolment_id=self.enrolment.pk, acted_by=self.by)
        return f"{self.name}：这次不要，继续候补。"


class PrintView(PersonView):
    """The person's timetable on A4, to take home."""

    http_method_names = ["get"]

    def get(self, request: HttpRequest, pk: int, enrolment: int) -> HttpResponse:
        pdf = timetable_pdf(self.enrolment.person, printed_span("half"))
        response = HttpResponse(pdf, content_type="application/pdf")
        response["Content-Disposition"] = 'inline; filename="timetable.pdf"'
        response["Cache-Control"] = "no-store"
        return response


def _number(text: str) -> int:
    """A number that was typed; 0, which is nobody and no seat, for anything else."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


def _key(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
