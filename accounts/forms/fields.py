"""Fields that take what people really type: spaces, full-width digits, a whole pasted message."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from accounts.phones import SENTENCE, normalise_phone

CODE_LENGTH = 6
CODE = re.compile(rf"(?<![0-9])[0-9]{{{CODE_LENGTH}}}(?![0-9])")


class PhoneFormField(forms.CharField):
    """Cleans to eleven digits, or to None when it may be empty and is."""

    widget = forms.TextInput

    def __init__(self, **kwargs: Any) -> None:
        kwargs["empty_value"] = None
        super().__init__(**{**kwargs, "max_length": None})
        # Long enough for +86 and spaces; a longer text is refused with our own sentence.
        self.widget.attrs |= {"inputmode": "tel", "autocomplete": "tel", "type": "tel"}

    def to_python(self, value: Any) -> str | None:
        text = super().to_python(value)
        if text is None:
            return None
        try:
            return normalise_phone(text)
        except ValueError as error:
            raise ValidationError(SENTENCE) from error


class CodeFormField(forms.CharField):
    """Six digits out of what was typed: `123 456`, full-width digits, or the whole message pasted."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.widget.attrs |= {"inputmode": "numeric", "autocomplete": "one-time-code"}

    def to_python(self, value: Any) -> str:
        text = unicodedata.normalize("NFKC", super().to_python(value) or "")[:200]
        if not text:
            return ""
        digits = re.sub(r"[\s\-]+", "", text)
        found = re.fullmatch(rf"[0-9]{{{CODE_LENGTH}}}", digits) or CODE.search(text)
        if found is None:
            raise ValidationError(f"验证码是 {CODE_LENGTH} 位数字，在短信里。请看一下短信再填。")
        return found.group()
