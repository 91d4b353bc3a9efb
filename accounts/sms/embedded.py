"""No gateway at all: the message is printed for the person at this machine, and stands in the outbox."""

from __future__ import annotations

from collections.abc import Mapping

from accounts.phones import mask_phone
from accounts.sms.gateway import words

MARK = "短信 ▸ "
"""How a line with a message begins. `make up` shows these lines in its terminal (scripts/outbox.py)."""


class EmbeddedGateway:
    def send(self, phone: str, template: str, params: Mapping[str, str], *, key: str) -> str:
        print(f"{MARK}{mask_phone(phone)} {words(template, params)}", flush=True)  # noqa: T201 that is what it is for
        return ""
