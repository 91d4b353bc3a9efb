"""The library: every asset, searched and filtered, with the state of its making."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django_filters import ChoiceFilter, ModelChoiceFilter
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import DateColumn
from wagtail.admin.views.generic import IndexView
from wagtail.admin.widgets.button import HeaderButton

from accounts.access import staff_label
from accounts.models import User
from media_pipeline.admin.columns import AssetTitleColumn, RowColumn
from media_pipeline.enums import MediaKind, SourceState
from media_pipeline.models import MediaAsset
from media_pipeline.queries.library import library


class OwnerFilter(ModelChoiceFilter):
    """Filters by who uploaded it, named as staff are."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=User.objects.filter(media_assets__isnull=False).distinct(), **kwargs)

    @property
    def field(self) -> Any:
        field = super().field
        field.label_from_instance = staff_label
        return field


class MediaFilters(WagtailFilterSet):
    state = ChoiceFilter(field_name="source__state", choices=SourceState.choices, label="状态", empty_label="全部")
    kind = ChoiceFilter(field_name="source__kind", choices=MediaKind.choices, label="类型", empty_label="全部")
    owner = OwnerFilter(label="上传人", empty_label="全部")

    class Meta:
        model = MediaAsset
        fields = ["state", "kind", "owner"]


class LibraryView(IndexView):
    """The list. Rows still being made are kept up to date by static/js/desk/desk.js."""

    page_title = "媒体库"
    any_permission_required = ["add", "change", "delete", "view"]
    filterset_class = MediaFilters
    default_ordering = "-created_at"
    paginate_by = 20
    # Wagtail's database search finds no Chinese word inside a phrase; without a backend it filters by icontains.
    search_backend_name = None
    search_fields = ["title", "original_name"]
    results_template_name = "media_pipeline/desk/library_results.html"

    def get_base_queryset(self) -> QuerySet[MediaAsset]:
        return library()

    @property
    def columns(self) -> list[Any]:
        return [
            AssetTitleColumn("title", label="标题", sort_key="title", get_url=self.get_detail_url),
            RowColumn("kind", "kind", label="类型"),
            RowColumn("duration", "duration", label="时长", sort_key="source__duration"),
            RowColumn("state", "state", label="状态", width="34%"),
            RowColumn("owner", "owner", label="上传人"),
            DateColumn("created_at", label="上传时间", sort_key="created_at"),
        ]

    def get_detail_url(self, asset: MediaAsset) -> str:
        return reverse("media_library:edit", args=[asset.pk])

    @property
    def add_button(self) -> HeaderButton:
        return HeaderButton("上传视频或音频", url=self.add_url, icon_name="upload")
