"""换手机号."""

from __future__ import annotations

import pytest
import time_machine
from django.test import Client

from accounts.enums import Role
from accounts.models import AuditEntry, User
from core import clock
from tests.accounts.factories import PASSWORD, UserFactory
from tests.accounts.messages import OTHER, PHONE, last_code, wrong

pytestmark = pytest.mark.django_db
PAGE = "/account/phone/"


def without_password(**fields: str) -> User:
    person = UserFactory(**fields)
    person.set_unusable_password()
    person.save()
    return person


@pytest.fixture
def senior(client: Client) -> User:
    person = without_password(phone=PHONE)
    client.force_login(person)
    return person


def test_a_new_number_counts_once_it_is_proven(senior: User, client: Client) -> None:
    assert "138****5678" in client.get(PAGE).content.decode()
    page = client.post(PAGE, {"phone": "139 1234 5678"})["Location"]
    assert OTHER not in page
    assert "验证码不对" in client.post(page, {"code": wrong(last_code(OTHER))}).content.decode()
    senior.refresh_from_db()
    assert senior.phone == PHONE
    assert client.post(page, {"code": last_code(OTHER)})["Location"] == "/account/me/"
    senior.refresh_from_db()
    assert senior.phone == OTHER
    assert "139****5678" in client.get("/account/me/").content.decode()
    entry = AuditEntry.objects.get(verb="phone.changed")
    assert (entry.actor, entry.after) == (senior, {})


def test_a_number_of_somebody_else_is_told_to_who_holds_it_only(senior: User, client: Client) -> None:
    other = UserFactory(phone=OTHER)
    page = client.post(PAGE, {"phone": OTHER})["Location"]
    digits = last_code(OTHER)
    response = client.post(page, {"code": digits})
    assert response.status_code == 422
    assert "另一个账号" in response.content.decode()
    assert client.get(page)["Location"] == PAGE, "the code is used up"
    senior.refresh_from_db()
    other.refresh_from_db()
    assert (senior.phone, other.phone) == (PHONE, OTHER)


def test_ones_own_number_and_nonsense_send_nothing(senior: User, client: Client) -> None:
    assert "不用换" in client.post(PAGE, {"phone": PHONE}).content.decode()
    assert "11 位" in client.post(PAGE, {"phone": "12"}).content.decode()
    assert "再发" not in client.get(PAGE).content.decode()


def test_again_leads_back_to_this_page(senior: User, client: Client) -> None:
    page = client.post(PAGE, {"phone": OTHER})["Location"]
    assert client.post(PAGE, {"phone": OTHER})["Location"] == page
    with time_machine.travel(clock.now(), tick=False) as time:
        time.shift(61)
        code_id = page.rstrip("/").split("/")[-1]
        again = client.post(f"/account/sign-in/code/{code_id}/again/")["Location"]
    assert again.startswith(PAGE)
    assert again != page


def test_a_code_of_another_session_changes_nothing(senior: User, client: Client) -> None:
    page = client.post(PAGE, {"phone": OTHER})["Location"]
    stranger = Client()
    stranger.force_login(without_password())
    assert stranger.post(page, {"code": last_code(OTHER)})["Location"] == PAGE
    assert Client().get(page)["Location"].startswith("/account/sign-in/")
    assert not User.objects.filter(phone=OTHER).exists()


def test_staff_show_their_password_first(client: Client) -> None:
    editor = UserFactory(role=Role.EDITOR)
    client.force_login(editor)
    asked = client.get(PAGE)["Location"]
    assert asked.startswith("/account/password-again/")
    assert client.post(asked, {"password": PASSWORD})["Location"] == PAGE
    assert client.get(PAGE).status_code == 200
