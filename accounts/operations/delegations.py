"""委托: granting, accepting and ending it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from django.db import IntegrityError, transaction

from accounts.access import may_see_member, member_name
from accounts.enums import DelegatedScope
from accounts.models import DelegatedMatter, Delegation, MemberCard, MemberProfile, User
from accounts.models.delegation import LONGEST_DAYS
from accounts.operations.acts import record_counter_act
from accounts.operations.audit import record
from core import clock
from core.errors import Refusal


@transaction.atomic
def grant_delegation(
    *,
    senior: User,
    delegate: User,
    scopes: Collection[DelegatedScope],
    last_day: dt.date,
    clerk: User | None = None,
    card: MemberCard | None = None,
) -> Delegation:
    """From today until `last_day`, once the delegate accepts. Replaces what the pair had before.

    `clerk` registers it at a counter and must have the senior's `card` before them. Raises `Refusal`.
    """
    today = clock.today()
    if senior == delegate:
        raise Refusal("没有保存：自己的事自己就能办，不用委托自己。")
    if not senior.is_active or not delegate.is_active:
        raise Refusal("没有保存：两个人里有一个账号已停用。")
    if not scopes:
        raise Refusal("没有保存：请至少选一件让对方办的事。")
    if not today <= last_day <= today + dt.timedelta(days=LONGEST_DAYS):
        raise Refusal("没有保存：日期要从今天起、一年以内。")
    if clerk is not None:
        _check_counter(senior=senior, delegate=delegate, clerk=clerk, card=card)
    # What they had before is over, whether it ran out or is replaced.
    Delegation.objects.filter(senior=senior, delegate=delegate, ended_at__isnull=True).update(
        ended_at=clock.now(), ended_by=clerk or senior, updated_at=clock.now()
    )
    try:
        with transaction.atomic():
            delegation = Delegation.objects.create(
                senior=senior, delegate=delegate, valid_from=today, last_day=last_day, granted_by=clerk, card=card
            )
    except IntegrityError as error:
        raise Refusal("没有再保存一次：刚刚已经给这个人保存了一份委托。") from error
    DelegatedMatter.objects.bulk_create(
        DelegatedMatter(delegation=delegation, scope=scope) for scope in DelegatedScope if scope in scopes
    )
    record(
        actor=clerk or senior,
        verb="delegation.granted",
        subject=delegation,
        label="委托",
        after=_plain(scopes, last_day),
    )
    if clerk is not None:
        record_counter_act(person=senior, by=clerk, what=f"登记委托：{member_name(delegate)}")
    return delegation


def _plain(scopes: Collection[DelegatedScope], last_day: dt.date) -> dict[str, object]:
    return {"scopes": sorted(str(scope) for scope in scopes), "last_day": last_day}


def _check_counter(*, senior: User, delegate: User, clerk: User, card: MemberCard | None) -> None:
    if card is None or card.user_id != senior.pk or card.ended_at is not None:
        raise Refusal("没有保存：登记委托要本人带着会员卡来。")
    if clerk == senior:
        raise Refusal("没有保存：自己的委托请在“我的”里办，不能在柜台给自己登记。")
    profile = MemberProfile.objects.filter(user=senior).select_related("region").first()
    if profile is None or not may_see_member(clerk, profile):
        raise Refusal("没有保存：这位会员不归您负责。")
    if delegate == clerk:
        raise Refusal("没有保存：不能登记由您自己代办，请让同事登记。")


@transaction.atomic
def accept_delegation(*, delegation: Delegation, by: User) -> Delegation:
    """The delegate takes it on. Raises `Refusal` if it is no longer offered, or was offered to somebody else."""
    row = Delegation.objects.select_for_update().get(pk=delegation.pk)
    if row.delegate_id != by.pk:
        raise Refusal("这份委托不是给您的。")
    if row.ended_at is not None or row.last_day < clock.today():
        raise Refusal("这份委托已经结束了。需要的话，请对方再委托一次。")
    if row.accepted_at is None:
        row.accepted_at = clock.now()
        row.save(update_fields=["accepted_at", "updated_at"])
    return row


@transaction.atomic
def end_delegation(*, delegation: Delegation, by: User) -> None:
    """Over from this moment on: by the senior, the delegate, or staff of the senior's region. Raises `Refusal`."""
    row = Delegation.objects.select_for_update(of=("self",)).select_related("senior").get(pk=delegation.pk)
    if by.pk not in (row.senior_id, row.delegate_id):
        profile = MemberProfile.objects.filter(user=row.senior).select_related("region").first()
        if profile is None or not may_see_member(by, profile):
            raise Refusal("没有停止：这份委托不归您管。")
    if row.ended_at is None:
        row.ended_at, row.ended_by = clock.now(), by
        row.save(update_fields=["ended_at", "ended_by", "updated_at"])
        record(actor=by, verb="delegation.ended", subject=row, label="委托")
