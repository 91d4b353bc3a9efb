"""Members, clerks, cards, kiosks and delegations for tests."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any

import factory
from django.test import Client
from factory.django import DjangoModelFactory

from accounts import card_codes, numbers
from accounts.enums import DelegatedScope, Gender, Role
from accounts.kiosk import COOKIE, SALT
from accounts.models import (
    DelegatedMatter,
    Delegation,
    Kiosk,
    MemberCard,
    MemberProfile,
    RoleAssignment,
    User,
)
from accounts.models.profile import CONSENT_VERSION
from core import clock
from places.models import AcademySite, Region
from tests.accounts.factories import UserFactory
from tests.places.factories import AcademySiteFactory, region


class MemberFactory(DjangoModelFactory):
    """A member of 树林召镇 in 达拉特旗, with a contact; `user__phone=...` gives a phone."""

    user = factory.SubFactory(UserFactory, display_name="", role=Role.SENIOR)
    number = factory.Sequence(lambda n: numbers.compose(code="21", year=2020, running=n + 1))
    full_name = "王秀英"
    gender = Gender.FEMALE
    birth_year = 1955
    region = factory.LazyFunction(lambda: region("树林召镇"))
    contact_name = "王小军"
    contact_phone = "13800000001"
    consented_at = factory.LazyFunction(clock.now)
    consent_version = CONSENT_VERSION

    class Meta:
        model = MemberProfile


def clerk_of(place: AcademySite | Region, **fields: Any) -> User:
    """Staff who answer for a site or for a region."""
    role = Role.SITE if isinstance(place, AcademySite) else Role.BANNER
    user = UserFactory(role=role, **{"display_name": "张干事", **fields})
    held = {"site": place} if isinstance(place, AcademySite) else {"region": place}
    RoleAssignment.objects.create(user=user, role=role, valid_from=dt.date(2020, 1, 1), **held)
    return user


def give_card(user: User) -> str:
    """A standing card; returns its code, which is nowhere else."""
    code = card_codes.new_code()
    MemberCard.objects.create(user=user, digest=card_codes.digest(code), issued_by=UserFactory())
    return code


class KioskFactory(DjangoModelFactory):
    site = factory.SubFactory(AcademySiteFactory)
    name = factory.Sequence("大厅 {}".format)
    opened_by = factory.SubFactory(UserFactory)

    class Meta:
        model = Kiosk


def cookie_of(kiosk: Kiosk) -> str:
    """What the browser of this kiosk holds."""
    from django.core.signing import get_cookie_signer

    return get_cookie_signer(salt=COOKIE + SALT).sign(str(kiosk.key))


def at_kiosk(kiosk: Kiosk) -> Client:
    """A browser that is this kiosk."""
    client = Client(headers={"accept": "text/html"})
    client.cookies[COOKIE] = cookie_of(kiosk)
    return client


def delegate_to(
    delegate: User, senior: User, scopes: Collection[DelegatedScope], *, days: int = 30, accepted: bool = True
) -> Delegation:
    """A delegation from today, accepted."""
    delegation = Delegation.objects.create(
        senior=senior,
        delegate=delegate,
        valid_from=clock.today(),
        last_day=clock.today() + dt.timedelta(days),
        accepted_at=clock.now() if accepted else None,
    )
    DelegatedMatter.objects.bulk_create(DelegatedMatter(delegation=delegation, scope=scope) for scope in scopes)
    return delegation
