"""Addresses that gather what every room shows: the site map."""

from django.contrib.sitemaps.views import sitemap
from django.urls import path

from cms.sitemaps import AcademyMap, CatalogueMap, CourseMap, LessonMap, PageMap

urlpatterns = [
    path(
        "sitemap.xml",
        sitemap,
        {
            "sitemaps": {
                "pages": PageMap,
                "courses": CourseMap,
                "lessons": LessonMap,
                "catalogue": CatalogueMap,
                "places": AcademyMap,
            }
        },
        name="django.contrib.sitemaps.views.sitemap",
    ),
]
