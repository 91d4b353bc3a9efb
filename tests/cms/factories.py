"""The page tree for tests."""

from __future__ import annotations

from typing import Any

from wagtail.models import Page, Site

from cms.models import HomePage, ShortIndexPage, ShortVideoPage, StoryIndexPage, StoryPage


def plant_home(**fields: Any) -> HomePage:
    """The home page as root of the only site, in place of Wagtail's own welcome page."""
    root = Page.get_first_root_node()
    root.get_children().delete()
    root = Page.objects.get(pk=root.pk)
    home = root.add_child(instance=HomePage(**({"title": "首页", "slug": "home", "welcome": "欢迎来学堂"} | fields)))
    Site.objects.update_or_create(
        is_default_site=True, defaults={"hostname": "localhost", "port": 80, "root_page": home, "site_name": "银龄学堂"}
    )
    return home


def plant_columns(home: HomePage) -> tuple[StoryIndexPage, ShortIndexPage]:
    """银龄故事 and 短视频 below the home page."""
    stories = home.add_child(instance=StoryIndexPage(title="银龄故事", slug="stories"))
    shorts = home.add_child(instance=ShortIndexPage(title="短视频", slug="shorts"))
    return stories, shorts


def plant_story(index: StoryIndexPage, **fields: Any) -> StoryPage:
    given = {
        "title": "退休兽医的第四十个春天",
        "lead": "牧民打来电话，他背起药箱就走。",
        "place": "杭锦旗",
        "programme": "乡村振兴行",
        "body": [("text", "<h2>早晨</h2><p>天还没有亮。</p>"), ("quote", "羊也是家里的一口。")],
    } | fields
    return index.add_child(instance=StoryPage(**given))


def plant_short(index: ShortIndexPage, **fields: Any) -> ShortVideoPage:
    given = {"title": "三代人的家训", "place": "准格尔旗", "caption": "爷爷写，爸爸念，孙子背。"} | fields
    return index.add_child(instance=ShortVideoPage(**given))
