"""Reading what was sent, as the person with the phone does."""

from __future__ import annotations

import json

from accounts.models import SignInCode, SmsMessage
from accounts.sealing import digest, unseal

PHONE = "13812345678"
OTHER = "13912345678"


def sent_to(phone: str = PHONE) -> list[SmsMessage]:
    """Messages to a phone, oldest first."""
    codes = SignInCode.objects.filter(phone_digest=digest(phone, purpose="phone")).order_by("number")
    return [code.message for code in codes.select_related("message") if code.message]


def code_in(message: SmsMessage) -> str:
    return str(json.loads(unseal(message.params_sealed))["code"])


def last_code(phone: str = PHONE) -> str:
    return code_in(sent_to(phone)[-1])


def wrong(code: str) -> str:
    """Six digits that aren't these."""
    return f"{(int(code) + 1) % 10**6:06d}"
