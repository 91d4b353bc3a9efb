"""学堂站点 in the admin: the site, its rooms with their hours, and the photographs."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.views.generic import View
from django_filters import ChoiceFilter  # type: ignore[import-untyped]
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, StatusTagColumn, TitleColumn
from wagtail.admin.widgets.button import HeaderButton

from core import clock
from core.errors import Refusal
from places.admin.forms import EvidenceForm, RoomForm, SiteForm
from places.admin.parts import PartView
from places.admin.regions import BannerFilter
from places.admin.scoped import ScopedCreateView, ScopedEditView, ScopedIndexView, ScopedViewSet
from places.enums import SiteKind
from places.models import AcademySite, Room, SiteEvidence
from places.operations.sites import add_evidence, remove_evidence, remove_room, save_room, save_site
from places.queries.desk import area_line, evidence_line, is_large_enough, region_line, sites_for, state_line
from places.queries.sites import standing_of

CHANGE = "places.change_academysite"


class SiteFilters(WagtailFilterSet):
    banner = BannerFilter(lookup="region__path")
    kind = ChoiceFilter(choices=SiteKind.choices, label="类型", empty_label="全部")
    closed = ChoiceFilter(
        choices=[("True", "没有停用的"), ("False", "停用的")],
        field_name="closed_on",
        lookup_expr="isnull",
        label="现状",
        empty_label="全部",
    )

    class Meta:
        model = AcademySite
        fields = ["banner", "kind", "closed"]


class SiteIndexView(ScopedIndexView):
    @property
    def columns(self) -> list[Any]:
        return [
            TitleColumn("name", label="名称", sort_key="name", get_url=self.get_edit_url),
            Column("region", label="所在地区", accessor=lambda one: region_line(one.region), sort_key="region__path"),
            Column("kind", label="类型", accessor="get_kind_display", sort_key="kind"),
            StatusTagColumn("area", label="面积", accessor=area_line, primary=is_large_enough, sort_key="total_area"),
            Column(
                "evidence",
                label="现场照片",
                accessor=lambda one: evidence_line(one.evidence_on),
                sort_key="evidence_on",
            ),
            Column("state", label="现状", accessor=state_line, sort_key="opened_on"),
        ]


class SiteCreateView(ScopedCreateView):
    success_message = "“%(object)s”添加好了，接着登记教室、上传现场照片。"

    def save_instance(self) -> AcademySite:
        facilities = self.form.cleaned_data["facilities"]
        return save_site(site=self.form.instance, facilities=facilities, by=self.request.user)


class SiteEditView(ScopedEditView):
    """The site's own fields above; its rooms and photographs below, each with a page of its own."""

    template_name = "places/desk/site.html"
    success_message = "“%(object)s”保存好了。"

    @property
    def header_buttons(self) -> list[Any]:
        return [HeaderButton("网页上的样子", url=self.object.get_absolute_url(), icon_name="view")]

    def save_instance(self) -> AcademySite:
        facilities = self.form.cleaned_data["facilities"]
        return save_site(site=self.form.instance, facilities=facilities, by=self.request.user)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        site = self.object
        standing = standing_of(site)
        return super().get_context_data(
            site=site,
            standing=standing,
            freshness=evidence_line(standing.evidence_on),
            rooms=site.rooms.select_related("owner").prefetch_related("slots"),
            evidence=site.evidence.select_related("picture").prefetch_related("picture__renditions"),
            **kwargs,
        )


def site_of(request: HttpRequest, pk: int) -> AcademySite:
    """A site in the person's scope; `Http404` otherwise."""
    return get_object_or_404(sites_for(request.user), pk=pk)


class SitePartView(PartView):
    permission = CHANGE
    site: AcademySite

    def find(self, **kwargs: Any) -> None:
        self.site = site_of(self.request, kwargs["site"])

    def whole(self) -> tuple[str, str, str]:
        return "学堂站点", self.site.name, reverse("sites:edit", args=[self.site.pk])

    def list_url(self) -> str:
        return reverse("sites:index")


class RoomView(SitePartView):
    """A new room, or one that is there."""

    form_class = RoomForm
    template_name = "places/desk/room.html"
    room: Room

    def find(self, **kwargs: Any) -> None:
        super().find(**kwargs)
        pk = kwargs.get("pk")
        self.room = Room(site=self.site) if pk is None else get_object_or_404(self.site.rooms, pk=pk)

    def get_page_title(self) -> str:
        return self.room.name if self.room.pk else "添加教室"

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"instance": self.room, "for_user": self.request.user}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(site=self.site, room=self.room, **kwargs)

    def act(self, form: forms.BaseForm) -> str:
        room = save_room(room=form.instance, week=form.cleaned_data["week"], by=self.request.user)  # type: ignore[attr-defined]
        return f"“{room.name}”保存好了。"


class EvidenceView(SitePartView):
    page_title = "添加现场照片"
    form_class = EvidenceForm

    def get_form_kwargs(self) -> dict[str, Any]:
        evidence = SiteEvidence(site=self.site, taken_on=clock.today())
        return super().get_form_kwargs() | {"instance": evidence, "for_user": self.request.user}

    def act(self, form: forms.BaseForm) -> str:
        add_evidence(evidence=form.instance, by=self.request.user)  # type: ignore[attr-defined]
        return "照片加上了。"


class RemovalView(View):
    """Takes a part off its site, by a button of the page."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, site: int, pk: int) -> HttpResponse:
        if not request.user.has_perm(CHANGE):  # type: ignore[union-attr]
            raise PermissionDenied
        found = site_of(request, site)
        try:
            said = self.remove(found, pk)
        except Refusal as refusal:
            messages.error(request, refusal.sentence)
        else:
            messages.success(request, said)
        return HttpResponseRedirect(reverse("sites:edit", args=[found.pk]))

    def remove(self, site: AcademySite, pk: int) -> str:
        raise NotImplementedError


class RoomRemovalView(RemovalView):
    def remove(self, site: AcademySite, pk: int) -> str:
        room = get_object_or_404(site.rooms, pk=pk)
        remove_room(room=room, by=self.request.user)
        return f"“{room.name}”删除了。"


class EvidenceRemovalView(RemovalView):
    def remove(self, site: AcademySite, pk: int) -> str:
        remove_evidence(evidence=get_object_or_404(site.evidence, pk=pk), by=self.request.user)
        return "照片去掉了，图库里还在。"


class SiteViewSet(ScopedViewSet):
    model = AcademySite
    icon = "home"
    menu_label = "学堂站点"
    menu_name = "sites"
    menu_order = 10
    rows_for = staticmethod(sites_for)
    index_view_class = SiteIndexView
    add_view_class = SiteCreateView
    edit_view_class = SiteEditView
    add_form = edit_form = SiteForm
    filterset_class = SiteFilters
    search_fields = ["name", "address"]
    ordering = ["region__path", "name"]

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            *super().get_urlpatterns(),
            path("<int:site>/rooms/new/", RoomView.as_view(), name="add_room"),
            path("<int:site>/rooms/<int:pk>/", RoomView.as_view(), name="room"),
            path("<int:site>/rooms/<int:pk>/remove/", RoomRemovalView.as_view(), name="remove_room"),
            path("<int:site>/evidence/new/", EvidenceView.as_view(), name="add_evidence"),
            path("<int:site>/evidence/<int:pk>/remove/", EvidenceRemovalView.as_view(), name="remove_evidence"),
        ]
