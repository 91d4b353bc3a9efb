"""Signing in at a kiosk without a card, and the four digits for it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from places.models import AcademySite

DIGITS = {"inputmode": "numeric", "autocomplete": "off"}


class NumberForm(forms.Form):
    number = forms.CharField(
        label="会员号（10 位数字，印在会员卡上）",
        max_length=20,
        widget=forms.TextInput(attrs=DIGITS),
        error_messages={"required": "请填会员号。", "max_length": "会员号只有 10 位数字。"},
    )
    pin = forms.CharField(
        label="四位数字密码",
        max_length=8,
        widget=forms.PasswordInput(attrs=DIGITS),
        error_messages={"required": "请填四位数字密码。", "max_length": "数字密码只有 4 位。"},
    )


class PinForm(forms.Form):
    """Typed twice: nobody can see what they typed."""

    pin = forms.CharField(
        label="新的四位数字",
        max_length=8,
        widget=forms.PasswordInput(attrs=DIGITS),
        error_messages={"required": "请填四位数字。", "max_length": "只要 4 位数字。"},
    )
    again = forms.CharField(
        label="再填一次",
        max_length=8,
        widget=forms.PasswordInput(attrs=DIGITS),
        error_messages={"required": "请再填一次。", "max_length": "只要 4 位数字。"},
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if "pin" in cleaned and "again" in cleaned and cleaned["pin"] != cleaned["again"]:
            raise ValidationError("两次填的不一样，没有保存。请再填一遍。")
        return cleaned


class OpenKioskForm(forms.Form):
    site = forms.ModelChoiceField(
        label="学堂站点",
        queryset=AcademySite.objects.none(),
        empty_label=None,
        error_messages={"required": "请选站点。", "invalid_choice": "请从列表里选站点。"},
    )
    name = forms.CharField(
        label="这台屏放在哪里",
        max_length=40,
        help_text="例如：一楼大厅左边",
        error_messages={"required": "请写这台屏放在哪里。"},
    )

    def __init__(self, *args: Any, sites: QuerySet[AcademySite], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        site = self.fields["site"]
        assert isinstance(site, forms.ModelChoiceField)
        site.queryset = sites
