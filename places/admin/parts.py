"""Pages about a part of one thing: a room of a site, a photograph, the renaming of a region."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.generic import FormView
from wagtail.admin.views.generic import WagtailAdminTemplateMixin

from core.errors import Refusal


class PartView(WagtailAdminTemplateMixin, FormView):
    """A form below the page of its whole. `act` does it and returns what to say."""

    template_name = "wagtailadmin/generic/form.html"
    permission = ""
    submit_label = "保存"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not request.user.has_perm(self.permission):  # type: ignore[union-attr]
            raise PermissionDenied
        self.find(**kwargs)
        return super().dispatch(request, *args, **kwargs)

    def find(self, **kwargs: Any) -> None:
        """Load what the address names, within the person's scope; `Http404` otherwise."""
        raise NotImplementedError

    def act(self, form: forms.BaseForm) -> str:
        raise NotImplementedError

    def whole(self) -> tuple[str, str, str]:
        """(name of the list, name of the whole, its address)."""
        raise NotImplementedError

    def list_url(self) -> str:
        raise NotImplementedError

    def form_valid(self, form: forms.BaseForm) -> HttpResponse:
        try:
            said = self.act(form)
        except Refusal as refusal:
            form.add_error(None, refusal.sentence)
            return self.form_invalid(form)
        messages.success(self.request, said)
        return HttpResponseRedirect(self.whole()[2])

    def form_invalid(self, form: forms.BaseForm) -> HttpResponse:
        faults = [*form.non_field_errors()] or ["没有保存，请看下面的提示。"]
        for fault in faults:
            messages.error(self.request, fault)
        return self.render_to_response(self.get_context_data(form=form), status=422)

    def get_breadcrumbs_items(self) -> list[dict[str, str]]:
        listed, name, url = self.whole()
        return [
            *self.breadcrumbs_items,
            {"url": self.list_url(), "label": listed},
            {"url": url, "label": name},
            {"url": "", "label": self.get_page_title()},
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return context | {
            "action_url": self.request.path,
            "submit_button_label": self.submit_label,
            "submit_button_active_label": "正在保存…",
            "media": context["form"].media,
            "form_is_multipart": context["form"].is_multipart(),
        }
