"""Granting a delegation, on one's own page or at a counter."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms

from accounts.enums import DelegatedScope
from core import clock

TERMS = (30, 91, 183, 365)
TERM_WORDS = {30: "一个月", 91: "三个月", 183: "半年", 365: "一年"}


class DelegationForm(forms.Form):
    """Whom, what, how long. People choose a term, not a date."""

    name = forms.CharField(label="对方的姓名", max_length=40, error_messages={"required": "请填对方的姓名。"})
    number = forms.CharField(
        label="对方的手机号或会员号",
        max_length=30,
        widget=forms.TextInput(attrs={"inputmode": "tel"}),
        error_messages={"required": "请填对方的手机号或会员号。"},
    )
    scopes = forms.MultipleChoiceField(
        label="让对方办哪些事",
        choices=DelegatedScope.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "请至少选一件事。", "invalid_choice": "请从列表里选。"},
    )
    term = forms.TypedChoiceField(
        label="多长时间",
        choices=[(days, TERM_WORDS[days]) for days in TERMS],
        coerce=int,
        initial=183,
        widget=forms.RadioSelect,
        error_messages={"required": "请选多长时间。", "invalid_choice": "请从列表里选多长时间。"},
    )

    @property
    def granted(self) -> dict[str, Any]:
        """`scopes` and `last_day` for `grant_delegation`; the last day counts in full."""
        return {
            "scopes": [DelegatedScope(scope) for scope in self.cleaned_data["scopes"]],
            "last_day": clock.today() + dt.timedelta(days=self.cleaned_data["term"]),
        }


class CounterDelegationForm(DelegationForm):
    """The same at a counter, with the senior's card on the reader."""

    card = forms.CharField(
        label="扫本人的会员卡",
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autofocus": True}),
        error_messages={"required": "请先扫本人的会员卡。"},
    )
    field_order = ["card", "name", "number", "scopes", "term"]
