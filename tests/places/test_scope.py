"""Who answers for which regions."""

from __future__ import annotations

import datetime as dt

import pytest

from accounts.enums import Role
from accounts.models import RoleAssignment
from places import scope
from places.models import AcademySite, Region
from places.queries.desk import regions_for, sites_for
from tests.accounts.factories import UserFactory
from tests.places.factories import AcademySiteFactory, region

pytestmark = pytest.mark.django_db


@pytest.fixture
def answering(monkeypatch):
    """Registers a resolver for one test: user → names of regions."""
    held: dict[int, list[str]] = {}
    monkeypatch.setattr(scope, "_resolvers", list(scope._resolvers))
    scope.register(lambda user: tuple(region(name).path for name in held.get(user.pk, [])))
    return held


def test_until_a_room_says_otherwise_the_city_or_nothing() -> None:
    AcademySiteFactory()
    everywhere = [UserFactory(is_superuser=True), UserFactory(role=Role.ADMIN), None]
    for user in everywhere:
        assert scope.paths_of(user) == ("/",)
        assert scope.in_scope(AcademySite.objects.all(), user).count() == 1
    for user in (UserFactory(), UserFactory(role=Role.EDITOR)):
        assert scope.paths_of(user) == ()
        assert scope.in_scope(AcademySite.objects.all(), user).count() == 0
        assert not scope.covers(user, region("树林召镇").path)


def test_a_scope_is_a_region_and_all_below_it(answering) -> None:
    clerk = UserFactory()
    answering[clerk.pk] = ["达拉特旗", "树林召镇", "乌审旗"]
    here, also, there = (AcademySiteFactory(region=region(name)) for name in ("树林召镇", "无定河镇", "薛家湾镇"))
    assert scope.paths_of(clerk) == tuple(sorted(region(name).path for name in ("达拉特旗", "乌审旗")))
    assert set(scope.in_scope(AcademySite.objects.all(), clerk)) == {here, also}
    assert there not in scope.in_scope(AcademySite.objects.all(), clerk)
    assert region("薛家湾镇") not in scope.in_scope(Region.objects.all(), clerk, "path")
    assert scope.covers(clerk, region("树林召镇").path)
    assert not scope.covers(clerk, region("鄂尔多斯市").path)


def test_a_resolver_counts_once() -> None:
    before = list(scope._resolvers), list(scope._site_resolvers)
    scope.register(before[0][0], sites=before[1][0])
    assert (scope._resolvers, scope._site_resolvers) == before


def test_roles_held_for_a_place_say_what_one_answers_for() -> None:
    bureau, keeper = UserFactory(role=Role.BANNER), UserFactory(role=Role.SITE)
    here, there = AcademySiteFactory(), AcademySiteFactory(region=region("薛家湾镇"))
    day = dt.date(2020, 1, 1)
    RoleAssignment.objects.create(user=bureau, role=Role.BANNER, region=region("达拉特旗"), valid_from=day)
    RoleAssignment.objects.create(user=keeper, role=Role.SITE, site=there, valid_from=day)
    assert scope.paths_of(bureau) == (region("达拉特旗").path,)
    assert list(sites_for(bureau)) == [here]
    assert list(sites_for(keeper)) == [there]
    assert list(regions_for(keeper)) == []
    RoleAssignment.objects.update(valid_until=dt.date(2021, 1, 1))
    assert list(sites_for(bureau)) == list(sites_for(keeper)) == []
