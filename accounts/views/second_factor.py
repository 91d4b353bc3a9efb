"""两步登录: set up, shown, asked for. allauth's views with our pages; what they do is theirs."""

from __future__ import annotations

from typing import Any, cast

from allauth.account.views import ReauthenticateView
from allauth.mfa.base.views import AuthenticateView, IndexView
from allauth.mfa.base.views import ReauthenticateView as FactorReauthenticateView
from allauth.mfa.recovery_codes.views import GenerateRecoveryCodesView, ViewRecoveryCodesView
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache

from accounts.models import User
from accounts.operations.second_factor import note_change
from accounts.pipeline import note_second_factor
from accounts.queries.staff import needs_second_factor


class Said:
    """Errors of allauth's forms, tied to their field."""

    labels: dict[str, str] = {}

    def get_form(self, form_class: Any = None) -> Any:
        form = super().get_form(form_class)  # type: ignore[misc]
        return label_form(form, self.labels)


def label_form(form: Any, labels: dict[str, str]) -> Any:
    """Our words, no placeholder (it vanishes when one begins to type), and errors that are read out."""
    for name, field in form.fields.items():
        field.label = labels.get(name, field.label)
        field.widget.attrs.pop("placeholder", None)
        field.error_messages["required"] = f"请填{field.label}。"
        if form.is_bound and form.errors.get(name):
            field.widget.attrs |= {"aria-invalid": "true", "aria-describedby": f"id_{name}_error"}
    return form


@method_decorator(never_cache, name="dispatch")
class FactorPage(IndexView):
    """Whether it is on, and what can be done."""

    template_name = "accounts/second_factor/index.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = cast("User", self.request.user)
        return super().get_context_data(**kwargs) | {"needed": needs_second_factor(user)}


@method_decorator(never_cache, name="dispatch")
class SetUpPage(Said, ActivateTOTPView):
    """The picture to scan, and the first code as a proof."""

    template_name = "accounts/second_factor/set_up.html"
    labels = {"code": "手机上显示的 6 位动态码"}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        secret = context["form"].secret
        groups = " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))
        return context | {"secret": groups, "needed": needs_second_factor(cast("User", self.request.user))}

    def form_valid(self, form: Any) -> HttpResponse:
        response = super().form_valid(form)
        user = cast("User", self.request.user)
        note_second_factor(self.request, user)
        note_change(user=user, on=True)
        return response


@method_decorator(never_cache, name="dispatch")
class TurnOffPage(Said, DeactivateTOTPView):
    template_name = "accounts/second_factor/turn_off.html"

    def form_valid(self, form: Any) -> HttpResponse:
        response = super().form_valid(form)
        note_change(user=cast("User", self.request.user), on=False)
        return response


@method_decorator(never_cache, name="dispatch")
class AskPage(AuthenticateView):
    """Between the password and the session."""

    template_name = "accounts/second_factor/ask.html"

    def _build_forms(self) -> Any:
        posted = super()._build_forms()
        label_form(self.auth_form, {"code": "6 位动态码，或一个备用码"})
        return posted

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        status = 422 if context["form"].is_bound else 200
        return super().render_to_response(context, status=status, **kwargs)


@method_decorator(never_cache, name="dispatch")
class AskAgainPage(Said, FactorReauthenticateView):
    """Before the desk, for a session that came in another way."""

    template_name = "accounts/second_factor/ask.html"
    labels = {"code": "6 位动态码，或一个备用码"}


@method_decorator(never_cache, name="dispatch")
class SparePage(ViewRecoveryCodesView):
    """The spare codes, to print or write down."""

    template_name = "accounts/second_factor/spare.html"


@method_decorator(never_cache, name="dispatch")
class NewSparePage(Said, GenerateRecoveryCodesView):
    template_name = "accounts/second_factor/new_spare.html"


@method_decorator(never_cache, name="dispatch")
class PasswordAgainPage(Said, ReauthenticateView):
    """The password once more, before something that matters."""

    template_name = "accounts/password_again.html"
    labels = {"password": "现在的密码"}

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            from django.contrib.auth.views import redirect_to_login

            return redirect_to_login(request.get_full_path())
        return super().dispatch(request, *args, **kwargs)
