"""What every change of an enrolment leaves behind: a row of its history, and a sentence to the person."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping

from django.db import transaction

from accounts.access import phone_of
from accounts.enums import SmsTemplate
from accounts.models import User
from accounts.operations.sms import queue_message
from core import clock
from courses.enums import EnrolmentAct
from courses.models import Enrolment, EnrolmentEvent, EnrolmentNotice


def record_act(enrolments: Iterable[Enrolment], act: EnrolmentAct, *, acted_by: User | None = None) -> None:
    """Call inside the transaction that changed the rows, after they were saved."""
    now = clock.now()
    EnrolmentEvent.objects.bulk_create(
        EnrolmentEvent(
            enrolment=enrolment, act=act, happened_at=now, seat=enrolment.seat, line=enrolment.line, acted_by=acted_by
        )
        for enrolment in enrolments
    )


def tell(sentences: Iterable[tuple[Enrolment, str]]) -> None:
    """Keep each sentence for 我的, in the transaction that made it true."""
    now = clock.now()
    EnrolmentNotice.objects.bulk_create(
        EnrolmentNotice(enrolment=enrolment, sentence=sentence, created_at=now) for enrolment, sentence in sentences
    )


def text(enrolment: Enrolment, template: SmsTemplate, params: Mapping[str, str], *, good_for: dt.timedelta) -> None:
    """Have a message sent once the transaction is committed, to whoever has a phone."""
    phone = phone_of(enrolment.person, viewer=enrolment.person)
    if phone:
        key = f"enrolment-{enrolment.pk}-{uuid.uuid4().hex}"
        queue_message(phone=phone, template=template, params=params, key=key, good_for=good_for)


@transaction.atomic
def see_notices(*, person: User) -> int:
    """The person has read what there is to read. Returns how many notices that were."""
    unseen = EnrolmentNotice.objects.filter(enrolment__person=person, seen_at__isnull=True)
    return unseen.update(seen_at=clock.now())
