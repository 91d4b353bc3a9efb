"""地区: the tree, adding, renaming, merging, history."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django_filters import ChoiceFilter, ModelChoiceFilter  # type: ignore[import-untyped]
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, NumberColumn, StatusTagColumn, TitleColumn
from wagtail.admin.widgets.button import HeaderButton

from core import clock
from places.admin.forms import MergeForm, RegionAddForm, RegionAmendForm, RenameForm
from places.admin.parts import PartView
from places.admin.scoped import ScopedCreateView, ScopedEditView, ScopedIndexView, ScopedViewSet
from places.enums import Level
from places.models import Region
from places.operations.regions import add_region, amend_region, merge_regions, rename_region
from places.queries.desk import region_line, regions_for
from places.queries.history import history_of

DEPTHS = {level: depth for depth, level in enumerate(Level.values)}


class BannerFilter(ModelChoiceFilter):
    """A banner and all below it. `lookup` leads to the path."""

    def __init__(self, *, lookup: str = "path", **kwargs: Any) -> None:
        self._lookup = lookup
        banners = Region.objects.filter(level=Level.BANNER, valid_until__isnull=True)
        super().__init__(queryset=banners, label="旗区", empty_label="全部", **kwargs)

    def filter(self, rows: QuerySet[Any], value: Region | None) -> QuerySet[Any]:
        return rows if value is None else rows.filter(**{f"{self._lookup}__startswith": value.path})


class RegionFilters(WagtailFilterSet):
    banner = BannerFilter()
    level = ChoiceFilter(choices=Level.choices, label="层级", empty_label="全部")
    ended = ChoiceFilter(
        choices=[("True", "现有"), ("False", "已撤销")],
        field_name="valid_until",
        lookup_expr="isnull",
        label="现状",
        empty_label="全部",
    )

    class Meta:
        model = Region
        fields = ["banner", "level", "ended"]


def indented(region: Region) -> str:
    """The name, set in by its level: the list reads as the tree it is."""
    return "　" * DEPTHS[region.level] + region.name


def standing_line(region: Region) -> str:
    if region.valid_until is None:
        return f"{region.valid_from} 设立" if region.valid_from else "现有"
    return f"{region.valid_until} 并入{region.merged_into}" if region.merged_into else f"{region.valid_until} 撤销"


class RegionIndexView(ScopedIndexView):
    @property
    def columns(self) -> list[Any]:
        return [
            TitleColumn("name", label="名称", accessor=indented, get_url=self.get_edit_url),
            Column("level", label="层级", accessor="get_level_display"),
            Column("kind", label="类型"),
            Column("short_name", label="简称"),
            NumberColumn("site_count", label="站点"),
            StatusTagColumn("state", label="现状", accessor=standing_line, primary=lambda one: one.valid_until is None),
        ]


class RegionCreateView(ScopedCreateView):
    success_message = "“%(object)s”添加好了。"

    def save_instance(self) -> Region:
        given = self.form.cleaned_data
        return add_region(
            name=given["name"],
            kind=given["kind"],
            parent=given["parent"],
            valid_from=given["valid_from"],
            short_name=given["short_name"],
            by=self.request.user,
        )


class RegionEditView(ScopedEditView):
    template_name = "places/desk/region.html"
    success_message = "“%(object)s”保存好了。"

    @property
    def header_buttons(self) -> list[Any]:
        if self.object.valid_until is not None:
            return []
        buttons = [
            HeaderButton("改名", url=reverse("regions:rename", args=[self.object.pk]), icon_name="edit"),
        ]
        if self.object.level != Level.CITY:
            buttons.append(
                HeaderButton("并入别处", url=reverse("regions:merge", args=[self.object.pk]), icon_name="redirect")
            )
        return buttons

    def save_instance(self) -> Region:
        given = self.form.cleaned_data
        return amend_region(
            region=self.object,
            short_name=given["short_name"],
            valid_from=given.get("valid_from"),
            by=self.request.user,
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        region = self.object
        return super().get_context_data(
            region=region,
            where=region_line(region),
            standing=standing_line(region),
            history=history_of(region),
            **kwargs,
        )


class RegionPartView(PartView):
    permission = "places.change_region"
    region: Region

    def find(self, **kwargs: Any) -> None:
        self.region = get_object_or_404(regions_for(self.request.user), pk=kwargs["pk"])

    def whole(self) -> tuple[str, str, str]:
        return "地区", self.region.name, reverse("regions:edit", args=[self.region.pk])

    def list_url(self) -> str:
        return reverse("regions:index")


class RenameView(RegionPartView):
    page_title = "改名"
    form_class = RenameForm
    submit_label = "改名"

    def get_initial(self) -> dict[str, Any]:
        return {"name": self.region.name, "kind": self.region.kind, "on": clock.today()}

    def act(self, form: forms.BaseForm) -> str:
        given = form.cleaned_data
        renamed = rename_region(
            region=self.region, name=given["name"], kind=given["kind"], on=given["on"], by=self.request.user
        )
        return f"改名好了，现在叫“{renamed}”，原来的名称还查得到。"


class MergeView(RegionPartView):
    page_title = "并入别处"
    form_class = MergeForm
    submit_label = "并入"

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"user": self.request.user, "region": self.region}

    def get_initial(self) -> dict[str, Any]:
        return {"on": clock.today()}

    def act(self, form: forms.BaseForm) -> str:
        given = form.cleaned_data
        merge_regions(regions=[self.region], into=given["into"], on=given["on"], by=self.request.user)
        return f"{self.region}并入了{given['into']}，下面的嘎查村和站点也跟着过去了。"


class RegionViewSet(ScopedViewSet):
    model = Region
    icon = "site"
    menu_label = "地区"
    menu_name = "regions"
    menu_order = 30
    rows_for = staticmethod(regions_for)
    index_view_class = RegionIndexView
    add_view_class = RegionCreateView
    edit_view_class = RegionEditView
    add_form = RegionAddForm
    edit_form = RegionAmendForm
    filterset_class = RegionFilters
    search_fields = ["name", "short_name"]
    list_per_page = 100
    ordering = "path"

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            *super().get_urlpatterns(),
            path("<int:pk>/rename/", RenameView.as_view(), name="rename"),
            path("<int:pk>/merge/", MergeView.as_view(), name="merge"),
        ]
