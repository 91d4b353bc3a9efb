"""The life of a message: queued in the sender's transaction, taken by one worker, sent once or not at all."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import Q

from accounts.enums import SmsState, SmsTemplate
from accounts.models import SmsMessage
from accounts.phones import mask_phone
from accounts.sealing import seal, unseal
from accounts.sms.gateway import NotSent, Unclear, gateway
from core import clock
from core.jobs import enqueue, enqueue_on_commit

log = structlog.get_logger(__name__)

QUEUE = "quick"
LEASE = dt.timedelta(seconds=30)
"""Longer than any gateway may take (SMS_GATEWAY_TIMEOUT)."""
PAUSES = [dt.timedelta(seconds=seconds) for seconds in (2, 10, 30, 90)]
"""Before each further attempt; after the last the message has failed."""
SWEEP_SECONDS = 10.0
"""How often the sweeper runs (config.settings.base, CELERY_BEAT_SCHEDULE)."""


def queue_message(
    *, phone: str, template: SmsTemplate, params: Mapping[str, str], key: str, good_for: dt.timedelta
) -> SmsMessage:
    """Write a message to be sent once this transaction is committed. Raises IntegrityError for a key used before."""
    now = clock.now()
    message = SmsMessage.objects.create(
        key=key,
        template=template,
        phone_sealed=seal(phone),
        phone_masked=mask_phone(phone),
        params_sealed=seal(json.dumps(dict(params))),
        not_before=now,
        good_until=now + good_for,
    )
    enqueue_on_commit("accounts.send_message", queue=QUEUE, expires=good_for.total_seconds(), message_id=message.pk)
    return message


def send_message(*, message_id: int) -> SmsState | None:
    """Send one message if it is due, and nobody else has it. Returns its state, or None if there is nothing to do."""
    message = _claim(message_id)
    if message is None:
        return None
    try:
        phone, params = unseal(message.phone_sealed), json.loads(unseal(message.params_sealed))
    except ValueError:
        return _settle(message, SmsState.FAILED, reason="网站的密钥换过了，读不出这条短信")
    try:
        reference = gateway().send(phone, message.template, params, key=message.key)
    except NotSent as error:
        return _put_back(message, error)
    except Unclear as error:
        return _settle(message, SmsState.UNCLEAR, reason=error.reason)
    except Exception:
        # A gateway with a defect of its own: nobody knows how far it came.
        log.exception("gateway broke", message=message.pk)
        return _settle(message, SmsState.UNCLEAR, reason="短信网关的程序出错")
    return _settle(message, SmsState.SENT, reference=reference)


def _claim(message_id: int) -> SmsMessage | None:
    now = clock.now()
    with transaction.atomic():
        message = (
            SmsMessage.objects.select_for_update()
            .filter(pk=message_id, state=SmsState.QUEUED, not_before__lte=now, good_until__gt=now)
            .first()
        )
        if message is None:
            return None
        message.state, message.lease_until = SmsState.SENDING, now + LEASE
        message.attempts += 1
        message.save(update_fields=["state", "lease_until", "attempts", "updated_at"])
    return message


def _settle(message: SmsMessage, state: SmsState, *, reason: str = "", reference: str = "") -> SmsState:
    message.state, message.lease_until = state, None
    message.reason, message.reference = reason, reference
    message.sent_at = clock.now() if state == SmsState.SENT else None
    message.save(update_fields=["state", "lease_until", "reason", "reference", "sent_at", "updated_at"])
    log.info("message settled", message=message.pk, state=str(state), reason=reason)
    return state


def _put_back(message: SmsMessage, error: NotSent) -> SmsState:
    if not error.again or message.attempts > len(PAUSES):
        return _settle(message, SmsState.FAILED, reason=error.reason)
    message.state, message.lease_until, message.reason = SmsState.QUEUED, None, error.reason
    message.not_before = clock.now() + PAUSES[message.attempts - 1]
    message.save(update_fields=["state", "lease_until", "reason", "not_before", "updated_at"])
    log.warning("message put back", message=message.pk, attempts=message.attempts, reason=error.reason)
    return SmsState.QUEUED


def sweep_messages() -> int:
    """Nudge what is due, and settle what a killed worker held and what is too late. Returns how many were nudged."""
    now = clock.now()
    # The worker died with the message in its hands: it may have gone out, so it isn't sent again.
    SmsMessage.objects.filter(state=SmsState.SENDING, lease_until__lt=now).update(
        state=SmsState.UNCLEAR, lease_until=None, reason="发送的程序中断了", updated_at=now
    )
    SmsMessage.objects.filter(state=SmsState.QUEUED, good_until__lte=now).update(state=SmsState.LATE, updated_at=now)
    due = SmsMessage.objects.filter(state=SmsState.QUEUED, not_before__lte=now).order_by("not_before")
    nudged = list(due.values_list("pk", flat=True)[:50])
    for pk in nudged:
        enqueue("accounts.send_message", queue=QUEUE, expires=2 * SWEEP_SECONDS, message_id=pk)
    return len(nudged)


def tidy_messages() -> None:
    """Forget words that are of no use any more, and numbers after SMS_KEEP_DAYS."""
    now = clock.now()
    done = ~Q(state__in=[SmsState.QUEUED, SmsState.SENDING])
    SmsMessage.objects.filter(done, good_until__lte=now).exclude(params_sealed="").update(params_sealed="")
    old = now - dt.timedelta(days=settings.SMS_KEEP_DAYS)
    SmsMessage.objects.filter(done, created_at__lt=old).exclude(phone_sealed="", phone_masked="").update(
        phone_sealed="", phone_masked="", params_sealed=""
    )
