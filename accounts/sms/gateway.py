"""What a gateway does, and which one the settings ask for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from accounts.enums import SmsTemplate

WORDS: dict[str, str] = {
    SmsTemplate.SIGN_IN_CODE: "【{signature}】验证码 {code}，{minutes} 分钟内填。谁来问都不要告诉他。",
    SmsTemplate.SEAT_OFFERED: (
        "【{signature}】《{course}》空出一个名额，给您留到{until}。请登录后在“我的”里说要不要，或打学堂电话。"
    ),
    SmsTemplate.LOTTERY_WON: "【{signature}】《{course}》摇号中签了，{begins}开课。来不了请早点退出。",
    SmsTemplate.LOTTERY_LOST: "【{signature}】《{course}》这次没有中签，您排在候补第{line}位，空出名额会通知您。",
}
"""The whole message, for gateways that take a text. Words of the trade: the signature comes first, in brackets."""


class NotSent(Exception):
    """It certainly did not go out. `again`: whether another attempt may help."""

    def __init__(self, reason: str, *, again: bool) -> None:
        super().__init__(reason)
        self.reason = reason
        self.again = again


class Unclear(Exception):
    """The gateway may have taken it; its answer is missing."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class SmsGateway(Protocol):
    """`key` is the same for every attempt at one message, so that a gateway that knows keys sends it once."""

    def send(self, phone: str, template: str, params: Mapping[str, str], *, key: str) -> str:
        """Hand the message over. Returns the gateway's own reference, or "". Raises NotSent or Unclear."""


def words(template: str, params: Mapping[str, str]) -> str:
    """The message as the person reads it."""
    return WORDS[template].format(signature=settings.SMS_SIGNATURE, **params)


def gateway() -> SmsGateway:
    """The gateway of SMS_GATEWAY: a dotted path, by default the embedded one, or HTTP if SMS_GATEWAY_URL is set."""
    return import_string(settings.SMS_GATEWAY)()
