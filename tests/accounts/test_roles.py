"""Roles: who gives which where, how the groups follow, and what the trail keeps."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client

from accounts.enums import Role
from accounts.models import AuditEntry, RoleAssignment, User
from accounts.operations.roles import end_role, grant_role, settle_groups
from accounts.queries.roles import Place, assignments_for, may_grant, roles_to_grant, staff_for
from accounts.scope import scope_of
from core import clock
from core.errors import Refusal
from places.enums import OrganisationKind
from tests.accounts.factories import UserFactory
from tests.places.factories import AcademySiteFactory, OrganisationFactory, region

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def at(name: str) -> Place:
    return Place(region=region(name))


def give(actor: User, user: User, role: Role, place: Place, **dates: Any) -> RoleAssignment:
    return grant_role(actor=actor, user=user, role=role, place=place, **({"valid_from": clock.today()} | dates))


@pytest.fixture
def admin() -> User:
    return UserFactory(role=Role.ADMIN)


@pytest.fixture
def city(admin: User) -> User:
    officer = UserFactory()
    give(admin, officer, Role.CITY, at("鄂尔多斯市"))
    return officer


@pytest.fixture
def banner(city: User) -> User:
    """Of 达拉特旗."""
    officer = UserFactory(display_name="达旗干部")
    give(city, officer, Role.BANNER, at("达拉特旗"))
    return officer


def names(user: User) -> set[str]:
    return set(user.groups.values_list("name", flat=True))


def test_the_chain_from_the_city_to_a_site(city: User, banner: User) -> None:
    site, clerk = AcademySiteFactory(), UserFactory()
    assert names(city) == {Role.CITY}
    assert names(banner) == {Role.BANNER}
    assignment = give(banner, clerk, Role.SITE, Place(site=site))
    assert names(clerk) == {Role.SITE}
    assert scope_of(clerk).sites == {site.pk}
    assert assignment.granted_by == banner
    fresh = User.objects.get(pk=clerk.pk)
    assert fresh.has_perm("wagtailadmin.access_admin")


def test_nobody_gives_what_is_not_theirs(admin: User, city: User, banner: User) -> None:
    own, foreign = Place(site=AcademySiteFactory()), Place(site=AcademySiteFactory(region=region("薛家湾镇")))
    someone = UserFactory()
    senior = UserFactory(role=Role.SENIOR)
    refused = [
        (banner, Role.SITE, foreign),
        (banner, Role.BANNER, at("达拉特旗")),
        (banner, Role.CITY, at("鄂尔多斯市")),
        (banner, Role.EDITOR, at("达拉特旗")),
        (city, Role.CITY, at("鄂尔多斯市")),
        (city, Role.ADMIN, at("鄂尔多斯市")),
        (city, Role.TEACHER, at("达拉特旗")),
        (admin, Role.ADMIN, at("鄂尔多斯市")),
        (admin, Role.SENIOR, at("鄂尔多斯市")),
        (senior, Role.SITE, own),
        (UserFactory(role=Role.BANNER), Role.SITE, own),
        (UserFactory(role=Role.ADMIN, is_active=False), Role.SITE, own),
    ]
    for actor, role, place in refused:
        with pytest.raises(Refusal, match="不归您管"):
            give(actor, someone, role, place)
    assert names(someone) == set()
    assert AuditEntry.objects.filter(verb="role.granted").count() == 2
    assert roles_to_grant(banner) == [Role.SITE]
    assert set(roles_to_grant(city)) == {Role.BANNER, Role.SITE}
    assert roles_to_grant(senior) == []


def test_a_role_fits_its_kind_of_place(admin: User) -> None:
    site, school = AcademySiteFactory(), OrganisationFactory(kind=OrganisationKind.SCHOOL)
    someone = UserFactory()
    for role, place, words in (
        (Role.SITE, at("达拉特旗"), "学堂站点"),
        (Role.BANNER, Place(site=site), "地区"),
        (Role.BANNER, at("树林召镇"), "旗区"),
        (Role.CITY, at("达拉特旗"), "要选市"),
        (Role.SCHOOL, Place(organisation=OrganisationFactory()), "不是学校"),
        (Role.SCHOOL, at("达拉特旗"), "单位"),
    ):
        with pytest.raises(Refusal, match=words):
            give(admin, someone, role, place)
    for nothing in (Place(), Place(region=region("达拉特旗"), site=site)):
        assert not may_grant(admin, Role.SITE, nothing)
    give(admin, someone, Role.SCHOOL, Place(organisation=school))
    give(admin, someone, Role.TEACHER, at("达拉特旗"))
    assert names(someone) == {Role.SCHOOL, Role.TEACHER}


def test_once_is_enough_and_the_database_says_so_too(admin: User) -> None:
    someone, today = UserFactory(), clock.today()
    give(admin, someone, Role.BANNER, at("达拉特旗"), valid_until=today + 10 * DAY)
    for dates in ({}, {"valid_from": today + 9 * DAY}, {"valid_from": today - DAY, "valid_until": today + DAY}):
        with pytest.raises(Refusal, match="已经有这个角色"):
            give(admin, someone, Role.BANNER, at("达拉特旗"), **dates)
    give(admin, someone, Role.BANNER, at("达拉特旗"), valid_from=today + 10 * DAY)
    give(admin, someone, Role.BANNER, at("准格尔旗"))
    with pytest.raises(IntegrityError), transaction.atomic():
        RoleAssignment.objects.create(user=someone, role=Role.BANNER, region=region("准格尔旗"), valid_from=today)
    with pytest.raises(Refusal, match="到哪天止"):
        give(admin, someone, Role.BANNER, at("乌审旗"), valid_from=today, valid_until=today)
    with pytest.raises(Refusal, match="停用"):
        give(admin, UserFactory(is_active=False), Role.BANNER, at("乌审旗"))


def test_the_group_goes_with_the_last_standing_assignment(admin: User) -> None:
    someone = UserFactory(role=Role.EDITOR)
    first = give(admin, someone, Role.BANNER, at("达拉特旗"))
    second = give(admin, someone, Role.BANNER, at("准格尔旗"))
    end_role(actor=admin, assignment=first)
    assert names(someone) == {Role.EDITOR, Role.BANNER}
    ended = end_role(actor=admin, assignment=second)
    assert names(someone) == {Role.EDITOR}, "a group given by hand stays"
    assert ended.valid_until == clock.today()
    with pytest.raises(Refusal, match="已经结束"):
        end_role(actor=admin, assignment=first)


def test_days_come_and_go_by_themselves(admin: User) -> None:
    someone, today = UserFactory(), clock.today()
    give(admin, someone, Role.BANNER, at("达拉特旗"), valid_from=today + DAY, valid_until=today + 3 * DAY)
    assert names(someone) == set()
    held = []
    for day in range(5):
        with time_machine.travel(clock.now() + day * DAY, tick=False):
            settle_groups()
            held.append(Role.BANNER in names(someone))
    assert held == [False, True, True, False, False]


def test_an_officer_ends_only_what_they_could_give(admin: User, city: User, banner: User) -> None:
    own = RoleAssignment.objects.get(user=banner)
    for actor in (banner, UserFactory(role=Role.BANNER)):
        with pytest.raises(Refusal, match="不归您管"):
            end_role(actor=actor, assignment=own)
    with pytest.raises(Refusal, match="今天以前"):
        end_role(actor=city, assignment=own, on=clock.today() - DAY)
    with pytest.raises(Refusal, match="不归您管"):
        end_role(actor=city, assignment=RoleAssignment.objects.get(user=city))
    end_role(actor=city, assignment=own)
    assert names(banner) == set()
    assert not scope_of(banner).paths


def test_every_change_leaves_a_row_without_personal_data(banner: User, city: User) -> None:
    assignment = RoleAssignment.objects.get(user=banner)
    end_role(actor=city, assignment=assignment)
    granted, ended = AuditEntry.objects.filter(object_id=str(assignment.pk), model="accounts.RoleAssignment").order_by(
        "pk"
    )
    assert (granted.verb, ended.verb, ended.actor) == ("role.granted", "role.ended", city)
    assert granted.path == region("达拉特旗").path
    assert ended.before == {"valid_until": None}
    assert ended.after == {"valid_until": clock.today().isoformat()}
    assert banner.display_name not in f"{granted.label}{granted.after}"


# The desk


def post_grant(client: Client, **data: Any) -> Any:
    return client.post("/admin/roles/new/", {"valid_from": clock.today().isoformat()} | data)


def test_a_banner_officer_grants_and_ends_at_the_desk(banner: User, client: Client) -> None:
    site, clerk = AcademySiteFactory(), UserFactory(phone="13812345678", display_name="小刘")
    foreign = AcademySiteFactory(region=region("薛家湾镇"), name="薛家湾银发学堂")
    client.force_login(banner)
    page = client.get("/admin/roles/new/").content.decode()
    assert site.name in page
    assert "薛家湾" not in page
    assert "市办" not in page.split("<main")[1].split("</form>")[0]
    assert clerk.display_name not in page, "there is no list of people to leaf through"
    response = post_grant(client, person="138 1234 5678", role=Role.SITE, site=site.pk)
    assert response.status_code == 302, response.content.decode()
    assert names(clerk) == {Role.SITE}
    listed = client.get("/admin/roles/").content.decode()
    assert "小刘" in listed
    assert "13812345678" not in listed
    assignment = RoleAssignment.objects.get(user=clerk)
    row = client.get(f"/admin/roles/{assignment.pk}/").content.decode()
    assert "138****5678" in row
    assert "从今天起结束" in row
    client.post(f"/admin/roles/{assignment.pk}/")
    assert names(clerk) == set()
    assert "从今天起结束" not in client.get(f"/admin/roles/{assignment.pk}/").content.decode()
    for forged in ({"site": foreign.pk}, {"role": Role.CITY, "region": region("鄂尔多斯市").pk}):
        again = post_grant(client, **({"person": clerk.username, "role": Role.SITE, "site": site.pk} | forged))
        assert again.status_code == 200
    assert names(clerk) == set()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"person": "nobody"}, "没有找到这个人"),
        ({"person": "13800000000"}, "没有找到这个人"),
        ({"person": "%"}, "没有找到这个人"),
        ({"site": ""}, "要选一个"),
        ({"valid_from": "never"}, "日期"),
        ({"valid_until": "2001-01-01"}, "到哪天止"),
    ],
)
def test_the_form_says_what_is_wrong_and_keeps_what_was_typed(
    banner: User, client: Client, data: dict[str, str], words: str
) -> None:
    site, clerk = AcademySiteFactory(), UserFactory()
    client.force_login(banner)
    response = post_grant(client, **({"person": clerk.username, "role": Role.SITE, "site": site.pk} | data))
    html = response.content.decode()
    assert response.status_code == 200
    assert words in html
    assert f'value="{data.get("person", clerk.username)}"' in html
    assert names(clerk) == set()


def test_lists_take_the_same_few_queries_however_long(
    banner: User, client: Client, django_assert_max_num_queries
) -> None:
    client.force_login(banner)
    client.get("/admin/roles/")
    for _ in range(8):
        give(banner, UserFactory(), Role.SITE, Place(site=AcademySiteFactory()))
    for path in ("/admin/roles/", "/admin/trail/"):
        with django_assert_max_num_queries(22):
            assert client.get(path).status_code == 200


def test_people_of_another_banner_do_not_exist(city: User, banner: User, client: Client) -> None:
    other = UserFactory(display_name="准旗干部")
    assignment = give(city, other, Role.BANNER, at("准格尔旗"))
    entry = AuditEntry.objects.get(object_id=str(assignment.pk), model="accounts.RoleAssignment")
    client.force_login(banner)
    assert not assignments_for(banner).filter(pk=assignment.pk).exists()
    assert not staff_for(banner).filter(pk=other.pk).exists()
    assert client.get(f"/admin/roles/{assignment.pk}/").status_code == 404
    assert client.post(f"/admin/roles/{assignment.pk}/").status_code == 404
    assert client.get(f"/admin/trail/{entry.pk}/").status_code == 404
    assert client.get("/admin/sms/").status_code == 302, "not theirs at all"
    assert client.get("/admin/users/").status_code == 302
    assert client.get("/admin/reports/site-history/").status_code in {302, 403}
    assert names(other) == {Role.BANNER}


def test_a_right_on_users_given_by_hand_still_ends_at_the_scope(banner: User, city: User, client: Client) -> None:
    from django.contrib.auth.models import Group, Permission

    other = UserFactory(display_name="准旗干部", username="zhunqi")
    give(city, other, Role.BANNER, at("准格尔旗"))
    clerk = UserFactory(display_name="达旗小刘", username="daqi")
    give(banner, clerk, Role.SITE, Place(site=AcademySiteFactory()))
    Group.objects.get(name=Role.BANNER).permissions.add(Permission.objects.get(codename="change_user"))
    client.force_login(banner)
    listed = client.get("/admin/users/").content.decode()
    assert "daqi" in listed
    assert "zhunqi" not in listed
    assert other.display_name not in client.get("/admin/users/results/?q=zhunqi").content.decode()
    assert client.get(f"/admin/users/edit/{clerk.pk}/").status_code == 200
    for page in ("edit", "history", "delete"):
        assert client.get(f"/admin/users/{page}/{other.pk}/").status_code in {302, 404}
    bulk = client.post(
        f"/admin/bulk/accounts/user/set_active_state/?id={other.pk}&next=/admin/users/", {"mark_as_active": "False"}
    )
    other.refresh_from_db()
    assert other.is_active, bulk.status_code


def test_administrators_keep_phone_and_form_of_address_in_wagtails_own_list(admin: User, client: Client) -> None:
    person = UserFactory(username="li")
    client.force_login(admin)
    page = client.get(f"/admin/users/edit/{person.pk}/").content.decode()
    assert 'name="phone"' in page
    data = {
        "username": "li",
        "email": "",
        "first_name": "",
        "last_name": "",
        "display_name": "李老师",
        "is_active": "on",
    }
    client.post(f"/admin/users/edit/{person.pk}/", data | {"phone": "+86 139 1234 5678"})
    person.refresh_from_db()
    assert (person.phone, person.display_name) == ("13912345678", "李老师")
    taken = UserFactory(phone="13712345678")
    html = client.post(f"/admin/users/edit/{person.pk}/", data | {"phone": taken.phone}).content.decode()
    assert "已经有账号" in html
    client.post(f"/admin/users/edit/{person.pk}/", data | {"phone": ""})
    person.refresh_from_db()
    assert person.phone is None
    with pytest.raises(ValidationError):
        User(username="x", phone="12").full_clean()
