"""银龄故事: micro-documentaries with a few words to read. Thin for now."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.http import HttpRequest
from wagtail.admin.panels import FieldPanel
from wagtail.blocks import BlockQuoteBlock, RichTextBlock
from wagtail.images.blocks import ImageBlock
from wagtail.models import Page
from wagtail.search import index

from core.fields import ContentStreamField


class StoryIndexPage(Page):
    """All stories, the newest first."""

    content_panels = [*Page.content_panels]

    parent_page_types = ["cms.HomePage"]
    subpage_types = ["cms.StoryPage"]
    max_count = 1
    template = "cms/story_index.html"

    class Meta:
        verbose_name = "银龄故事栏目"

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from cms.queries.stories import story_cards

        return {**super().get_context(request, *args, **kwargs), "cards": story_cards()}


class StoryPage(Page):
    """One story. `place` and `programme` are what a reader sees under the title."""

    place = models.CharField("地点", max_length=40, blank=True, help_text="例如：杭锦旗")
    programme = models.CharField("所属行动", max_length=40, blank=True, help_text="例如：乡村振兴行")
    lead = models.TextField("导语", max_length=200, help_text="列表里和标题下面的一两句话")
    video = models.ForeignKey(
        "media_pipeline.MediaAsset",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="stories",
        verbose_name="视频或音频",
    )
    body = ContentStreamField(
        [
            ("text", RichTextBlock(label="文字", features=["h2", "h3", "bold", "ul", "ol", "link"])),
            ("quote", BlockQuoteBlock(label="引语")),
            ("picture", ImageBlock(label="图片")),
        ],
        verbose_name="正文",
        blank=True,
    )

    content_panels = [
        *Page.content_panels,
        FieldPanel("place"),
        FieldPanel("programme"),
        FieldPanel("lead"),
        FieldPanel("video"),
        FieldPanel("body"),
    ]
    search_fields = [*Page.search_fields, index.SearchField("lead"), index.SearchField("body")]

    parent_page_types = ["cms.StoryIndexPage"]
    subpage_types: list[str] = []
    template = "cms/story.html"

    class Meta:
        verbose_name = "银龄故事"

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from cms.queries.stories import media_of

        is_preview = bool(getattr(request, "is_preview", False))
        return {**super().get_context(request, *args, **kwargs), **media_of(self.video, is_preview=is_preview)}
