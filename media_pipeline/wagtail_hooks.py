"""What media adds to the Wagtail admin: the library, the chooser, notices on the first page and everywhere else."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from wagtail import hooks
from wagtail.admin.ui.components import Component
from wagtail.permissions import register_permission_policy

from media_pipeline.admin.chooser import media_chooser
from media_pipeline.admin.viewsets import media_library
from media_pipeline.models import MediaAsset
from media_pipeline.policy import media_policy
from media_pipeline.queries.notices import unseen_notices

register_permission_policy(MediaAsset, media_policy)


@hooks.register("register_admin_viewset")
def register_media_viewsets() -> list[Any]:
    return [media_library, media_chooser]


class NoticesPanel(Component):
    """On the admin's first page: what became of your media."""

    name = "media_notices"
    template_name = "media_pipeline/desk/notices_panel.html"
    order = 90

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        request = parent_context["request"]
        return {"request": request, "notices": unseen_notices(request.user)[:10]}


@hooks.register("construct_homepage_panels")
def add_notices_panel(request: HttpRequest, panels: list[Component]) -> None:
    if media_policy.user_has_permission(request.user, "view"):
        panels.append(NoticesPanel())


@hooks.register("insert_global_admin_css")
def desk_css() -> SafeString:
    return format_html('<link rel="stylesheet" href="{}">', static("css/desk.css"))


@hooks.register("insert_global_admin_js")
def desk_js() -> SafeString:
    return format_html(
        '<script src="{}" data-live="{}" data-notices="{}" data-library="{}" data-hls="{}" defer></script>'
        '<script src="{}" data-endpoint="{}" data-tus="{}" data-asset="{}" defer></script>',
        static("js/desk/desk.js"),
        reverse("media_library:live"),
        reverse("media_library:notices"),
        reverse("media_library:index"),
        static("packages/hls.min.js"),
        static("js/desk/upload.js"),
        reverse("media_pipeline:uploads"),
        static("packages/tus.min.js"),
        reverse("media_library:edit", args=[0]),
    )
