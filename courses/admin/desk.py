"""What pages of the desk have in common: a right, a scope, crumbs, and forms that a `Refusal` sends back unchanged."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils.functional import cached_property
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic import WagtailAdminTemplateMixin

from accounts.models import User
from accounts.scope import Scope, scope_of
from core.errors import Refusal
from courses.errors import ClashesFound

Crumb = tuple[str, str]
"""Address and label."""


class DeskView(WagtailAdminTemplateMixin, TemplateView):
    """A page that asks for `right`; rows come through `scope`."""

    right = ""
    crumbs: tuple[Crumb, ...] = ()

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.has_perm(self.right):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @property
    def by(self) -> User:
        return cast("User", self.request.user)

    @cached_property
    def scope(self) -> Scope:
        return scope_of(self.by)

    def get_crumbs(self) -> list[Crumb]:
        return list(self.crumbs)

    def get_breadcrumbs_items(self) -> list[dict[str, str]]:
        above = [{"url": str(url), "label": label} for url, label in self.get_crumbs()]
        return [*self.breadcrumbs_items, *above, {"url": "", "label": self.get_page_title()}]


class DeskForm(DeskView):
    """A form page. `act` makes the one domain call and returns the sentence for the clerk."""

    template_name = "courses/admin/form.html"
    form_class: type[forms.Form]
    submit_label = "保存"

    def act(self, form: Any) -> str:
        raise NotImplementedError

    def get_success_url(self) -> str:
        raise NotImplementedError

    def get_form_kwargs(self) -> dict[str, Any]:
        return {}

    def get_initial(self) -> dict[str, Any]:
        return {}

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.form_class(initial=self.get_initial(), **self.get_form_kwargs())
        return self.render_to_response(self.get_context_data(form=form))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.form_class(request.POST, request.FILES, initial=self.get_initial(), **self.get_form_kwargs())
        clashes: ClashesFound | None = None
        if form.is_valid():
            try:
                sentence = self.act(form)
            except ClashesFound as found:
                clashes = found
            except Refusal as refusal:
                form.add_error(None, refusal.sentence)
            else:
                messages.success(request, sentence)
                return HttpResponseRedirect(self.get_success_url())
        return self.render_to_response(self.get_context_data(form=form, clashes=clashes), status=422)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            submit_label=self.submit_label, cancel_url=self.get_success_url_or_list(), **kwargs
        )

    def get_success_url_or_list(self) -> str:
        """Where 返回 leads: the page above."""
        return str(self.get_crumbs()[-1][0])


class DeskAction(DeskView):
    """A button without a form: a POST that makes one domain call."""

    http_method_names = ["post"]

    def act(self) -> str:
        raise NotImplementedError

    def get_success_url(self) -> str:
        raise NotImplementedError

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            messages.success(request, self.act())
        except Refusal as refusal:
            messages.error(request, refusal.sentence)
        return HttpResponseRedirect(self.get_success_url())


class DayInput(forms.DateInput):
    """The browser's own calendar."""

    input_type = "date"

    def __init__(self, **attrs: Any) -> None:
        super().__init__(attrs=attrs, format="%Y-%m-%d")


class TimeInput(forms.TimeInput):
    input_type = "time"

    def __init__(self, **attrs: Any) -> None:
        super().__init__(attrs=attrs, format="%H:%M")


class OverrideForm(forms.Form):
    """Forms that plan something. The field is shown once there are clashes that may yield."""

    override_reason = forms.CharField(
        label="仍然安排的理由",
        required=False,
        max_length=120,
        help_text="上面这些冲突可以让步。写明理由再保存，会记在这次课和历史里。",
    )
