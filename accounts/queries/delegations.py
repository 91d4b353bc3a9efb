"""Who lets whom do what."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from accounts import numbers
from accounts.access import member_name, salutation
from accounts.enums import DelegatedScope
from accounts.models import DelegatedAct, Delegation, User
from accounts.phones import parse_phone
from core import clock
from core.errors import Refusal

NOT_FOUND = "没有找到叫“{name}”、用这个号码的人。请核对姓名和号码；对方要先在银龄学堂登录过一次或登记过。"


def standing_delegation(pk: int, *, delegate: User) -> Delegation | None:
    """The delegation if it is in force at this moment and is held by `delegate`."""
    return (
        Delegation.objects.standing(clock.today())
        .filter(pk=pk, delegate=delegate)
        .select_related("senior__member_profile")
        .prefetch_related("matters")
        .first()
    )


def scopes_of(delegation: Delegation) -> frozenset[DelegatedScope]:
    """What it covers."""
    return frozenset(DelegatedScope(matter.scope) for matter in delegation.matters.all())


def matters_line(delegation: Delegation) -> str:
    """报名和退课、看学习记录."""
    return "、".join(matter.get_scope_display() for matter in delegation.matters.all())


def given_by(user: User) -> QuerySet[Delegation]:
    """What `user` lets others do and hasn't taken back, over or not."""
    return (
        Delegation.objects.open()
        .filter(senior=user)
        .select_related("delegate__member_profile", "granted_by")
        .prefetch_related("matters")
    )


def held_by(user: User) -> QuerySet[Delegation]:
    """What others let `user` do, as long as it isn't over."""
    return (
        Delegation.objects.open()
        .filter(delegate=user, last_day__gte=clock.today(), senior__is_active=True)
        .select_related("senior__member_profile")
        .prefetch_related("matters")
    )


def find_delegate(*, number: str, name: str) -> User:
    """The person with this phone or member number and this name. Raises `Refusal`.

    One sentence whichever of the two is wrong: it doesn't tell who has an account.
    """
    name = name.strip()
    found = None
    if phone := parse_phone(number):
        found = User.objects.filter(phone=phone, is_active=True).select_related("member_profile").first()
    elif member := numbers.parse(number):
        found = (
            User.objects.filter(member_profile__number=member, is_active=True).select_related("member_profile").first()
        )
    if found is None or not name or name not in {member_name(found), salutation(found)}:
        raise Refusal(NOT_FOUND.format(name=name[:20]))
    return found


def acts_for(user: User) -> QuerySet[DelegatedAct]:
    """What others did for `user`, latest first."""
    return DelegatedAct.objects.filter(person=user).select_related("by__member_profile", "delegation")


@dataclass(frozen=True)
class DelegationLine:
    """A delegation as a page shows it, from either side. `accepts` and `acts` say which buttons there are."""

    pk: int
    name: str
    matters: str
    until: dt.date
    state: str
    accepts: bool = False
    acts: bool = False


def given_lines(user: User) -> list[DelegationLine]:
    """Whom `user` lets help."""
    today = clock.today()
    lines = []
    for row in given_by(user):
        if row.last_day < today:
            state = "已经到期"
        elif row.accepted_at is None:
            state = "等对方说愿意"
        else:
            state = "可以替您办"
        lines.append(DelegationLine(row.pk, member_name(row.delegate), matters_line(row), row.last_day, state))
    return lines


def held_lines(user: User) -> list[DelegationLine]:
    """Whom `user` may help, or is asked to."""
    lines = []
    for row in held_by(user):
        asked = row.accepted_at is None
        lines.append(
            DelegationLine(
                row.pk,
                member_name(row.senior),
                matters_line(row),
                row.last_day,
                "请您帮忙，等您说愿意" if asked else "您可以替他（她）办",
                accepts=asked,
                acts=not asked,
            )
        )
    return lines


def delegation_of(pk: int, user: User) -> Delegation | None:
    """A delegation that `user` gave or holds."""
    return Delegation.objects.filter(Q(senior=user) | Q(delegate=user), pk=pk).first()
