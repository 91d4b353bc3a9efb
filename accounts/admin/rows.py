"""A list cut to the viewer's scope, and a page for one row with the one thing that can be done with it."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.paginator import WagtailPaginator
from wagtail.admin.views.generic import IndexView, PermissionCheckedMixin, WagtailAdminTemplateMixin
from wagtail.admin.viewsets.model import ModelViewSet

from core.errors import Refusal


class Counted(WagtailPaginator):
    """Models of libraries have English names; a number says enough."""

    @property
    def items_count_label(self) -> str:
        return f"共 {self.count} 条"


class ScopedIndexView(IndexView):
    """`rows_for(viewer)` gives the rows; there is no way round it."""

    any_permission_required = ["view", "change"]
    paginate_by = 30
    paginator_class = Counted
    search_backend_name = None

    @property
    def verbose_name_plural(self) -> str:
        return str(self.page_title)

    def rows_for(self, viewer: Any) -> QuerySet[Any]:
        raise NotImplementedError

    def get_base_queryset(self) -> QuerySet[Any]:
        return self.rows_for(self.request.user)


class RowPage(PermissionCheckedMixin, WagtailAdminTemplateMixin, TemplateView):
    """What is known of a row, and a button. A row outside the viewer's scope doesn't exist for them."""

    any_permission_required = ["view", "change"]
    template_name = "accounts/desk/row.html"
    index_url_name = ""
    action = ""
    warning = ""
    model: type[Model] | None = None

    def rows_for(self, viewer: Any) -> QuerySet[Any]:
        raise NotImplementedError

    def facts(self, row: Any) -> list[tuple[str, str]]:
        raise NotImplementedError

    def may_act(self, row: Any) -> bool:
        return bool(self.action)

    def act(self, row: Any) -> str:
        """Do it; the sentence that says so. Raises Refusal."""
        raise PermissionDenied

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        found = self.rows_for(request.user).filter(pk=kwargs["pk"]) if request.user.is_authenticated else None
        row = found.first() if found is not None else None
        if row is None:
            raise Http404
        self.row = row

    def get_breadcrumbs_items(self) -> list[dict[str, str]]:
        back = {"url": reverse(self.index_url_name), "label": self.page_title}
        return [*self.breadcrumbs_items, back, {"url": "", "label": self.facts(self.row)[0][1]}]

    def get_page_subtitle(self) -> str:
        return ""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "facts": self.facts(self.row),
            "action": self.action if self.may_act(self.row) else "",
            "warning": self.warning,
            "back": reverse(self.index_url_name),
        }

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if not self.may_act(self.row):
            raise PermissionDenied
        try:
            messages.success(request, self.act(self.row))
        except Refusal as refusal:
            messages.error(request, refusal.sentence)
        return HttpResponseRedirect(reverse(self.index_url_name))


class RowViewSet(ModelViewSet):
    """Addresses: the list, its results, a row. Adding only where `add_view_class` is ours."""

    row_page: type[RowPage]
    adds = False
    add_to_reference_index = False
    copy_view_enabled = False
    inspect_view_enabled = False
    form_fields: list[str] = []
    pk_pattern = "<int:pk>"

    def get_index_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        left = super().get_index_view_kwargs(**kwargs)
        for name in ("delete_url_name", "copy_url_name", "inspect_url_name", *(() if self.adds else ("add_url_name",))):
            left.pop(name, None)
        return left

    def get_urlpatterns(self) -> list[URLPattern]:
        row = self.row_page.as_view(
            model=self.model, index_url_name=self.get_url_name("index"), permission_policy=self.permission_policy
        )
        found = [
            path("", self.index_view, name="index"),
            path("results/", self.index_results_view, name="index_results"),
            path(f"{self.pk_pattern}/", row, name="edit"),
        ]
        return [*found, path("new/", self.add_view, name="add")] if self.adds else found
