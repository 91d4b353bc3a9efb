"""The sign-in forms of staff, with sentences that say what to do."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.forms import AuthenticationForm
from django.http import HttpRequest
from wagtail.admin.forms.auth import LoginForm

from accounts.phones import normalise_phone
from accounts.queries.staff import username_of_phone


def as_username(typed: str) -> str:
    """The username behind a phone number; anything else as it was typed."""
    try:
        return username_of_phone(normalise_phone(typed)) or typed
    except ValueError:
        return typed


class SignInForm(AuthenticationForm):
    """Name, or phone number, and password. One sentence for both being wrong: it does not tell which names exist."""

    error_messages = {
        "invalid_login": "用户名或密码不对。请检查后再试，注意大小写。",
        "inactive": "这个账号已停用，请打服务电话询问。",
    }

    def __init__(self, request: HttpRequest | None = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(request, *args, **kwargs)
        self.fields["username"].label = "用户名或手机号"
        self.fields["username"].error_messages["required"] = "请填写用户名。"
        self.fields["password"].error_messages["required"] = "请填写密码。"
        for name in self.fields:
            if self.errors.get(name):
                self.fields[name].widget.attrs |= {"aria-invalid": "true", "aria-describedby": f"id_{name}_error"}

    def clean_username(self) -> str:
        return as_username(self.cleaned_data["username"])


class DeskSignInForm(LoginForm):
    """The sign-in form of the editors' desk. Wagtail leaves the label of the second field in English."""

    error_messages = SignInForm.error_messages

    def __init__(self, request: HttpRequest | None = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(request, *args, **kwargs)
        self.fields["password"].label = "密码"
        # How long a session of staff lasts is the house's matter, not a box to tick.
        self.fields.pop("remember", None)

    def clean_username(self) -> str:
        return as_username(self.cleaned_data["username"])
