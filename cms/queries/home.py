"""What the home page shows to whom."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from accounts.access import Viewer, salutation
from cms.models import HomePage, ShortIndexPage, StoryIndexPage
from cms.queries.stories import short_cards, story_cards
from core import clock
from courses.queries.activities import upcoming_activities
from courses.queries.catalogue import category_tiles, newest_courses
from courses.queries.editions.reading import catalogue_link
from courses.queries.offerings import upcoming_sessions
from courses.queries.positions import continuations


def greeting(hour: int) -> str:
    """What one says at that hour of the day, 0–23."""
    for until, words in ((5, "夜深了"), (9, "早上好"), (12, "上午好"), (14, "中午好"), (18, "下午好")):
        if hour < until:
            return words
    return "晚上好"


def home_page(*, page: HomePage, viewer: Viewer) -> dict[str, Any]:
    """Context of the home page for `viewer`."""
    name = salutation(viewer)
    hour = timezone.localtime(clock.now()).hour
    going_on = continuations(viewer, most=1)
    return {
        "heading": f"{name}，{greeting(hour)}" if name else (page.welcome or "欢迎来到银龄学堂"),
        "continuation": going_on[0] if going_on else None,
        "categories": category_tiles(),
        "catalogue": catalogue_link(),
        "courses": newest_courses(most=6),
        "activities": upcoming_activities(most=3),
        "sessions": upcoming_sessions(most=4),
        "story_index": StoryIndexPage.objects.live().child_of(page).first(),
        "short_index": ShortIndexPage.objects.live().child_of(page).first(),
        "stories": story_cards(most=3),
        "shorts": short_cards(most=4),
    }
