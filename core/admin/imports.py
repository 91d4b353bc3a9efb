"""表格导入 in the admin: choose a kind, upload, look at the preview, confirm, undo."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.views.generic import TemplateView, View
from wagtail.admin.views.generic import WagtailAdminTemplateMixin

from core.actors import actor_of
from core.enums import BatchState
from core.errors import Refusal
from core.imports.kinds import ImportKind, kind_named, kinds_for
from core.imports.sheets import MOST_BYTES
from core.imports.workbooks import XLSX, template_of
from core.models import ImportBatch
from core.operations.imports import confirm_batch, discard_batch, open_batch, undo_batch
from core.queries.imports import batches_for, can_confirm, error_file, label_of, rows_of, tallies_of

PER_PAGE = 100


class ImportPage(WagtailAdminTemplateMixin, TemplateView):
    """What every page about imports has in common. Only who may import anything comes in."""

    header_icon = "upload"
    page_title = "表格导入"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not kinds_for(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_breadcrumbs_items(self) -> list[dict[str, str]]:
        items = [*self.breadcrumbs_items, {"url": reverse("imports:index"), "label": "表格导入"}]
        return [*items, {"url": "", "label": self.here}] if self.here else items

    @property
    def here(self) -> str:
        return ""


class ListView(ImportPage):
    """What can be imported, and the tables so far."""

    template_name = "core/desk/imports.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        page = Paginator(batches_for(self.request.user), 30).get_page(self.request.GET.get("p"))
        rows = [(batch, label_of(batch)) for batch in page]
        return super().get_context_data(kinds=kinds_for(self.request.user), page=page, rows=rows, **kwargs)


class UploadView(ImportPage):
    """One kind: its template, its columns, and the field for the file."""

    template_name = "core/desk/import_upload.html"
    kind: type[ImportKind]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        self.kind = kind_of(request, kwargs["kind"])
        return super().dispatch(request, *args, **kwargs)

    @property
    def here(self) -> str:
        return self.kind.label

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs | {"kind": self.kind, "most_megabytes": MOST_BYTES // 1024 // 1024})

    def post(self, request: HttpRequest, kind: str) -> HttpResponse:
        sent = request.FILES.get("file")
        if sent is None:
            return self.refuse("没有选文件，请先选一个表格。")
        try:
            batch = open_batch(
                kind=kind,
                data=sent.read(MOST_BYTES + 1),
                file_name=sent.name or "",
                actor=actor_of(request.user),
                user=request.user,
            )
        except Refusal as refusal:
            return self.refuse(refusal.sentence)
        return HttpResponseRedirect(reverse("imports:batch", args=[batch.pk]))

    def refuse(self, sentence: str) -> HttpResponse:
        return self.render_to_response(self.get_context_data(refusal=sentence), status=422)


class BatchView(ImportPage):
    """A table row by row: what it would do, or did, or why not. `?show=` narrows to one outcome."""

    template_name = "core/desk/import_batch.html"
    batch: ImportBatch

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        self.batch = batch_of(request, kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)

    @property
    def here(self) -> str:
        return self.batch.file_name or label_of(self.batch)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        show = self.request.GET.get("show", "")
        tallies = tallies_of(self.batch)
        rows = rows_of(self.batch, outcome=show)
        return super().get_context_data(
            batch=self.batch,
            label=label_of(self.batch),
            tallies=tallies,
            refused=tallies[0].count,
            total=sum(tally.count for tally in tallies),
            show=show,
            page=Paginator(rows, PER_PAGE).get_page(self.request.GET.get("p")),
            can_confirm=can_confirm(self.batch, tallies),
            can_discard=self.batch.state == BatchState.PREVIEWED,
            can_undo=self.batch.state == BatchState.CONFIRMED and self.batch.keeps_changes,
            **kwargs,
        )


class BatchAction(View):
    """A button of the page above."""

    http_method_names = ["post"]
    done = ""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        batch = batch_of(request, pk)
        try:
            self.act(batch, request)
        except Refusal as refusal:
            messages.error(request, refusal.sentence)
        else:
            messages.success(request, self.done)
        return HttpResponseRedirect(reverse("imports:batch", args=[batch.pk]))

    def act(self, batch: ImportBatch, request: HttpRequest) -> None:
        raise NotImplementedError


class ConfirmView(BatchAction):
    done = "导入好了。发现不对，可以撤销这一批。"

    def act(self, batch: ImportBatch, request: HttpRequest) -> None:
        confirm_batch(batch=batch, actor=actor_of(request.user), user=request.user)


class UndoView(BatchAction):
    done = "撤销好了，这份表格新增和修改的内容都退回去了。"

    def act(self, batch: ImportBatch, request: HttpRequest) -> None:
        undo_batch(batch=batch, actor=actor_of(request.user))


class DiscardView(BatchAction):
    done = "这份表格没有导入，什么也没有改。"

    def act(self, batch: ImportBatch, request: HttpRequest) -> None:
        discard_batch(batch=batch)


def template(request: HttpRequest, kind: str) -> HttpResponse:
    """The empty table to fill in."""
    chosen = kind_of(request, kind)
    return _download(template_of(chosen), f"{chosen.label}模板.xlsx")


def problems(request: HttpRequest, pk: int) -> HttpResponse:
    """The refused rows, to be mended and uploaded again."""
    batch = batch_of(request, pk)
    try:
        return _download(error_file(batch), f"{label_of(batch)}有问题的行.xlsx")
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
        return HttpResponseRedirect(reverse("imports:batch", args=[batch.pk]))


def kind_of(request: HttpRequest, name: str) -> type[ImportKind]:
    """Raises `Http404` for a kind nobody offers, `PermissionDenied` for one this person may not import."""
    try:
        kind = kind_named(name)
    except Refusal as refusal:
        raise Http404 from refusal
    if not request.user.has_perm(kind.permission):  # type: ignore[union-attr]
        raise PermissionDenied
    return kind


def batch_of(request: HttpRequest, pk: int) -> ImportBatch:
    """A batch this person may see; `Http404` otherwise."""
    seen: QuerySet[ImportBatch] = batches_for(request.user)
    return get_object_or_404(seen, pk=pk)


def _download(data: bytes, name: str) -> HttpResponse:
    response = HttpResponse(data, content_type=XLSX)
    response["Content-Disposition"] = f"attachment; filename=table.xlsx; filename*=UTF-8''{quote(name)}"
    response["Cache-Control"] = "no-store"
    return response


urlpatterns = [
    path("", ListView.as_view(), name="index"),
    path("new/<slug:kind>/", UploadView.as_view(), name="upload"),
    path("new/<slug:kind>/template/", template, name="template"),
    path("<int:pk>/", BatchView.as_view(), name="batch"),
    path("<int:pk>/confirm/", ConfirmView.as_view(), name="confirm"),
    path("<int:pk>/undo/", UndoView.as_view(), name="undo"),
    path("<int:pk>/discard/", DiscardView.as_view(), name="discard"),
    path("<int:pk>/problems/", problems, name="problems"),
]
