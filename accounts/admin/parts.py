"""What pages of the members' desk have in common."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.generic import TemplateView
from wagtail.admin.views.generic import WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin

from accounts.access import members_for
from accounts.models import MemberProfile, User
from core.errors import Refusal


class DeskView(PermissionCheckedMixin, WagtailAdminTemplateMixin, TemplateView):
    """A page of the desk that isn't about one member."""

    permission_required = "view"
    header_icon = "user"
    form_class: Any = None
    submit_label = "保存"
    template_name = "accounts/desk/form.html"

    @property
    def clerk(self) -> User:
        return cast("User", self.request.user)

    def get_breadcrumbs_items(self) -> list[dict[str, str]]:
        items = [*self.breadcrumbs_items, {"url": reverse("members:index"), "label": "会员"}]
        return [*items, {"url": "", "label": self.get_page_title()}]

    def show_form(self, form: Any, *, status: int = 200, **context: Any) -> HttpResponse:
        """The page with a form; 422 says that what was sent isn't done."""
        context = self.get_context_data(form=form, submit_label=self.submit_label, **context)
        return self.render_to_response(context, status=status)


class MemberView(DeskView):
    """A page about one member whom the clerk answers for; 404 for anybody else."""

    model = MemberProfile
    profile: MemberProfile

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.profile = get_object_or_404(members_for(request.user), pk=kwargs["pk"])

    def get_breadcrumbs_items(self) -> list[dict[str, str]]:
        items = [*self.breadcrumbs_items, {"url": reverse("members:index"), "label": "会员"}]
        here = self.get_page_title()
        if not here:
            return [*items, {"url": "", "label": self.profile.full_name}]
        return [*items, {"url": self.detail_url, "label": self.profile.full_name}, {"url": "", "label": here}]

    @property
    def detail_url(self) -> str:
        return reverse("members:edit", args=[self.profile.pk])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(profile=self.profile, **kwargs)

    def back(self) -> HttpResponse:
        return HttpResponseRedirect(self.detail_url)


class MemberPress(MemberView):
    """A button on a member's page: does one thing, says so, and goes back to the page."""

    http_method_names = ["post"]
    permission_required = "change"
    done = ""

    def press(self) -> str | None:
        """Do it. Returns a sentence other than `done`. Raises `Refusal`."""
        raise NotImplementedError

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            sentence = self.press() or self.done
        except Refusal as refusal:
            messages.error(request, refusal.sentence)
        else:
            messages.success(request, sentence)
        return self.back()
