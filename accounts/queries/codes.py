"""What a page says about a code on its way."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from accounts.enums import CodeState, SmsState
from accounts.models import SignInCode, User
from accounts.phones import mask_phone
from accounts.queries.staff import signs_in_by_password
from accounts.sealing import unseal
from core import clock

PATIENCE = dt.timedelta(seconds=20)
"""A message that isn't out by then is late."""


@dataclass(frozen=True)
class CodeView:
    """`phone` is masked. `settled`: the state of the message will not change any more.

    `step` is what comes after the right code (name, password), "" before it.
    """

    id: uuid.UUID
    phone: str
    sentence: str
    trouble: bool
    settled: bool
    step: str


def code_for_page(code_id: uuid.UUID) -> CodeView | None:
    """The code as its page shows it; None if it is gone or was used."""
    code = SignInCode.objects.select_related("message").filter(pk=code_id).exclude(state=CodeState.USED).first()
    if code is None:
        return None
    phone = unseal(code.phone_sealed)
    state = SmsState(code.message.state) if code.message else SmsState.SENT
    waiting = state in {SmsState.QUEUED, SmsState.SENDING}
    late = waiting and code.created_at < clock.now() - PATIENCE
    if state in {SmsState.FAILED, SmsState.LATE}:
        sentence = "短信没有发出去，是我们这边出了问题，不是您填错了。请过一会儿点“再发一次”，或者打服务电话。"
    elif late:
        sentence = "短信网关现在有点忙，我们还在发，请再等一等。您不用重新填手机号。"
    elif waiting:
        sentence = "短信正在发，一般几秒钟就到。"
    elif state == SmsState.UNCLEAR:
        sentence = "短信可能已经发出，请看一下手机。两分钟还没有收到，请点“再发一次”。"
    else:
        sentence = "短信已经发出，请看一下手机。"
    return CodeView(
        id=code.pk,
        phone=mask_phone(phone),
        sentence=sentence,
        trouble=late or state in {SmsState.FAILED, SmsState.LATE},
        settled=not waiting,
        step=_step(phone) if code.state == CodeState.PROVEN else "",
    )


def _step(phone: str) -> str:
    user = User.objects.filter(phone=phone).first()
    return "password" if user is not None and signs_in_by_password(user) else "name"


def phone_of_code(code_id: uuid.UUID) -> str | None:
    """The number a code went to, for asking for another one."""
    code = SignInCode.objects.filter(pk=code_id).first()
    return unseal(code.phone_sealed) if code else None
