"""Any gateway that takes JSON over HTTP, signed with a shared secret.

POST to SMS_GATEWAY_URL: `{"id", "phone", "template", "params", "text"}`. `X-Key`, `X-Timestamp` (seconds) and
`X-Signature`, which is the hexadecimal HMAC-SHA256 of `timestamp + "." + body` with SMS_GATEWAY_SECRET. Answered with
2xx and, if it likes, `{"reference": "…"}`. A provider with another dialect gets a class of its own (SMS_GATEWAY).
"""

from __future__ import annotations

import hashlib
import hmac
import http.client
import json
import ssl
import time
from collections.abc import Mapping
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

from accounts.sms.gateway import NotSent, Unclear, words

ANSWER_LIMIT = 64 * 1024
BUSY = {408, 425, 429, 503}
"""Answers by which a server says that it took nothing, for now."""


class HttpGateway:
    def send(self, phone: str, template: str, params: Mapping[str, str], *, key: str) -> str:
        body = json.dumps(
            {
                "id": key,
                "phone": phone,
                "template": settings.SMS_TEMPLATES.get(template, template),
                "params": dict(params),
                "text": words(template, params),
            },
            ensure_ascii=False,
        ).encode()
        target = urlsplit(settings.SMS_GATEWAY_URL)
        connection = _connection(target)
        try:
            try:
                connection.connect()
            except (OSError, http.client.HTTPException) as error:
                raise NotSent(f"连不上短信网关（{type(error).__name__}）", again=True) from error
            # From here on the gateway may have it, whatever happens to the line.
            try:
                connection.request("POST", _path(target), body=body, headers=_headers(body))
                answer = connection.getresponse()
                return _reference(answer.status, answer.read(ANSWER_LIMIT))
            except (OSError, http.client.HTTPException) as error:
                raise Unclear(f"短信网关没有回答（{type(error).__name__}）") from error
        finally:
            connection.close()


def _connection(target: SplitResult) -> http.client.HTTPConnection:
    timeout = settings.SMS_GATEWAY_TIMEOUT
    if target.scheme == "https":
        context = ssl.create_default_context()
        return http.client.HTTPSConnection(target.hostname or "", target.port, timeout=timeout, context=context)
    return http.client.HTTPConnection(target.hostname or "", target.port, timeout=timeout)


def _path(target: SplitResult) -> str:
    return f"{target.path or '/'}?{target.query}" if target.query else target.path or "/"


def _headers(body: bytes) -> dict[str, str]:
    stamp = str(int(time.time()))
    signed = hmac.new(settings.SMS_GATEWAY_SECRET.encode(), f"{stamp}.".encode() + body, hashlib.sha256)
    return {
        "Content-Type": "application/json; charset=utf-8",
        "X-Key": settings.SMS_GATEWAY_KEY,
        "X-Timestamp": stamp,
        "X-Signature": signed.hexdigest(),
    }


def _reference(status: int, body: bytes) -> str:
    if status in BUSY:
        raise NotSent(f"短信网关忙（{status}）", again=True)
    if status >= 500:
        raise Unclear(f"短信网关出错（{status}）")
    if not 200 <= status < 300:
        raise NotSent(f"短信网关不收（{status}）", again=False)
    try:
        answer = json.loads(body)
    except ValueError:
        return ""
    return str(answer.get("reference") or "")[:80] if isinstance(answer, dict) else ""
