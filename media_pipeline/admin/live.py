"""Small answers for static/js/desk/desk.js: states that change, and notices."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views import View
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin

from media_pipeline.models import MediaAsset
from media_pipeline.operations.notices import mark_seen
from media_pipeline.queries.library import asset_row, library
from media_pipeline.queries.notices import unseen_notices

MOST = 60


class LiveView(PermissionCheckedMixin, View):
    """States of the assets named by `ids`, as HTML, a poster's address and whether they can still change."""

    model = MediaAsset
    permission_required = "view"

    def get(self, request: HttpRequest) -> JsonResponse:
        ids = [int(part) for part in request.GET.get("ids", "").split(",") if part.isdecimal() and len(part) < 19]
        answer = {}
        for asset in library().filter(pk__in=ids[:MOST]):
            row = asset_row(asset)
            answer[str(asset.pk)] = {
                "html": render_to_string("media_pipeline/desk/state.html", {"row": row}),
                "poster": row.poster,
                "kind": row.kind,
                "duration": row.duration,
                "final": row.progress.terminal,
            }
        return JsonResponse(answer)


class NoticesView(View):
    """GET: what this person has not read. POST: it is read, all of it or those named by `id`.

    Open to everyone at the desk, since every page of it asks: notices are one's own, and who has nothing to do with
    media has none. A refusal would put a message about missing rights on the next page of every clerk.
    """

    def get(self, request: HttpRequest) -> JsonResponse:
        notices = list(unseen_notices(request.user)[:20])  # type: ignore[arg-type]
        return JsonResponse(
            {
                "unseen": len(notices),
                "notices": [
                    {
                        "id": notice.pk,
                        "kind": notice.kind,
                        "sentence": notice.sentence,
                        "url": reverse("media_library:edit", args=[notice.asset_id]),
                    }
                    for notice in notices
                ],
            }
        )

    def post(self, request: HttpRequest, *args: Any) -> HttpResponse:
        ids = [int(part) for part in request.POST.getlist("id") if part.isdecimal() and len(part) < 19]
        mark_seen(user=request.user, notice_ids=ids or None)  # type: ignore[arg-type]
        target = request.POST.get("next", "")
        if not url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}):
            target = reverse("wagtailadmin_home")
        return HttpResponseRedirect(target)
