"""Settings that would lock everybody out, or let codes lie open."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register

SIGN = "accounts.sms.embedded.EmbeddedGateway"


@register(Tags.security)
def check_gateway(**kwargs: Any) -> list[CheckMessage]:
    """The HTTP gateway needs an address and a secret."""
    if settings.SMS_GATEWAY == SIGN:
        return []
    missing = [name for name in ("SMS_GATEWAY_URL", "SMS_GATEWAY_SECRET") if not getattr(settings, name)]
    if not missing or not settings.SMS_GATEWAY.startswith("accounts."):
        return []
    return [Error(f"短信网关缺少设置：{'、'.join(missing)}", hint="见 docs/operations.md。", id="accounts.E001")]


@register(Tags.security, deploy=True)
def check_real_gateway(**kwargs: Any) -> list[CheckMessage]:
    if settings.SMS_GATEWAY != SIGN:
        return []
    return [
        Warning(
            "没有短信网关：验证码只打印在工作进程的记录里，学员收不到。",
            hint="设置 SMS_GATEWAY_URL、SMS_GATEWAY_KEY、SMS_GATEWAY_SECRET。",
            id="accounts.W001",
        )
    ]
