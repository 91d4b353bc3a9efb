"""Mobile numbers: one form to store, one to show to those who need no more.

The form of mainland numbers is that of the Ministry of Industry's numbering plan: eleven digits, the first is 1.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

SENTENCE = "手机号要填 11 位数字，以 1 开头，例如 138 开头的号码。请检查后再填。"
STORED = re.compile(r"1[0-9]{10}")
# What people and phone books put between digits.
BETWEEN = re.compile(r"[\s\-‐-―−.()（）·]+")


def normalise_phone(text: str) -> str:
    """Eleven ASCII digits beginning with 1. Takes spaces, hyphens, brackets, +86 or 0086, full-width digits.

    Raises ValueError for anything else, digits of other scripts included.
    """
    plain = BETWEEN.sub("", unicodedata.normalize("NFKC", text[:60]))
    # Characters that show nothing come along when a number is pasted out of a chat.
    plain = "".join(letter for letter in plain if unicodedata.category(letter) != "Cf")
    for prefix in ("+86", "0086"):
        plain = plain.removeprefix(prefix)
    if len(plain) == 13 and plain.startswith("86"):
        plain = plain[2:]
    if not STORED.fullmatch(plain):
        raise ValueError("not a mainland mobile number")
    return plain


def parse_phone(text: str) -> str | None:
    """The number in `text`, or None where something else may be meant."""
    try:
        return normalise_phone(text)
    except ValueError:
        return None


def mask_phone(phone: str | None) -> str:
    """138****5678, or nothing for no number."""
    return f"{phone[:3]}****{phone[-4:]}" if phone else ""


class PhoneField(models.CharField):
    """Keeps eleven digits, or null: an empty text would count against the unique constraint. Look-ups normalise too."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["max_length"] = 11
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        del kwargs["max_length"]
        return name, path, args, kwargs

    def to_python(self, value: Any) -> str | None:
        if value is None or not str(value).strip():
            return None
        try:
            return normalise_phone(str(value))
        except ValueError as error:
            raise ValidationError(SENTENCE) from error

    def get_prep_value(self, value: Any) -> str | None:
        return self.to_python(super().get_prep_value(value))

    def formfield(self, **kwargs: Any) -> Any:
        from accounts.forms.fields import PhoneFormField

        return super().formfield(**{"form_class": PhoneFormField, "max_length": None, **kwargs})
