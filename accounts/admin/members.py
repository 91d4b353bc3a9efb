"""Members on the desk: list and search, one member with masked details, registering, correcting."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views.generic import IndexView
from wagtail.admin.widgets.button import Button, HeaderButton

from accounts.access import masked_name, masked_phone, may_see_member, members_for
from accounts.admin.parts import DeskView, MemberPress, MemberView
from accounts.enums import Circumstance, Gender, PersonalDetail
from accounts.errors import LikelyDuplicate
from accounts.forms.members import CheckForm, CorrectionForm, RegistrationForm
from accounts.models import Delegation, MemberCard, MemberCircumstance, MemberProfile
from accounts.operations.circumstances import check_circumstance, end_circumstance, state_circumstance
from accounts.operations.delegations import end_delegation
from accounts.operations.kiosks import set_pin
from accounts.operations.looks import look_at
from accounts.operations.profiles import correct_profile
from accounts.operations.registration import register_member
from accounts.queries.cards import standing_card
from accounts.queries.delegations import given_lines
from accounts.queries.members import circumstance_lines, lookalikes, matching
from core.errors import Refusal
from places.queries.regions import full_name


class MemberListView(IndexView):
    """Whom the clerk answers for. Searched by name, member number, whole phone or its last four digits."""

    page_title = "会员"
    any_permission_required = ["view"]
    default_ordering = "full_name"
    paginate_by = 30
    search_fields = ["full_name"]
    results_template_name = "accounts/desk/members_results.html"

    def get_base_queryset(self) -> QuerySet[MemberProfile]:
        cards = MemberCard.objects.filter(user=OuterRef("user"), ended_at__isnull=True)
        return members_for(self.request.user).annotate(has_card=Exists(cards))

    def search_queryset(self, queryset: QuerySet[MemberProfile]) -> QuerySet[MemberProfile]:
        return matching(queryset, self.search_query)

    @property
    def columns(self) -> list[Any]:
        return [
            TitleColumn("full_name", label="姓名", sort_key="full_name", get_url=self.get_detail_url),
            Column("number", label="会员号", accessor="grouped_number", sort_key="number"),
            Column("birth_year", label="出生年份", sort_key="birth_year"),
            Column("phone", label="手机号", accessor=lambda member: masked_phone(member.user.phone) or "没有"),
            Column("region", label="住在", accessor="region", sort_key="region__path"),
            Column("site", label="常去的学堂", accessor=lambda member: member.site or "—"),
            Column("card", label="会员卡", accessor=lambda member: "有" if member.has_card else "没有"),
        ]

    def get_detail_url(self, member: MemberProfile) -> str:
        return reverse("members:edit", args=[member.pk])

    @property
    def add_button(self) -> HeaderButton:
        return HeaderButton("登记会员", url=reverse("members:add"), icon_name="plus")

    @property
    def header_buttons(self) -> list[Button]:
        return [
            self.add_button,
            HeaderButton("成批打印会员卡", url=reverse("members:print_batch"), icon_name="tag"),
            HeaderButton("登记委托", url=reverse("members:delegation"), icon_name="user"),
        ]


class DetailView(MemberView):
    """One member. Phone, contact and circumstances are masked until a look is on record."""

    template_name = "accounts/desk/member.html"
    shown = ""

    def get_page_subtitle(self) -> str:
        return str(self.profile)

    @property
    def header_buttons(self) -> list[Button]:
        return [HeaderButton("更正资料", url=reverse("members:correct", args=[self.profile.pk]), icon_name="edit")]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        profile = self.profile
        return super().get_context_data(
            shown=self.shown,
            home=full_name(profile.region),
            masked_phone=masked_phone(profile.user.phone),
            masked_contact=masked_name(profile.contact_name) if profile.contact_name else "",
            masked_contact_phone=masked_phone(profile.contact_phone),
            card=standing_card(profile.user),
            delegations=given_lines(profile.user),
            circumstances=circumstance_lines(profile) if self.shown == PersonalDetail.CIRCUMSTANCES else [],
            kinds=Circumstance.choices,
            **kwargs,
        )


class LookView(DetailView):
    """看完整号码: the look is on record before anything is shown."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int, detail: str) -> HttpResponse:
        if detail not in PersonalDetail.values:
            raise Http404
        try:
            look_at(viewer=self.clerk, profile=self.profile, detail=PersonalDetail(detail))
        except Refusal as refusal:
            messages.error(request, refusal.sentence)
            return self.back()
        self.shown = detail
        return self.render_to_response(self.get_context_data())


class RegisterView(DeskView):
    """登记会员, for someone at the counter. People who look alike are shown before anybody is made twice."""

    page_title = "登记会员"
    permission_required = "add"
    submit_label = "登记"
    template_name = "accounts/desk/register.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show_form(RegistrationForm(clerk=request.user))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = RegistrationForm(request.POST, clerk=request.user)
        if not form.is_valid():
            return self.show_form(form, status=422)
        given = {**form.cleaned_data, "gender": Gender(form.cleaned_data["gender"])}
        try:
            profile = register_member(clerk=self.clerk, insist="insist" in request.POST, **given)
        except LikelyDuplicate as refusal:
            alike = [
                self._suspect(member)
                for member in lookalikes(
                    **{name: given[name] for name in ("full_name", "birth_year", "region", "phone")}
                )
            ]
            return self.show_form(form, status=422, sentence=refusal.sentence, alike=alike, may_insist=True)
        except Refusal as refusal:
            return self.show_form(form, status=422, sentence=refusal.sentence)
        messages.success(request, f"登记好了，会员号 {profile.grouped_number}。现在可以打印会员卡。")
        return HttpResponseRedirect(reverse("members:edit", args=[profile.pk]))

    def _suspect(self, member: MemberProfile) -> dict[str, str]:
        """As much as the clerk needs to ask; a link only for a member of their own."""
        own = may_see_member(self.clerk, member)
        return {
            "name": member.full_name if own else masked_name(member.full_name),
            "facts": f"{member.birth_year} 年出生，{member.region}，手机号 {masked_phone(member.user.phone) or '没有'}",
            "url": reverse("members:edit", args=[member.pk]) if own else "",
        }


class CorrectView(MemberView):
    """更正资料, and adding a phone that someone now has."""

    page_title = "更正资料"
    permission_required = "change"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        # The form holds phone and contact in full, so opening it is a look at both.
        for detail in (PersonalDetail.PHONE, PersonalDetail.CONTACT):
            look_at(viewer=self.clerk, profile=self.profile, detail=detail)
        return self.show_form(CorrectionForm(clerk=request.user, profile=self.profile))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        form = CorrectionForm(request.POST, clerk=request.user, profile=self.profile)
        if not form.is_valid():
            return self.show_form(form, status=422)
        given = {**form.cleaned_data, "gender": Gender(form.cleaned_data["gender"])}
        try:
            correct_profile(profile=self.profile, clerk=self.clerk, **given)
        except Refusal as refusal:
            return self.show_form(form, status=422, sentence=refusal.sentence)
        messages.success(request, "更正好了。")
        return self.back()


class StateCircumstance(MemberPress):
    done = "记下了。核对证件以后才算。"

    def press(self) -> None:
        kind = self.request.POST.get("kind", "")
        if kind not in Circumstance.values:
            raise Refusal("没有保存：请从列表里选优先情形。")
        state_circumstance(profile=self.profile, kind=Circumstance(kind), by=self.clerk)


class CheckCircumstance(MemberPress):
    done = "核对好了。"

    def press(self) -> None:
        form = CheckForm(self.request.POST)
        if not form.is_valid():
            raise Refusal("没有保存：" + "".join(str(error[0]) for error in form.errors.values()))
        row = _circumstance(self.profile, self.kwargs["circumstance"])
        check_circumstance(circumstance=row, clerk=self.clerk, **form.cleaned_data)


class EndCircumstance(MemberPress):
    done = "已经取消。"

    def press(self) -> None:
        end_circumstance(circumstance=_circumstance(self.profile, self.kwargs["circumstance"]), by=self.clerk)


class SetPin(MemberPress):
    """The person says the digits, or types them; a clerk who knows them for a moment is on record."""

    done = "数字密码设好了。请提醒本人别告诉别人，回家以后可以自己再改。"

    def press(self) -> None:
        set_pin(profile=self.profile, pin=self.request.POST.get("pin", ""), by=self.clerk)


class EndDelegation(MemberPress):
    done = "委托已经停止。"

    def press(self) -> None:
        row = get_object_or_404(Delegation, pk=self.kwargs["delegation"], senior=self.profile.user)
        end_delegation(delegation=row, by=self.clerk)


def _circumstance(profile: MemberProfile, pk: int) -> MemberCircumstance:
    return get_object_or_404(MemberCircumstance, pk=pk, profile=profile)
