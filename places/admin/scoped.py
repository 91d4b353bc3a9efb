"""What the views of places share: they see only what the person answers for, and say refusals in the form."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import URLPattern, path
from wagtail.admin.views.generic import CreateView, EditView, IndexView
from wagtail.admin.views.generic.history import HistoryView
from wagtail.admin.viewsets.model import ModelViewSet

from core.errors import Refusal

RowsFor = Callable[[Any], QuerySet[Any]]


def nothing(user: Any) -> QuerySet[Any]:
    """Stands where a viewset has not said what a person sees."""
    raise NotImplementedError


class ShowsRefusals:
    """`save_instance` may raise `Refusal`: nothing is kept, and the sentence stands in the form as it was typed."""

    request: Any
    error_message: str

    def form_valid(self, form: forms.BaseForm) -> HttpResponse:
        try:
            with transaction.atomic():
                return super().form_valid(form)  # type: ignore[misc]
        except Refusal as refusal:
            form.add_error(None, refusal.sentence)
            self.produced_error_code = "validation_error"
            self.produced_error_message = self.error_message
            return self.form_invalid(form)  # type: ignore[attr-defined]


class ScopedIndexView(IndexView):
    # Wagtail's database search finds no Chinese word inside a phrase; without a backend it filters by icontains.
    search_backend_name = None
    rows_for: RowsFor = staticmethod(nothing)

    def get_base_queryset(self) -> QuerySet[Any]:
        return self.rows_for(self.request.user)


class ScopedCreateView(ShowsRefusals, CreateView):
    """Goes on to the page of what was made."""

    error_message = "没有保存，请看下面的提示。"

    def get_success_url(self) -> str:
        return str(self.get_edit_url())

    def get_success_buttons(self) -> list[Any]:
        return []


class ScopedEditView(ShowsRefusals, EditView):
    """Stays on the page."""

    rows_for: RowsFor = staticmethod(nothing)
    error_message = "没有保存，请看下面的提示。"

    def get_queryset(self) -> QuerySet[Any]:
        return self.rows_for(self.request.user)

    def get_success_url(self) -> str:
        return str(self.get_edit_url())

    def get_success_buttons(self) -> list[Any]:
        return []


class ScopedHistoryView(HistoryView):
    rows_for: RowsFor = staticmethod(nothing)

    def get_base_object_queryset(self) -> QuerySet[Any]:
        return self.rows_for(self.request.user)


class ScopedViewSet(ModelViewSet):
    """List, add, edit, history; nothing here is deleted. `rows_for` narrows all of them to the person's regions."""

    rows_for: RowsFor = staticmethod(nothing)
    copy_view_enabled = False
    index_view_class = ScopedIndexView
    add_view_class = ScopedCreateView
    edit_view_class = ScopedEditView
    history_view_class = ScopedHistoryView
    search_backend_name = None
    list_per_page = 50
    add_form: type[forms.ModelForm]
    edit_form: type[forms.ModelForm]

    def get_form_class(self, for_update: bool = False) -> type[forms.ModelForm]:
        return self.edit_form if for_update else self.add_form

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        common = super().get_common_view_kwargs(**kwargs)
        return common | {"rows_for": self.rows_for, "delete_url_name": None, "usage_url_name": None}

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            path("", self.index_view, name="index"),
            path("results/", self.index_results_view, name="index_results"),
            path("new/", self.add_view, name="add"),
            path("<int:pk>/", self.edit_view, name="edit"),
            path("<int:pk>/history/", self.history_view, name="history"),
            path("<int:pk>/history/results/", self.history_results_view, name="history_results"),
        ]
