"""The way in with a name and a password, for staff: on the public side and at the desk's own door."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.views import LoginView
from django.http import HttpResponse
from django.utils.decorators import method_decorator
from django.views.decorators.debug import sensitive_post_parameters
from django.views.generic import RedirectView, TemplateView
from wagtail.admin.views.account import LoginView as WagtailLoginView

from accounts.forms.password import SignInForm
from accounts.pipeline import sign_in


class PasswordView(LoginView):
    """A wrong pair gives one sentence, and keeps the name that was typed."""

    template_name = "accounts/password.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def form_valid(self, form: Any) -> HttpResponse:
        return sign_in(self.request, form.get_user(), method="password", redirect_url=self.get_success_url())

    def form_invalid(self, form: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)


@method_decorator(sensitive_post_parameters("password"), name="dispatch")
class DeskPasswordView(WagtailLoginView):
    """Wagtail's own page, led through the same stages as every other way in."""

    def form_valid(self, form: Any) -> HttpResponse:
        return sign_in(self.request, form.get_user(), method="password", redirect_url=self.get_success_url())


class ToSignIn(RedirectView):
    """Where allauth sends people who aren't signed in, or whose way in took too long."""

    pattern_name = "accounts:sign-in"
    query_string = True


class InactiveView(TemplateView):
    template_name = "accounts/inactive.html"
