"""The pages a site begins with: a home page and its two columns, in place of the welcome page of Wagtail's own."""

from __future__ import annotations

from django.db import transaction
from wagtail.models import Page, Site

from cms.models import HomePage, ShortIndexPage, StoryIndexPage

NAME = "银龄学堂"


@transaction.atomic
def plant_home() -> HomePage:
    """The home page at the root of the default site, made with its columns unless there is one. Safe to run again."""
    if home := HomePage.objects.first():
        return home
    site = Site.objects.get(is_default_site=True)
    welcome = Page.objects.get(pk=site.root_page_id)
    home = Page.get_first_root_node().add_child(
        instance=HomePage(title=NAME, slug="academy", welcome=f"欢迎来到{NAME}")
    )
    site.root_page = home
    site.site_name = NAME
    site.save()
    if _is_untouched(welcome):
        welcome.delete()
    plant_columns(home)
    return home


def plant_columns(home: HomePage) -> tuple[StoryIndexPage, ShortIndexPage]:
    """银龄故事 and 短视频, made below `home` unless they are somewhere."""
    stories = StoryIndexPage.objects.first() or home.add_child(
        instance=StoryIndexPage(title="银龄故事", slug="stories", show_in_menus=True)
    )
    shorts = ShortIndexPage.objects.first() or home.add_child(
        instance=ShortIndexPage(title="短视频", slug="shorts", show_in_menus=True)
    )
    return stories, shorts


def _is_untouched(page: Page) -> bool:
    return page.specific_class is Page and page.depth > 1 and not page.get_children().exists()
