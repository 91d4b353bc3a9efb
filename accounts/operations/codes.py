"""Codes: asked for within limits that outlive sessions and restarts, answered, and used once.

A code is known by its row; the doors keep the row's id in the session that asked. So a stranger's wrong guesses can't
spend the code of somebody else, and every new session of a guesser needs a new code, of which a phone gets few.
Known and unknown numbers are treated alike until the code is right: before, nobody looks for an account.
"""

from __future__ import annotations

import datetime as dt
import secrets
import uuid
from collections.abc import Collection
from dataclasses import dataclass
from enum import Enum

from django.conf import settings
from django.db import IntegrityError, transaction

from accounts.enums import CodeState, SmsTemplate
from accounts.models import SignInCode, User
from accounts.models.code import GUESSES
from accounts.operations.audit import record
from accounts.operations.people import confirm_phone, register_person, set_own_password
from accounts.operations.sms import queue_message
from accounts.queries.staff import signs_in_by_password
from accounts.sealing import digest, seal, unseal
from core import clock
from core.errors import Refusal

LIFETIME = dt.timedelta(minutes=10)
RESEND_AFTER = dt.timedelta(seconds=60)
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
A_PHONE_AN_HOUR, A_PHONE_A_DAY = 5, 10
PROVEN_FOR = dt.timedelta(minutes=30)
"""After the right code: time to write down how one wants to be called, or to choose a password."""
KEPT_FOR = dt.timedelta(days=2)


class TooSoon(Refusal):
    """Not a minute has passed since this phone's last code."""


class Next(Enum):
    """What follows a right code."""

    SIGN_IN = "sign_in"
    NAME = "name"
    PASSWORD = "password"  # noqa: S105 a step, not a password


@dataclass(frozen=True)
class Answer:
    """`user` is None where nobody has this number yet."""

    code: SignInCode
    next: Next
    user: User | None = None


def request_code(*, phone: str, network: str) -> SignInCode:
    """Make a code for `phone` (eleven digits) and queue its message. `network` is where the request came from.

    Raises TooSoon within a minute, Refusal when the phone or the network had its share.
    """
    owner = digest(phone, purpose="phone")
    now = clock.now()
    try:
        with transaction.atomic():
            number = _next_number(owner, network, now)
            digits = f"{secrets.randbelow(10**6):06d}"
            key = uuid.uuid4()
            return SignInCode.objects.create(
                id=key,
                phone_sealed=seal(phone),
                phone_digest=owner,
                number=number,
                network=network,
                code_digest=_digest_of(digits, key),
                created_at=now,
                expires_at=now + LIFETIME,
                message=queue_message(
                    phone=phone,
                    template=SmsTemplate.SIGN_IN_CODE,
                    params={"code": digits, "minutes": str(int(LIFETIME.total_seconds() // 60))},
                    key=f"code:{key}",
                    good_for=LIFETIME,
                ),
            )
    except IntegrityError as error:
        # Two requests at the same moment; the other one sent it.
        raise TooSoon(JUST_SENT) from error


JUST_SENT = "刚才已经给这个号码发过验证码，请看一下手机短信。没有收到的话，过一分钟再点一次。"


def _next_number(owner: str, network: str, now: dt.datetime) -> int:
    earlier = list(
        SignInCode.objects.filter(phone_digest=owner).order_by("-number").values_list("number", "created_at")[:50]
    )
    if earlier and earlier[0][1] > now - RESEND_AFTER:
        raise TooSoon(JUST_SENT)
    ring = f"请打服务电话 {settings.SERVICE_PHONE}，或者到学堂站点请工作人员帮忙。"
    if sum(at > now - HOUR for _, at in earlier) >= A_PHONE_AN_HOUR:
        raise Refusal(f"这个号码一小时里已经发过 {A_PHONE_AN_HOUR} 次验证码，请过一小时再来。着急的话，{ring}")
    if sum(at > now - DAY for _, at in earlier) >= A_PHONE_A_DAY:
        raise Refusal(f"这个号码今天已经发过 {A_PHONE_A_DAY} 次验证码，请明天再来。着急的话，{ring}")
    same_network = SignInCode.objects.filter(network=network, created_at__gt=now - HOUR)
    if network and same_network.count() >= settings.SIGN_IN_CODES_A_NETWORK_AN_HOUR:
        raise Refusal(f"这个网络一小时里要的验证码太多了，请过一会儿再来。着急的话，{ring}")
    return earlier[0][0] + 1 if earlier else 1


def _digest_of(digits: str, key: uuid.UUID) -> str:
    return digest(f"{key}:{digits}", purpose="code")


def answer_code(*, code_id: uuid.UUID, known: Collection[uuid.UUID], digits: str) -> Answer:
    """Compare `digits` with the code `code_id`, and with the others in `known` that went to the same phone.

    `known` are the codes this session asked for: a message that comes late is as good as the newest. A wrong guess
    counts against all of them. Raises Refusal with a sentence; what was counted stays counted.
    """
    with transaction.atomic():
        code, sentence = _prove(code_id, known, digits)
        answer = _after(code) if code is not None else None
    if answer is None:
        raise Refusal(sentence)
    return answer


def change_phone(*, user: User, code_id: uuid.UUID, known: Collection[uuid.UUID], digits: str) -> None:
    """The number that the code went to becomes `user`'s. Uses the code up.

    Raises Refusal for a code that isn't right, or a number that is somebody else's: only who holds the phone is told.
    """
    with transaction.atomic():
        code, sentence = _prove(code_id, known, digits)
        if code is not None:
            _use(code)
            try:
                with transaction.atomic():
                    confirm_phone(user=user, phone=unseal(code.phone_sealed))
            except Refusal as refusal:
                code, sentence = None, refusal.sentence
    if code is None:
        raise Refusal(sentence)


ASK_AGAIN = "请点“再发一次”，重新要一个。"


def _prove(code_id: uuid.UUID, known: Collection[uuid.UUID], digits: str) -> tuple[SignInCode | None, str]:
    """The code that was right, or None with a sentence. Counts without raising: what is raised here is rolled back."""
    now = clock.now()
    locked = SignInCode.objects.select_for_update().filter(pk__in={code_id, *known}).order_by("pk")
    rows = {row.pk: row for row in locked}
    asked = rows.get(code_id)
    if asked is None:
        return None, f"这个验证码已经过了时间，用不了了。{ASK_AGAIN}"
    of_phone = [row for row in rows.values() if row.phone_digest == asked.phone_digest]
    right = next((row for row in of_phone if secrets.compare_digest(row.code_digest, _digest_of(digits, row.pk))), None)
    if right is not None and right.state != CodeState.ISSUED:
        return None, f"这个验证码已经用过一次，不能再用。{ASK_AGAIN}"
    alive = [row for row in of_phone if row.state == CodeState.ISSUED and row.expires_at > now]
    if not alive or (right is not None and right.expires_at <= now):
        return None, f"这个验证码过了 10 分钟，用不了了。{ASK_AGAIN}"
    if right is not None and right.wrong_guesses < GUESSES:
        right.state, right.proven_at = CodeState.PROVEN, now
        right.save(update_fields=["state", "proven_at"])
        return right, ""
    for row in alive:
        row.wrong_guesses = min(GUESSES, row.wrong_guesses + 1)
        row.save(update_fields=["wrong_guesses"])
    if all(row.wrong_guesses >= GUESSES for row in alive):
        return None, f"填错了 {GUESSES} 次，为了您的安全，这个验证码不能用了。{ASK_AGAIN}"
    return None, "验证码不对。请看最新一条短信里的 6 位数字，再填一次。"


def _after(code: SignInCode) -> Answer:
    """Where the person goes next. Signing in uses the code up; name and password wait for theirs."""
    user = User.objects.filter(phone=unseal(code.phone_sealed)).first()
    if user is None:
        return Answer(code, Next.NAME)
    if user.is_active and signs_in_by_password(user):
        return Answer(code, Next.PASSWORD, user)
    _use(code)
    return Answer(code, Next.SIGN_IN, user)


def _use(code: SignInCode) -> None:
    code.state, code.used_at = CodeState.USED, clock.now()
    code.save(update_fields=["state", "used_at"])


def _proven(code_id: uuid.UUID) -> SignInCode:
    code = SignInCode.objects.select_for_update().filter(pk=code_id).first()
    if code is None or code.state != CodeState.PROVEN or code.proven_at is None:
        raise Refusal("这一步已经做过，或者时间太久了。请从头再登录一次。")
    if code.proven_at <= clock.now() - PROVEN_FOR:
        raise Refusal("这一步放得太久了。为了您的安全，请重新要一个验证码。")
    return code


@transaction.atomic
def enter_with_name(*, code_id: uuid.UUID, display_name: str) -> User:
    """Make the account of a proven phone, or take the one that another page made meanwhile. Uses the code up.

    Raises Refusal if the code isn't proven any more, or the name can't be one.
    """
    code = _proven(code_id)
    phone = unseal(code.phone_sealed)
    user = User.objects.filter(phone=phone).first()
    if user is None:
        user = register_person(phone=phone, display_name=display_name, actor=None)
    elif signs_in_by_password(user):
        raise Refusal("您是工作人员，请用用户名和密码登录。")
    _use(code)
    return user


@transaction.atomic
def enter_with_password(*, code_id: uuid.UUID, password: str) -> User:
    """A member of staff who proved their phone chooses a password. Uses the code up.

    Raises Refusal if the code isn't proven any more, or the person isn't staff.
    """
    code = _proven(code_id)
    user = User.objects.select_for_update().filter(phone=unseal(code.phone_sealed), is_active=True).first()
    if user is None or not signs_in_by_password(user):
        raise Refusal("这个账号不用密码，请用手机验证码登录。")
    set_own_password(user=user, password=password)
    record(actor=user, verb="password.chosen", subject=user, label="工作人员")
    _use(code)
    return user


def tidy_codes() -> None:
    """Codes matter to limits for a day; after two they go."""
    SignInCode.objects.filter(created_at__lt=clock.now() - KEPT_FOR).delete()
