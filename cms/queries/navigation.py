"""The main navigation: only what exists."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from wagtail.models import Page

from cms.models import ShortIndexPage, StoryIndexPage


@dataclass(frozen=True)
class NavigationItem:
    label: str
    short_label: str
    url: str
    current: bool


def main_navigation(request: HttpRequest | None) -> list[NavigationItem]:
    """首页, 课程, the columns of the editors that are published, 附近学堂; the one this address lies in is current."""
    entries = [("首页", "首页", "/"), ("课程", "课程", reverse("courses:list"))]
    columns = Page.objects.live().public().type(StoryIndexPage, ShortIndexPage).order_by("path")
    entries += [(column.title, column.title.removeprefix("银龄"), column.get_url(request)) for column in columns]
    entries.append(("附近学堂", "学堂", reverse("places:list")))
    here = request.path if request is not None else ""
    return [
        NavigationItem(label, short, url, here == url if url == "/" else here.startswith(url))
        for label, short, url in entries
        if url
    ]
