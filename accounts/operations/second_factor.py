"""What is kept of second factors besides allauth's own rows."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from django.db import transaction

from accounts.models import User
from accounts.operations.audit import record
from accounts.queries.roles import staff_for
from core.errors import Refusal


def note_change(*, user: User, on: bool) -> None:
    """The person turned their second factor on or off."""
    record(actor=user, verb="factor.on" if on else "factor.off", subject=user, label="两步登录")


def take_away_second_factor(*, actor: User, user: User) -> None:
    """For someone whose phone is gone: the next sign-in is by password alone, and asks to set it up anew.

    Raises Refusal if the person isn't the actor's, is the actor, or has none.
    """
    if user == actor:
        raise Refusal("不能自己解除自己的两步登录，请另一位管理员来办。")
    if not staff_for(actor).filter(pk=user.pk).exists():
        raise Refusal("没有解除：这个人不归您管。")
    with transaction.atomic():
        gone, _ = Authenticator.objects.filter(user=user).delete()
        if not gone:
            raise Refusal("这个人没有开通两步登录。")
        record(actor=actor, verb="factor.taken", subject=user, label="两步登录")
