"""单位 in the admin."""

from __future__ import annotations

from typing import Any

from django_filters import ChoiceFilter  # type: ignore[import-untyped]
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, TitleColumn

from places.admin.forms import OrganisationForm
from places.admin.regions import BannerFilter
from places.admin.scoped import ScopedCreateView, ScopedEditView, ScopedIndexView, ScopedViewSet
from places.enums import OrganisationKind
from places.models import Organisation
from places.operations.organisations import save_organisation
from places.queries.desk import organisations_for, region_line


class OrganisationFilters(WagtailFilterSet):
    banner = BannerFilter(lookup="region__path")
    kind = ChoiceFilter(choices=OrganisationKind.choices, label="类型", empty_label="全部")

    class Meta:
        model = Organisation
        fields = ["banner", "kind"]


class OrganisationIndexView(ScopedIndexView):
    @property
    def columns(self) -> list[Any]:
        return [
            TitleColumn("name", label="名称", sort_key="name", get_url=self.get_edit_url),
            Column("kind", label="类型", accessor="get_kind_display", sort_key="kind"),
            Column("region", label="所在地区", accessor=lambda one: region_line(one.region), sort_key="region__path"),
            Column("phone", label="办公电话"),
            Column("closed_on", label="撤销日期"),
        ]


class OrganisationCreateView(ScopedCreateView):
    success_message = "“%(object)s”添加好了。"

    def save_instance(self) -> Organisation:
        return save_organisation(organisation=self.form.instance, by=self.request.user)


class OrganisationEditView(ScopedEditView):
    success_message = "“%(object)s”保存好了。"

    def save_instance(self) -> Organisation:
        return save_organisation(organisation=self.form.instance, by=self.request.user)


class OrganisationViewSet(ScopedViewSet):
    model = Organisation
    icon = "group"
    menu_label = "单位"
    menu_name = "organisations"
    menu_order = 20
    rows_for = staticmethod(organisations_for)
    index_view_class = OrganisationIndexView
    add_view_class = OrganisationCreateView
    edit_view_class = OrganisationEditView
    add_form = edit_form = OrganisationForm
    filterset_class = OrganisationFilters
    search_fields = ["name", "address"]
    ordering = ["region__path", "name"]
