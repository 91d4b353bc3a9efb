"""Addresses of the whole site. Each room keeps its own list; Wagtail pages answer what is left."""

from django.urls import include, path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from accounts.views.password import DeskPasswordView
from core.files import send_picture

urlpatterns = [
    # Before Wagtail's own, so that no way into the desk leaves out the second factor.
    path("admin/login/", DeskPasswordView.as_view(), name="wagtailadmin_login"),
    path("admin/", include(wagtailadmin_urls)),
    path("documents/", include(wagtaildocs_urls)),
    path("media/", include("media_pipeline.urls")),
    path("account/", include("accounts.urls")),
    path("account/", include("accounts.allauth_urls")),
    path("catalogue/", include("courses.catalogue_urls")),
    path("courses/", include("courses.urls")),
    path("", include("courses.study_urls")),
    path("places/", include("places.urls")),
    path("", include("core.urls")),
    path("", include("cms.urls")),
    path("files/<path:path>", send_picture),
    path("", include(wagtail_urls)),
]
