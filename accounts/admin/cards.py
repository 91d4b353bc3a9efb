"""Printing cards at the counter, and delegations granted there with a card on the reader."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from accounts.access import member_name, members_for
from accounts.admin.parts import DeskView, MemberPress, MemberView
from accounts.forms.delegations import CounterDelegationForm
from accounts.models import MemberProfile
from accounts.operations.cards import MOST_AT_ONCE, print_cards, report_card_lost
from accounts.operations.delegations import grant_delegation
from accounts.printing import Layout
from accounts.queries.cards import card_by_code
from accounts.queries.delegations import find_delegate
from accounts.queries.kiosks import sites_for
from accounts.queries.members import members_of_site
from core.errors import Refusal


def layout_from(request: HttpRequest) -> Layout:
    """The paper that was chosen; anything else means the A4 sheet."""
    return Layout.CARD if request.POST.get("layout") == Layout.CARD else Layout.SHEET


def pdf_response(pdf: bytes) -> HttpResponse:
    """Shown in the browser, kept nowhere: whoever has the file has the cards."""
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = 'inline; filename="member-cards.pdf"'
    response["Cache-Control"] = "no-store"
    return response


class PrintView(MemberView):
    """One card, at once. The old one dies."""

    http_method_names = ["post"]
    permission_required = "change"

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        try:
            pdf = print_cards(profiles=[self.profile], clerk=self.clerk, layout=layout_from(request))
        except Refusal as refusal:
            messages.error(request, refusal.sentence)
            return self.back()
        return pdf_response(pdf)


class LostView(MemberPress):
    done = "会员卡已经挂失，不能再用。可以打印一张新的。"

    def press(self) -> str | None:
        return None if report_card_lost(profile=self.profile, by=self.clerk) else "这位会员没有能用的卡，没有可挂失的。"


class PrintBatchView(DeskView):
    """A site's members, those without a card ticked. `?site=` names the site."""

    page_title = "成批打印会员卡"
    header_icon = "tag"
    permission_required = "change"
    template_name = "accounts/desk/print_batch.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        sites = list(sites_for(self.request.user))
        wanted = self.request.GET.get("site", "")
        site = next((site for site in sites if str(site.pk) == wanted), sites[0] if len(sites) == 1 else None)
        rows = members_of_site(self.request.user, site) if site is not None else []
        return super().get_context_data(sites=sites, site=site, rows=rows, most=MOST_AT_ONCE, **kwargs)

    def post(self, request: HttpRequest) -> HttpResponse:
        chosen = {int(text) for text in request.POST.getlist("member") if text.isascii() and text.isdigit()}
        try:
            pdf = print_cards(profiles=self._members(chosen), clerk=self.clerk, layout=layout_from(request))
        except Refusal as refusal:
            messages.error(request, refusal.sentence)
            site = request.POST.get("site", "")
            query = f"?site={site}" if site.isascii() and site.isdigit() else ""
            return HttpResponseRedirect(reverse("members:print_batch") + query)
        return pdf_response(pdf)

    def _members(self, chosen: set[int]) -> list[MemberProfile]:
        """Those of the chosen that are the clerk's own; a number slipped in from outside finds nobody."""
        if len(chosen) > MOST_AT_ONCE:
            raise Refusal(f"没有打印：一次最多打印 {MOST_AT_ONCE} 张，请分几次。")
        return list(members_for(self.request.user).filter(pk__in=chosen))


class CounterDelegationView(DeskView):
    """登记委托: the senior stands here with the card; the delegate says yes on their own page."""

    page_title = "登记委托"
    permission_required = "change"
    template_name = "accounts/desk/delegation.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show_form(CounterDelegationForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = CounterDelegationForm(request.POST)
        if not form.is_valid():
            return self.show_form(form, status=422)
        given = form.cleaned_data
        try:
            card = card_by_code(given["card"])
            delegate = find_delegate(number=given["number"], name=given["name"])
            grant_delegation(senior=card.user, delegate=delegate, clerk=self.clerk, card=card, **form.granted)
        except Refusal as refusal:
            return self.show_form(form, status=422, sentence=refusal.sentence)
        senior, helper = member_name(card.user), member_name(delegate)
        messages.success(request, f"登记好了：{senior}委托{helper}。{helper}登录以后点“愿意”就能办。")
        return HttpResponseRedirect(reverse("members:index"))
