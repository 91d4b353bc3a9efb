"""Kiosks on the desk: the list, turning this browser into one, closing one from afar."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth import logout
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from wagtail.admin.ui.tables import Column, DateColumn, TitleColumn
from wagtail.admin.views.generic import IndexView
from wagtail.admin.widgets.button import Button, HeaderButton

from accounts import kiosk as screen
from accounts.admin.parts import DeskView
from accounts.forms.kiosk import OpenKioskForm
from accounts.models import Kiosk
from accounts.operations.kiosks import close_kiosk, open_kiosk
from accounts.queries.kiosks import kiosks_for, sites_for
from core.errors import Refusal


class KioskListView(IndexView):
    """Screens of the clerk's own sites."""

    page_title = "共用屏"
    any_permission_required = ["view"]
    default_ordering = None
    paginate_by = 30
    results_template_name = "accounts/desk/kiosks_results.html"

    def get_base_queryset(self) -> QuerySet[Kiosk]:
        return kiosks_for(self.request.user)

    @property
    def columns(self) -> list[Any]:
        return [
            TitleColumn("name", label="放在哪里", get_url=self.get_close_url),
            Column("site", label="学堂站点", accessor="site.name"),
            Column("state", label="状态", accessor=lambda kiosk: "已停用" if kiosk.closed_at else "在用"),
            DateColumn("seen_at", label="最近有人登录"),
            Column("opened_by", label="设置人", accessor="opened_by.get_full_name"),
        ]

    def get_close_url(self, kiosk: Kiosk) -> str | None:
        return None if kiosk.closed_at else reverse("kiosks:close", args=[kiosk.pk])

    @property
    def header_buttons(self) -> list[Button]:
        return [HeaderButton("把这台电脑设成共用屏", url=reverse("kiosks:add"), icon_name="desktop")]


class OpenKioskView(DeskView):
    """The browser at which this is pressed becomes the kiosk, and its clerk is signed out."""

    page_title = "把这台电脑设成共用屏"
    header_icon = "desktop"
    permission_required = "add"
    submit_label = "设成共用屏，并退出我的登录"
    template_name = "accounts/desk/kiosk_open.html"

    def get_breadcrumbs_items(self) -> list[dict[str, str]]:
        return [
            *self.breadcrumbs_items,
            {"url": reverse("kiosks:index"), "label": "共用屏"},
            {"url": "", "label": self.get_page_title()},
        ]

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show_form(OpenKioskForm(sites=sites_for(request.user)))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = OpenKioskForm(request.POST, sites=sites_for(request.user))
        if not form.is_valid():
            return self.show_form(form, status=422)
        try:
            opened = open_kiosk(clerk=self.clerk, **form.cleaned_data)
        except Refusal as refusal:
            return self.show_form(form, status=422, sentence=refusal.sentence)
        logout(request)
        response = HttpResponseRedirect(reverse("accounts:kiosk"))
        screen.write_cookie(response, opened)
        return response


class CloseKioskView(DeskView):
    """Asks once. Whoever is signed in there is signed out with their next press."""

    page_title = "停用共用屏"
    header_icon = "desktop"
    permission_required = "add"
    template_name = "accounts/desk/kiosk_close.html"

    def get_breadcrumbs_items(self) -> list[dict[str, str]]:
        return [
            *self.breadcrumbs_items,
            {"url": reverse("kiosks:index"), "label": "共用屏"},
            {"url": "", "label": self.get_page_title()},
        ]

    def _kiosk(self) -> Kiosk:
        return get_object_or_404(kiosks_for(self.request.user), pk=self.kwargs["pk"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(kiosk_row=self._kiosk(), **kwargs)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        try:
            close_kiosk(kiosk=self._kiosk(), by=self.clerk)
        except Refusal as refusal:
            messages.error(request, refusal.sentence)
        else:
            messages.success(request, "停用了。那台电脑现在和普通电脑一样。")
        return HttpResponseRedirect(reverse("kiosks:index"))
