"""What search engines may list (sitemaps.org protocol 0.9): public pages, courses, lessons that anyone may watch."""

from __future__ import annotations

import datetime as dt

from django.contrib.sitemaps import Sitemap
from django.db.models import QuerySet
from wagtail.models import Page

from courses.enums import Audience
from courses.models import CatalogueEdition, Course, Lesson
from courses.queries.editions.reading import published
from places.models import AcademySite
from places.queries.sites import open_sites


class PageMap(Sitemap[Page]):
    """Published pages of the tree, under the host that was asked: Wagtail's own map names the host of its Site row."""

    limit = 5000

    def items(self) -> QuerySet[Page]:
        return Page.objects.live().public().filter(depth__gt=1).order_by("path")

    def location(self, item: Page) -> str:
        return item.get_url() or "/"

    def lastmod(self, item: Page) -> dt.datetime | None:
        return item.last_published_at


class CourseMap(Sitemap[Course]):
    limit = 5000

    def items(self) -> QuerySet[Course]:
        return Course.objects.filter(live=True).order_by("pk")

    def lastmod(self, item: Course) -> dt.datetime:
        return item.last_published_at or item.updated_at


class LessonMap(Sitemap[Lesson]):
    limit = 5000

    def items(self) -> QuerySet[Lesson]:
        shown = Lesson.objects.filter(live=True, course__live=True, audience=Audience.PUBLIC)
        return shown.select_related("course").order_by("pk")

    def lastmod(self, item: Lesson) -> dt.datetime:
        return item.last_published_at or item.updated_at


class CatalogueMap(Sitemap[CatalogueEdition]):
    limit = 5000

    def items(self) -> QuerySet[CatalogueEdition]:
        return published().defer("manifest__text").order_by("pk")

    def lastmod(self, item: CatalogueEdition) -> dt.datetime:
        return item.updated_at


class AcademyMap(Sitemap[AcademySite]):
    """学堂 that are open."""

    limit = 5000

    def items(self) -> QuerySet[AcademySite]:
        return open_sites().order_by("pk")

    def lastmod(self, item: AcademySite) -> dt.datetime:
        return item.updated_at
