"""操作记录: what was done by whom, to read only."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django_filters import ChoiceFilter
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, TitleColumn

from accounts.access import staff_label
from accounts.admin.rows import RowPage, RowViewSet, ScopedIndexView
from accounts.models import AuditEntry
from accounts.queries.roles import entries_for
from accounts.verbs import all_words, word_for


def time_of(entry: AuditEntry) -> str:
    return f"{timezone.localtime(entry.at):%Y-%m-%d %H:%M}"


def verb_of(entry: AuditEntry) -> str:
    return word_for(entry.verb)


def actor_of(entry: AuditEntry) -> str:
    return staff_label(entry.actor) if entry.actor else "系统"


def said(values: dict[str, Any]) -> str:
    return "；".join(f"{key}：{value if value is not None else '空'}" for key, value in values.items())


class TrailFilters(WagtailFilterSet):
    verb = ChoiceFilter(choices=lambda: all_words().items(), label="做了什么", empty_label="全部")

    class Meta:
        model = AuditEntry
        fields = ["verb"]


class TrailView(ScopedIndexView):
    page_title = "操作记录"
    any_permission_required = ["view"]
    filterset_class = TrailFilters
    search_fields = ["label", "actor__display_name"]
    default_ordering = "-at"

    def rows_for(self, viewer: Any) -> QuerySet[AuditEntry]:
        return entries_for(viewer)

    @property
    def columns(self) -> list[Any]:
        return [
            TitleColumn("at", label="时间", accessor=time_of, get_url=self.get_edit_url, sort_key="at"),
            Column("actor", label="谁", accessor=actor_of),
            Column("verb", label="做了什么", accessor=verb_of),
            Column("label", label="对象"),
        ]


class EntryPage(RowPage):
    page_title = "操作记录"
    header_icon = "history"
    any_permission_required = ["view"]

    def rows_for(self, viewer: Any) -> QuerySet[AuditEntry]:
        return entries_for(viewer)

    def facts(self, row: AuditEntry) -> list[tuple[str, str]]:
        return [
            ("时间", time_of(row)),
            ("谁", actor_of(row)),
            ("做了什么", verb_of(row)),
            ("对象", f"{row.label}（{row.model} {row.object_id}）"),
            ("原来", said(row.before)),
            ("现在", said(row.after)),
        ]


class TrailViewSet(RowViewSet):
    model = AuditEntry
    icon = "history"
    menu_label = "操作记录"
    menu_name = "audit"
    menu_order = 50
    row_page = EntryPage
    index_view_class = TrailView
