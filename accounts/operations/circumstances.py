"""优先情形: stated by a person or a clerk, checked against evidence, ended when it no longer holds."""

from __future__ import annotations

import datetime as dt

from django.db import IntegrityError, transaction

from accounts.access import may_see_member
from accounts.enums import Circumstance
from accounts.models import MemberCircumstance, MemberProfile, User
from accounts.operations.acts import record_counter_act
from accounts.operations.audit import record
from core import clock
from core.errors import Refusal

AGED_FROM = 80
LONGEST = dt.timedelta(days=5 * 366)


@transaction.atomic
def state_circumstance(*, profile: MemberProfile, kind: Circumstance, by: User) -> MemberCircumstance:
    """Keep that someone says so. It counts only once it is checked. Raises `Refusal`."""
    _check_right(profile=profile, by=by)
    if kind == Circumstance.AGED and clock.today().year - profile.birth_year < AGED_FROM:
        raise Refusal(f"没有记下高龄：{profile.birth_year} 年出生，还不到 {AGED_FROM} 岁。")
    try:
        with transaction.atomic():
            return MemberCircumstance.objects.create(
                profile=profile, kind=kind, acted_by=None if by == profile.user else by
            )
    except IntegrityError as error:
        raise Refusal(f"“{kind.label}”已经记过了，没有再记一次。") from error


@transaction.atomic
def check_circumstance(
    *, circumstance: MemberCircumstance, clerk: User, evidence: str, valid_until: dt.date
) -> MemberCircumstance:
    """A clerk has seen the paper. Raises `Refusal`."""
    row = _locked(circumstance)
    if clerk == row.profile.user or not may_see_member(clerk, row.profile):
        raise Refusal("没有保存：优先情形要由本人所在地区的工作人员核对，不能自己核对自己的。")
    today = clock.today()
    if not evidence.strip():
        raise Refusal("没有保存：请写看了什么证件或材料，例如：低保证。")
    if not today <= valid_until <= today + LONGEST:
        raise Refusal("没有保存：有效期要从今天起、五年以内，按证件上写的填。")
    row.evidence, row.checked_by, row.checked_on, row.valid_until = evidence.strip()[:60], clerk, today, valid_until
    row.save()
    _record(row, by=clerk, verb="circumstance.checked")
    record_counter_act(person=row.profile.user, by=clerk, what=f"核对优先情形：{row.get_kind_display()}")
    return row


@transaction.atomic
def end_circumstance(*, circumstance: MemberCircumstance, by: User) -> None:
    """It no longer holds, or was stated by mistake. Ending twice changes nothing. Raises `Refusal`."""
    row = _locked(circumstance)
    _check_right(profile=row.profile, by=by)
    if row.ended_at is None:
        row.ended_at = clock.now()
        row.save(update_fields=["ended_at", "updated_at"])
        _record(row, by=by, verb="circumstance.ended")
        record_counter_act(person=row.profile.user, by=by, what=f"取消优先情形：{row.get_kind_display()}")


def _record(row: MemberCircumstance, *, by: User, verb: str) -> None:
    """Which of the circumstances it was is nobody's business but the person's and their clerk's: it isn't named."""
    profile = row.profile
    record(
        actor=by,
        verb=verb,
        subject=row,
        label=profile.grouped_number,
        path=profile.region.path,
        site_id=profile.site_id,
    )


def _locked(circumstance: MemberCircumstance) -> MemberCircumstance:
    return (
        MemberCircumstance.objects.select_for_update(of=("self",))
        .select_related("profile__user", "profile__region")
        .get(pk=circumstance.pk)
    )


def _check_right(*, profile: MemberProfile, by: User) -> None:
    if by != profile.user and not may_see_member(by, profile):
        raise Refusal("没有保存：这位会员不归您负责。")
