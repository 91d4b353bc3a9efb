"""The library as a Wagtail viewset: addresses, menu entry, where an asset is edited."""

from __future__ import annotations

from django.urls import URLPattern, path
from wagtail.admin.admin_url_finder import ModelAdminURLFinder
from wagtail.admin.viewsets.model import ModelViewSet

from media_pipeline.admin.captions import CaptionFileView, CaptionsView
from media_pipeline.admin.detail import DetailView, MakingView, PreviewView, RemoveView, RetryView
from media_pipeline.admin.library import LibraryView
from media_pipeline.admin.live import LiveView, NoticesView
from media_pipeline.admin.uploading import UploadView
from media_pipeline.models import MediaAsset
from media_pipeline.policy import media_policy


class AssetUrlFinder(ModelAdminURLFinder):
    """The page of an asset is for everybody who may look at it."""

    edit_url_name = "media_library:edit"

    def get_edit_url(self, instance: MediaAsset) -> str | None:
        if self.user and not media_policy.user_has_permission(self.user, "view"):
            return None
        return str(self.construct_edit_url(instance))


class MediaViewSet(ModelViewSet):
    model = MediaAsset
    icon = "media"
    menu_label = "媒体库"
    menu_name = "media"
    menu_order = 250
    add_to_admin_menu = True
    inspect_view_enabled = False
    copy_view_enabled = False
    search_backend_name = None
    search_fields = ["title", "original_name"]
    list_per_page = 20
    form_fields = ["title"]
    url_finder_class = AssetUrlFinder
    index_view_class = LibraryView

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            path("", self.index_view, name="index"),
            path("results/", self.index_results_view, name="index_results"),
            path("new/", self.construct_view(UploadView), name="add"),
            path("live/", self.construct_view(LiveView), name="live"),
            path("notices/", self.construct_view(NoticesView), name="notices"),
            path("<int:pk>/", self.construct_view(DetailView), name="edit"),
            path("<int:pk>/making/", self.construct_view(MakingView), name="making"),
            path("<int:pk>/preview/", self.construct_view(PreviewView), name="preview"),
            path("<int:pk>/retry/", self.construct_view(RetryView), name="retry"),
            path("<int:pk>/captions/", self.construct_view(CaptionsView), name="captions"),
            path("<int:pk>/captions/file/", self.construct_view(CaptionFileView), name="caption_file"),
            path("<int:pk>/delete/", self.construct_view(RemoveView), name="delete"),
            path("<int:pk>/usage/", self.usage_view, name="usage"),
        ]


media_library = MediaViewSet("media_library", url_prefix="media")
