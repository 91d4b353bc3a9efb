"""The upload page: resumable with JavaScript, a plain form without."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.generic import TemplateView
from wagtail.admin.views.generic import WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin

from core.errors import Refusal
from media_pipeline.admin.receiving import NAME_UNREADABLE, FormReceiver, has_lost_files, receive
from media_pipeline.models import MediaAsset
from media_pipeline.queries.library import unfinished_uploads
from media_pipeline.uploads.protocol import ProtocolError


class UploadView(FormReceiver, PermissionCheckedMixin, WagtailAdminTemplateMixin, TemplateView):
    """Choose files, watch them go, go on with what broke off."""

    model = MediaAsset
    permission_required = "add"
    page_title = "上传视频或音频"
    header_icon = "upload"
    template_name = "media_pipeline/desk/upload.html"
    index_url_name = "media_library:index"

    def get_breadcrumbs_items(self) -> list[dict[str, str]]:
        return [
            *self.breadcrumbs_items,
            {"url": reverse(self.index_url_name), "label": "媒体库"},
            {"url": "", "label": self.page_title},
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(unfinished=unfinished_uploads(self.request.user), **kwargs)  # type: ignore[arg-type]

    def post(self, request: HttpRequest) -> HttpResponse:
        files = request.FILES.getlist("files")
        kept = 0
        for file in files:
            try:
                asset = receive(file, owner=request.user)
            except (ProtocolError, Refusal) as error:
                messages.error(request, f"{file.name}：{error.sentence}")
                continue
            kept += 1
            messages.success(request, f"《{asset.title}》已经收到，正在检查。")
        if has_lost_files(request):
            messages.error(request, NAME_UNREADABLE)
        elif not files:
            messages.error(request, "还没有选文件。请先点“选择文件”。")
        return HttpResponseRedirect(reverse(self.index_url_name if kept else "media_library:add"))

    def refuse(self, request: HttpRequest, error: ProtocolError) -> HttpResponse:
        context = self.get_context_data(refusal=error.sentence)
        return self.render_to_response(context, status=error.status)
