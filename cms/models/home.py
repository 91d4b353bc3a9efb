"""The home page."""

from __future__ import annotations

from django.db import models
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
