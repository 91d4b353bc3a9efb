"""Letting somebody try again before the lock ends by itself."""

from __future__ import annotations

from axes.models import AccessAttempt
from django.db import transaction

from accounts.models import User
from accounts.operations.audit import record
from accounts.queries.security import locks_for
from core.errors import Refusal


@transaction.atomic
def lift_lock(*, actor: User, attempt: AccessAttempt) -> None:
    """Forget the failures of this name from this address. Raises Refusal if it isn't the actor's to do."""
    if not locks_for(actor).filter(pk=attempt.pk).exists():
        raise Refusal("没有解除：这个锁定已经过去了，或者不归您管。")
    record(actor=actor, verb="lock.lifted", subject=attempt, label=f"登录锁定 {attempt.username}")
    AccessAttempt.objects.filter(username=attempt.username, ip_address=attempt.ip_address).delete()
