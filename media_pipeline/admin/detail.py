"""One asset: verdict, steps, renditions, preview, who uses it, captions, a new title, a new try, deleting."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.generic import TemplateView
from wagtail.admin.views.generic import WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin
from wagtail.admin.widgets.button import Button, HeaderButton

from core.errors import Refusal
from media_pipeline.links import playback
from media_pipeline.models import MediaAsset
from media_pipeline.operations.assets import rename_asset
from media_pipeline.operations.jobs import retry_source
from media_pipeline.operations.removal import remove_asset, still_used
from media_pipeline.policy import media_policy
from media_pipeline.queries.captions import current_captions
from media_pipeline.queries.library import asset_row, library, uses_of
from media_pipeline.queries.progress import published_renditions
from media_pipeline.uploads.rules import show_size


class AssetView(PermissionCheckedMixin, WagtailAdminTemplateMixin, TemplateView):
    """What every page about one asset has in common."""

    model = MediaAsset
    permission_required = "view"
    header_icon = "media"
    asset: MediaAsset

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        self.asset = get_object_or_404(library(), pk=kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)

    def may(self, action: str) -> bool:
        return media_policy.user_has_permission_for_instance(self.request.user, action, self.asset)

    def demand(self, action: str) -> None:
        if not self.may(action):
            raise PermissionDenied

    def get_page_subtitle(self) -> str:
        return self.asset.title

    def get_breadcrumbs_items(self) -> list[dict[str, str]]:
        items = [*self.breadcrumbs_items, {"url": reverse("media_library:index"), "label": "媒体库"}]
        here = self.get_page_title()
        if not here:
            return [*items, {"url": "", "label": self.asset.title}]
        return [*items, {"url": self.detail_url, "label": self.asset.title}, {"url": "", "label": here}]

    @property
    def detail_url(self) -> str:
        return reverse("media_library:edit", args=[self.asset.pk])

    def back(self) -> HttpResponse:
        return HttpResponseRedirect(self.detail_url)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            asset=self.asset, row=asset_row(self.asset), may_change=self.may("change"), **kwargs
        )


class DetailView(AssetView):
    """The page itself; a POST gives the asset another title."""

    template_name = "media_pipeline/desk/detail.html"

    @property
    def header_buttons(self) -> list[Button]:
        buttons = [
            HeaderButton("字幕", url=reverse("media_library:captions", args=[self.asset.pk]), icon_name="openquote")
        ]
        if self.may("delete"):
            buttons.append(
                HeaderButton("删除", url=reverse("media_library:delete", args=[self.asset.pk]), icon_name="bin")
            )
        return buttons

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            uses=uses_of(self.asset, viewer=self.request.user),  # type: ignore[arg-type]
            captions=current_captions(self.asset),
            **making(self.asset),
            **kwargs,
        )

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        self.demand("change")
        try:
            rename_asset(asset=self.asset, title=request.POST.get("title", ""))
        except Refusal as error:
            messages.error(request, error.sentence)
        else:
            messages.success(request, "标题改好了。")
        return self.back()


class MakingView(AssetView):
    """The part of the page that changes while the asset is being made."""

    template_name = "media_pipeline/desk/making.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**making(self.asset), **kwargs)


class PreviewView(AssetView):
    """The preview player alone: it appears once there is something to play."""

    template_name = "media_pipeline/desk/preview.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(playback=playback(self.asset), **kwargs)


class RetryView(AssetView):
    """重试."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        self.demand("change")
        try:
            retry_source(source=self.asset.source)
        except Refusal as error:
            messages.error(request, error.sentence)
        else:
            messages.success(request, "已经重新开始制作，做好的部分不会重做。")
        return self.back()


class RemoveView(AssetView):
    """Asks once, and says who uses it if it can't go."""

    page_title = "删除"
    header_icon = "bin"
    template_name = "media_pipeline/desk/delete.html"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        self.demand("delete")
        uses = uses_of(self.asset, viewer=request.user)  # type: ignore[arg-type]
        return self.render_to_response(self.get_context_data(uses=uses, refusal=still_used(uses) if uses else ""))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        self.demand("delete")
        try:
            remove_asset(asset=self.asset)
        except Refusal as error:
            messages.error(request, error.sentence)
            return self.back()
        messages.success(request, f"《{self.asset.title}》已经删除。")
        return HttpResponseRedirect(reverse("media_library:index"))


def making(asset: MediaAsset) -> dict[str, Any]:
    """Context of the part that changes: playback and a table of renditions."""
    renditions = published_renditions(asset.source)
    for rendition in renditions:
        rendition["size_label"] = show_size(float(str(rendition["bytes"] or 0))) if rendition["bytes"] else "—"
        rendition["rate_label"] = f"{int(str(rendition['bandwidth'] or 0)) / 1000:.0f} kbit/s"
    return {"playback": playback(asset), "renditions": renditions, "source_size": show_size(asset.source.size)}
