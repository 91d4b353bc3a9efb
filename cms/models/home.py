"""The home page."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.http import HttpRequest
from wagtail.admin.panels import FieldPanel
from wagtail.models import Page


class HomePage(Page):
    """The first page: what to continue, what to learn, a few stories."""

    welcome = models.CharField("欢迎语", max_length=80, blank=True, help_text="没有登录的人看到的第一句话")

    content_panels = [*Page.content_panels, FieldPanel("welcome")]

    parent_page_types = ["wagtailcore.Page"]
    subpage_types = ["cms.StoryIndexPage", "cms.ShortIndexPage"]
    max_count = 1
    template = "cms/home.html"

    class Meta:
        verbose_name = "首页"

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from cms.queries.home import home_page

        return {**super().get_context(request, *args, **kwargs), **home_page(page=self, viewer=request.user)}
