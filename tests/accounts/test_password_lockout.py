"""Passwords of staff: the lock, the ways round it that don't work, and the desk's own door."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
import time_machine
from axes.models import AccessAttempt
from django.http import HttpResponse
from django.test import Client

from accounts.enums import Role
from accounts.models import AuditEntry, User
from accounts.operations.locks import lift_lock
from accounts.queries.security import locks_for
from core.errors import Refusal
from tests.accounts.factories import PASSWORD, UserFactory
from tests.accounts.messages import PHONE

pytestmark = pytest.mark.django_db
PUBLIC, DESK = "/account/sign-in/password/", "/admin/login/"
WRONG = "wrong"
START = dt.datetime(2026, 3, 2, 1, 0, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def time(settings) -> Iterator[time_machine.Traveller]:
    settings.AXES_FAILURE_LIMIT = 3
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


@pytest.fixture
def editor() -> User:
    return UserFactory(username="Qimuge", role=Role.EDITOR, phone=PHONE)


def attempt(username: str, password: str = WRONG, *, way: str = PUBLIC, client: Client | None = None, **headers):
    return (client or Client()).post(way, {"username": username, "password": password}, headers=headers)


def is_locked(response: HttpResponse) -> bool:
    return response.status_code == 429


@pytest.mark.parametrize("way", [PUBLIC, DESK])
def test_the_third_wrong_password_locks_and_says_until_when_and_whom_to_ring(editor: User, way: str, settings) -> None:
    settings.SERVICE_PHONE = "0477-123-4567"
    assert not is_locked(attempt("Qimuge", way=way))
    assert not is_locked(attempt("Qimuge", way=way))
    response = attempt("Qimuge", way=way)
    html = response.content.decode()
    assert is_locked(response)
    assert "9:30" in html, "half an hour later, in Shanghai"
    assert "0477-123-4567" in html
    assert is_locked(attempt("Qimuge", PASSWORD, way=way)), "the right password doesn't open it either"
    other = DESK if way == PUBLIC else PUBLIC
    assert is_locked(attempt("Qimuge", PASSWORD, way=other)), "both doors have one lock"


def test_a_name_nobody_has_locks_in_the_same_words(editor: User) -> None:
    for _ in range(3):
        real, invented = attempt("Qimuge"), attempt("nobody")
    assert is_locked(real)
    assert is_locked(invented)
    main = [response.content.decode().split("<main")[1].split("</main>")[0] for response in (real, invented)]
    assert main[0] == main[1]


@pytest.mark.parametrize("typed", ["qimuge", "QIMUGE", " Qimuge ", "Ｑｉｍｕｇｅ", "Qimu ge", PHONE, "138 1234 5678"])
def test_case_space_width_and_phone_are_no_way_round(editor: User, typed: str) -> None:
    attempt("Qimuge")
    attempt("Qimuge")
    attempt(typed)
    assert is_locked(attempt("Qimuge", PASSWORD))
    assert PHONE not in str(list(AccessAttempt.objects.values()))


def test_another_browser_is_no_way_round_another_address_is_another_person(editor: User, settings) -> None:
    settings.TRUSTED_PROXIES = 1
    for agent in ("a", "b", "c"):
        attempt("Qimuge", **{"User-Agent": agent, "X-Forwarded-For": "203.0.113.5"})
    assert is_locked(attempt("Qimuge", PASSWORD, **{"User-Agent": "d", "X-Forwarded-For": "203.0.113.5"}))
    assert is_locked(attempt("Qimuge", PASSWORD, **{"X-Forwarded-For": "203.0.113.99, 203.0.113.5"}))
    response = attempt("Qimuge", PASSWORD, **{"X-Forwarded-For": "203.0.113.6"})
    assert response.status_code == 302, "a stranger's guesses from elsewhere don't lock the person out"


def test_it_ends_by_itself_and_pressing_again_does_not_prolong_it(editor: User, time: time_machine.Traveller) -> None:
    for _ in range(3):
        attempt("Qimuge")
    for _ in range(5):
        time.shift(dt.timedelta(minutes=5))
        assert "9:30" in attempt("Qimuge").content.decode()
    time.shift(dt.timedelta(minutes=5, seconds=1))
    assert attempt("Qimuge", PASSWORD).status_code == 302


def test_a_right_password_forgives_the_wrong_ones_before(editor: User) -> None:
    for _ in range(3):
        attempt("Qimuge")
        attempt("Qimuge")
        assert attempt("Qimuge", PASSWORD)["Location"] == "/"


def test_a_phone_number_is_as_good_as_a_name(editor: User, client: Client) -> None:
    response = attempt("138-1234 5678", PASSWORD, client=client)
    assert response["Location"] == "/"
    assert client.session["_auth_user_id"] == str(editor.pk)
    unknown = attempt("13900000000").content.decode()
    assert "用户名或密码不对" in unknown
    assert 'value="13900000000"' in unknown, "what was typed stays"


def test_sessions_of_staff_end_the_same_day_those_of_seniors_do_not(editor: User, client: Client, settings) -> None:
    attempt("Qimuge", PASSWORD, client=client, way=DESK)
    assert client.session.get_expiry_age() == settings.STAFF_SESSION_AGE == 12 * 3600
    senior, browser = UserFactory(), Client()
    attempt(senior.username, PASSWORD, client=browser)
    assert browser.session.get_expiry_age() == 180 * 24 * 3600
    senior.groups.add(*editor.groups.all())
    assert browser.get("/admin/").status_code == 200
    assert browser.session.get_expiry_age() == settings.STAFF_SESSION_AGE, "who became staff meanwhile, too"


def test_the_desk_leads_on_to_the_page_that_was_asked_for(editor: User, client: Client) -> None:
    page = client.get("/admin/snippets/courses/course/", follow=True)
    assert page.redirect_chain[-1][0] == "/admin/login/?next=/admin/snippets/courses/course/"
    assert "忘记密码" not in page.content.decode()
    response = client.post(
        page.redirect_chain[-1][0],
        {"username": "Qimuge", "password": PASSWORD, "next": "/admin/snippets/courses/course/"},
    )
    assert response["Location"] == "/admin/snippets/courses/course/"
    away = Client().post(DESK, {"username": "Qimuge", "password": PASSWORD, "next": "//example.org/"})
    assert away["Location"] == "/admin/"


def test_a_colleague_lifts_the_lock(editor: User, client: Client) -> None:
    for _ in range(3):
        attempt("Qimuge")
    attempt("nobody")
    admin = UserFactory(role=Role.ADMIN)
    client.force_login(admin)
    rows = {row.username: row for row in locks_for(admin)}
    assert (rows["qimuge"].locked, rows["nobody"].locked) == (True, False)
    assert rows["qimuge"].ends_at == START + dt.timedelta(minutes=30)
    listed = client.get("/admin/locks/").content.decode()
    assert "已锁定" in listed
    page = client.get(f"/admin/locks/{rows['qimuge'].pk}/").content.decode()
    assert "解除锁定" in page
    client.post(f"/admin/locks/{rows['qimuge'].pk}/")
    assert attempt("Qimuge", PASSWORD).status_code == 302
    assert AuditEntry.objects.get(verb="lock.lifted").actor == admin
    with pytest.raises(Refusal, match="已经过去"):
        lift_lock(actor=admin, attempt=rows["qimuge"])


def test_who_answers_for_nobody_lifts_no_lock(editor: User, client: Client) -> None:
    for _ in range(3):
        attempt("Qimuge")
    officer = UserFactory(role=Role.BANNER)
    client.force_login(officer)
    (row,) = AccessAttempt.objects.all()
    assert "qimuge" not in client.get("/admin/locks/").content.decode()
    assert client.post(f"/admin/locks/{row.pk}/").status_code == 404
    client.force_login(editor)
    assert client.get("/admin/locks/").status_code == 302
