"""Who answers for what."""

from __future__ import annotations

import datetime as dt

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, transaction

from accounts.enums import Role
from accounts.models import RoleAssignment, User
from accounts.scope import EVERYTHING, NOTHING, scope_of
from core import clock
from places import scope as places_scope
from places.models import AcademySite, Region
from tests.accounts.factories import UserFactory
from tests.places.factories import AcademySiteFactory, region

pytestmark = pytest.mark.django_db


def assign(user: User, role: Role, **place: object) -> RoleAssignment:
    return RoleAssignment.objects.create(user=user, role=role, **({"valid_from": clock.today()} | place))


def test_a_banner_sees_its_own_region_and_all_below() -> None:
    officer = UserFactory(role=Role.BANNER)
    assign(officer, Role.BANNER, region=region("达拉特旗"))
    here, elsewhere = AcademySiteFactory(), AcademySiteFactory(region=region("准格尔旗"))
    scope = scope_of(officer)
    assert set(scope.at_sites(AcademySite.objects.all(), "")) == {here}
    seen = set(scope.regions(Region.objects.all()))
    assert {region("达拉特旗"), region("树林召镇")} <= seen
    assert region("准格尔旗") not in seen
    assert scope.covers_site(here.pk, here.region.path)
    assert not scope.covers_site(elsewhere.pk, elsewhere.region.path)


def test_site_staff_see_their_site_only() -> None:
    clerk = UserFactory(role=Role.SITE)
    own, _neighbour = AcademySiteFactory(), AcademySiteFactory()
    assign(clerk, Role.SITE, site=own)
    assert list(scope_of(clerk).at_sites(AcademySite.objects.all(), "")) == [own]
    assert not scope_of(clerk).covers_region(own.region.path)


def test_an_assignment_holds_from_its_first_day_until_before_its_last() -> None:
    clerk, today = UserFactory(), clock.today()
    assign(clerk, Role.SITE, site=AcademySiteFactory(), valid_from=today - dt.timedelta(2), valid_until=today)
    assign(clerk, Role.SITE, site=AcademySiteFactory(), valid_from=today + dt.timedelta(1))
    assert scope_of(clerk) == NOTHING


def test_roles_are_asked_for_by_name() -> None:
    teacher = UserFactory()
    assign(teacher, Role.TEACHER, region=region("达拉特旗"))
    assert scope_of(teacher) == NOTHING
    assert scope_of(teacher, Role.TEACHER).paths == (region("达拉特旗").path,)


def test_administrators_answer_for_everything_strangers_for_nothing() -> None:
    AcademySiteFactory()
    assert scope_of(UserFactory(role=Role.ADMIN)) == EVERYTHING
    assert scope_of(UserFactory(is_superuser=True)) == EVERYTHING
    assert scope_of(UserFactory(is_superuser=True, is_active=False)) == NOTHING
    assert scope_of(AnonymousUser()) == NOTHING
    assert not NOTHING.at_sites(AcademySite.objects.all(), "").exists()


def test_an_assignment_is_for_one_place() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        assign(UserFactory(), Role.CITY)
    with pytest.raises(IntegrityError), transaction.atomic():
        assign(UserFactory(), Role.CITY, region=region("达拉特旗"), site=AcademySiteFactory())


def test_places_ask_accounts_who_answers_for_a_region() -> None:
    officer = UserFactory(role=Role.BANNER)
    assign(officer, Role.BANNER, region=region("达拉特旗"))
    assert places_scope.covers(officer, region("树林召镇").path)
    assert not places_scope.covers(officer, region("准格尔旗").path)
    assert places_scope.paths_of(UserFactory(role=Role.ADMIN)) == places_scope.EVERYWHERE
    assert places_scope.paths_of(UserFactory()) == places_scope.paths_of(AnonymousUser()) == ()
