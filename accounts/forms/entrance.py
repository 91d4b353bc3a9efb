"""The forms of the way in: a phone, a code, a name, a password."""

from __future__ import annotations

from typing import Any

from django import forms

from accounts.forms.fields import CODE_LENGTH, CodeFormField, PhoneFormField
from accounts.operations.people import LONGEST_NAME, clean_display_name
from core.errors import Refusal


class SaidAloud(forms.Form):
    """Errors stand beside their field, and are tied to it for those who listen."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.is_bound:
            self.mark_errors()

    def mark_errors(self) -> None:
        for name in self.fields:
            if self.errors.get(name):
                self.fields[name].widget.attrs |= {"aria-invalid": "true", "aria-describedby": f"id_{name}_error"}

    def refuse(self, field: str, refusal: Refusal) -> None:
        """Show the sentence beside `field`; what was typed stays."""
        self.add_error(field, refusal.sentence)
        self.mark_errors()


class PhoneForm(SaidAloud):
    phone = PhoneFormField(label="手机号", error_messages={"required": "请填手机号，11 位数字。"})


class CodeForm(SaidAloud):
    code = CodeFormField(label=f"短信里的 {CODE_LENGTH} 位验证码", error_messages={"required": "请填短信里的验证码。"})


class NameForm(SaidAloud):
    display_name = forms.CharField(
        label="怎么称呼您",
        # A little more than is kept, so that a sentence answers instead of a cut.
        max_length=LONGEST_NAME * 5,
        error_messages={"required": "请填一个称呼，例如：王阿姨、老李。", "max_length": "称呼太长了，请写短一些。"},
        widget=forms.TextInput(attrs={"autocomplete": "nickname"}),
    )

    def clean_display_name(self) -> str:
        try:
            return clean_display_name(self.cleaned_data["display_name"])
        except Refusal as refusal:
            raise forms.ValidationError(refusal.sentence) from refusal


class NewPasswordForm(SaidAloud):
    password = forms.CharField(
        label="新密码",
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={"required": "请填新密码。"},
    )
    again = forms.CharField(
        label="再填一次新密码",
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={"required": "请把新密码再填一次。"},
    )

    def clean_again(self) -> str:
        if self.cleaned_data["again"] != self.cleaned_data.get("password", self.cleaned_data["again"]):
            raise forms.ValidationError("两次填的密码不一样，请都再填一次。")
        return str(self.cleaned_data["again"])
