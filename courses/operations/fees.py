"""课酬: noting, paying and voiding what a teacher gets for a session."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from django.db import IntegrityError, transaction

from accounts.models import User
from core import clock
from core.errors import Refusal
from courses.audit import record
from courses.models import Session, TeacherFee
from courses.operations.planning import checked_reason

MOST = Decimal(100_000)


@transaction.atomic
def note_fee(*, session: Session, amount: Decimal, by: User) -> TeacherFee:
    """Note what the teacher of a session gets, in yuan with at most two decimals. Raises `Refusal`."""
    if session.teacher is None:
        raise Refusal("这次课还没有教师，没有登记。")
    if session.cancelled_at is not None:
        raise Refusal("这次课已经取消，没有登记。")
    if not amount.is_finite() or not 0 < amount < MOST or amount != amount.quantize(Decimal("0.01")):
        raise Refusal("金额要大于 0、小于十万，最多两位小数，没有登记。")
    try:
        with transaction.atomic():
            fee = TeacherFee.objects.create(session=session, teacher=session.teacher, amount=amount, noted_by=by)
    except IntegrityError as error:
        raise Refusal("这次课的课酬已经登记过了。写错了的话，请先作废原来的。") from error
    record(fee, "note_fee", by=by)
    return fee


@transaction.atomic
def pay_fee(*, fee: TeacherFee, paid_on: dt.date, by: User) -> TeacherFee:
    """Note that it was paid on a day that has come, after the session. Raises `Refusal`."""
    fee = _standing(fee)
    if fee.paid_on is not None:
        raise Refusal(f"这笔课酬在 {fee.paid_on} 已经发放了。")
    if paid_on > clock.today():
        raise Refusal("发放日期还没有到，没有登记。")
    if fee.session.begins_at > clock.now():
        raise Refusal("课还没有上，没有登记发放。")
    fee.paid_on, fee.paid_by = paid_on, by
    fee.save(update_fields=["paid_on", "paid_by", "updated_at"])
    record(fee, "pay_fee", by=by, paid_on=f"{paid_on}")
    return fee


@transaction.atomic
def void_fee(*, fee: TeacherFee, reason: str, by: User) -> TeacherFee:
    """Void a wrong entry; it stays to be seen. Raises `Refusal`."""
    reason = reason.strip()
    if not reason:
        raise Refusal("请写明作废的原因，没有改动。")
    fee = _standing(fee)
    fee.voided_at, fee.voided_reason = clock.now(), checked_reason(reason)
    fee.save(update_fields=["voided_at", "voided_reason", "updated_at"])
    record(fee, "void_fee", by=by, reason=reason)
    return fee


def _standing(fee: TeacherFee) -> TeacherFee:
    row = TeacherFee.objects.select_for_update(of=("self",)).select_related("session").get(pk=fee.pk)
    if row.voided_at is not None:
        raise Refusal("这笔课酬已经作废了。")
    return row
