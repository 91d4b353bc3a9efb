"""Addresses of the whole site. Each room keeps its own list; Wagtail pages answer what is left."""

from django.urls import include, path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from core.files import send_picture

urlpatterns = [
    path("admin/", include(wagtailadmin_urls)),
    path("documents/", include(wagtaildocs_urls)),
    path("media/", include("media_pipeline.urls")),
    path("account/", include("accounts.urls")),
    path("courses/", include("courses.urls")),
    path("", include("core.urls")),
    path("", include("cms.urls")),
    path("files/<path:path>", send_picture),
    path("", include(wagtail_urls)),
]
