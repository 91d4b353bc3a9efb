"""Every list of the desk, whoever wrote it: an officer of one banner reads no word of another banner there."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from accounts.enums import Role
from accounts.models import AuditEntry, RoleAssignment, User
from accounts.operations.audit import record
from accounts.operations.roles import grant_role
from accounts.queries.roles import Place
from core import clock
from tests.accounts.factories import UserFactory
from tests.accounts.member_factories import KioskFactory, MemberFactory
from tests.cms.test_admin_language import english_in
from tests.places.factories import AcademySiteFactory, OrganisationFactory, RoomFactory, region

pytestmark = pytest.mark.django_db
CANARY = "金丝雀"
"""In every name of the other banner, so that a leak anywhere shows."""


def plain_addresses(patterns: list[URLPattern | URLResolver], prefix: str = "") -> Iterator[str]:
    """Every address of the desk that needs no argument: lists, results, forms, reports."""
    for pattern in patterns:
        text = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from plain_addresses(pattern.url_patterns, text)
        elif not any(mark in text for mark in "<(["):
            yield "/" + text.replace("^", "").replace("$", "").replace("\\Z", "")


def desk_addresses() -> list[str]:
    found = set(plain_addresses(get_resolver().url_patterns))
    # The last breaks on purpose, so that administrators see what a broken page looks like.
    skipped = {"/admin/logout/", "/admin/login/", "/admin/failwhale/"}
    return sorted(path for path in found if path.startswith("/admin/") and path not in skipped)


@pytest.fixture
def officers() -> dict[str, User]:
    """One of each role in 达拉特旗, while 准格尔旗 is full of things."""
    admin, today = UserFactory(role=Role.ADMIN), clock.today()
    here = AcademySiteFactory()
    people = {role: UserFactory(display_name=f"达旗{role}") for role in (Role.BANNER, Role.SITE)}
    grant_role(
        actor=admin,
        user=people[Role.BANNER],
        role=Role.BANNER,
        place=Place(region=region("达拉特旗")),
        valid_from=today,
    )
    grant_role(actor=admin, user=people[Role.SITE], role=Role.SITE, place=Place(site=here), valid_from=today)

    there = AcademySiteFactory(region=region("薛家湾镇"), name=f"{CANARY}学堂")
    RoomFactory(site=there, name=f"{CANARY}教室")
    OrganisationFactory(region=region("准格尔旗"))  # bodies are public: a teacher may come from one of another banner
    MemberFactory(region=region("薛家湾镇"), site=there, full_name=f"{CANARY}会员", user__display_name="")
    KioskFactory(site=there, name=f"{CANARY}大厅")
    other = UserFactory(display_name=f"{CANARY}干部", username="canary", phone="13812345678")
    grant_role(actor=admin, user=other, role=Role.BANNER, place=Place(region=region("准格尔旗")), valid_from=today)
    grant_role(actor=admin, user=other, role=Role.SITE, place=Place(site=there), valid_from=today)
    record(actor=other, verb="x", subject=there, label=CANARY, path=there.region.path, site_id=there.pk)
    Client().post("/admin/login/", {"username": "canary", "password": "wrong"})
    return {str(role): user for role, user in people.items()}


@pytest.mark.parametrize("role", [Role.BANNER, Role.SITE])
def test_no_list_of_the_desk_shows_another_banner(officers: dict[str, User], client: Client, role: Role) -> None:
    client.force_login(officers[role])
    paths = desk_addresses()
    assert {
        "/admin/roles/",
        "/admin/trail/",
        "/admin/users/",
        "/admin/locks/",
        "/admin/members/",
        "/admin/kiosks/",
    } <= set(paths)
    leaking, seen = [], 0
    for path in paths:
        response = client.get(path)
        assert response.status_code < 500, path
        if response.status_code == 200 and not response.streaming:
            seen += 1
            text = response.content.decode("utf-8", "replace")
            if CANARY in text or "canary" in text or "13812345678" in text:
                leaking.append(path)
    assert leaking == []
    assert seen > 5


def test_the_canary_sings_where_it_may(officers: dict[str, User], client: Client) -> None:
    client.force_login(User.objects.get(groups__name=Role.ADMIN))
    for name in (
        "roles:index",
        "trail:index",
        "wagtailusers_users:index",
        "locks:index",
        "members:index",
        "kiosks:index",
    ):
        text = client.get(reverse(name)).content.decode()
        assert CANARY in text or "canary" in text, name
    assert AuditEntry.objects.filter(at__lte=timezone.now()).count() == 5


def test_pages_about_people_are_in_chinese(officers: dict[str, User], client: Client) -> None:
    client.force_login(User.objects.get(groups__name=Role.ADMIN))
    entry = AuditEntry.objects.exclude(verb="x").latest("pk")
    addresses = [reverse(f"{name}:index") for name in ("roles", "trail", "locks", "factors", "sms")]
    addresses += [
        reverse("roles:add"),
        reverse("roles:edit", args=[RoleAssignment.objects.latest("pk").pk]),
        reverse("trail:edit", args=[entry.pk]),
        reverse("wagtailusers_users:edit", args=[officers[Role.SITE].pk]),
    ]
    # The names of models, by which staff and maintainers find a row, are single words with a dot.
    found = {address: left for address in addresses if (left := english_in(client.get(address).content.decode()))}
    assert found == {}
