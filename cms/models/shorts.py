"""Short videos. Thin for now."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.http import HttpRequest
from wagtail.admin.panels import FieldPanel
from wagtail.models import Page
from wagtail.search import index


class ShortIndexPage(Page):
    """All short videos, the newest first."""

    content_panels = [*Page.content_panels]

    parent_page_types = ["cms.HomePage"]
    subpage_types = ["cms.ShortVideoPage"]
    max_count = 1
    template = "cms/short_index.html"

    class Meta:
        verbose_name = "短视频栏目"

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from cms.queries.stories import short_cards

        return {**super().get_context(request, *args, **kwargs), "cards": short_cards()}


class ShortVideoPage(Page):
    """A video of about a minute, upright or lying."""

    place = models.CharField("地点", max_length=40, blank=True, help_text="例如：准格尔旗")
    caption = models.TextField("说明", max_length=200, blank=True)
    video = models.ForeignKey(
        "media_pipeline.MediaAsset",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="shorts",
        verbose_name="视频",
    )

    content_panels = [*Page.content_panels, FieldPanel("place"), FieldPanel("caption"), FieldPanel("video")]
    search_fields = [*Page.search_fields, index.SearchField("caption")]

    parent_page_types = ["cms.ShortIndexPage"]
    subpage_types: list[str] = []
    template = "cms/short.html"

    class Meta:
        verbose_name = "短视频"

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from cms.queries.stories import media_of

        is_preview = bool(getattr(request, "is_preview", False))
        return {**super().get_context(request, *args, **kwargs), **media_of(self.video, is_preview=is_preview)}
