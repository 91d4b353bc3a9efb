"""两步登录: asked for whatever way one came, set up once, spare codes used once, taken away by a colleague."""

from __future__ import annotations

import re
import time as clocks

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.test import Client

from accounts.enums import Role
from accounts.models import AuditEntry, User
from accounts.operations.roles import grant_role
from accounts.operations.second_factor import take_away_second_factor
from accounts.queries.roles import Place
from core import clock
from core.errors import Refusal
from tests.accounts.factories import PASSWORD, UserFactory
from tests.accounts.messages import PHONE, last_code
from tests.places.factories import region

pytestmark = pytest.mark.django_db
DESK = "/admin/"
SET_UP, ASK, AGAIN = "/account/two-steps/set-up/", "/account/two-steps/sign-in/", "/account/two-steps/again/"


def code_of(secret: str, *, steps: int = 0) -> str:
    """What the phone shows now, or `steps` half-minutes later."""
    return str(format_hotp_value(hotp_value(secret, int(clocks.time()) // 30 + steps)))


@pytest.fixture(autouse=True)
def _required(settings) -> None:
    settings.STAFF_MFA_REQUIRED = True


@pytest.fixture
def officer() -> User:
    return UserFactory(username="officer", role=Role.BANNER, phone=PHONE)


def enrol(user: User) -> str:
    """As the page does it; the secret on the person's phone."""
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    return secret


def sign_in(client: Client, username: str = "officer", way: str = "/admin/login/"):
    return client.post(way, {"username": username, "password": PASSWORD, "next": DESK})


def test_an_officer_sets_it_up_before_the_desk_opens(officer: User, client: Client) -> None:
    assert sign_in(client)["Location"] == DESK
    assert client.get(DESK)["Location"] == f"{SET_UP}?next=%2Fadmin%2F"
    page = client.get(SET_UP)
    html = page.content.decode()
    assert "data:image/svg+xml;base64," in html
    assert "no-store" in page["Cache-Control"]
    secret = client.session["mfa.totp.secret"]
    assert secret[:4] in html
    wrong = client.post(SET_UP, {"code": "000000"}).content.decode()
    assert "动态码不对" in wrong
    assert client.session["mfa.totp.secret"] == secret, "the phone need not scan again"
    response = client.post(SET_UP, {"code": code_of(secret)})
    assert response["Location"] == "/account/two-steps/spare/"
    spare = client.get(response["Location"]).content.decode()
    assert len(re.findall(r"<li>\s*\d{8}\s*</li>", spare)) == 10
    assert client.get(DESK).status_code == 200
    stored = Authenticator.objects.get(type="totp").data["secret"]
    assert secret not in stored, "sealed in the database"
    assert AuditEntry.objects.get(verb="factor.on").actor == officer


def test_from_then_on_the_password_alone_opens_nothing(officer: User, client: Client) -> None:
    secret = enrol(officer)
    assert sign_in(client)["Location"] == ASK
    assert "_auth_user_id" not in client.session
    assert client.get(DESK)["Location"].startswith("/admin/login/")
    wrong = client.post(ASK, {"code": "000000"})
    assert wrong.status_code == 422
    assert "动态码不对" in wrong.content.decode()
    before = client.session.session_key
    digits = code_of(secret)
    assert client.post(ASK, {"code": digits})["Location"] == DESK
    assert client.session.session_key != before
    assert client.get(DESK).status_code == 200
    replay = Client()
    sign_in(replay)
    assert "动态码不对" in replay.post(ASK, {"code": digits}).content.decode(), "a code is good once"


@pytest.mark.parametrize("way", ["/account/sign-in/password/", "/admin/login/"])
def test_both_doors_ask(officer: User, client: Client, way: str) -> None:
    enrol(officer)
    assert sign_in(client, way=way)["Location"] == ASK


def test_choosing_a_new_password_by_phone_does_not_leave_it_out(officer: User, client: Client) -> None:
    enrol(officer)
    page = client.post("/account/sign-in/", {"phone": PHONE, "next": DESK})["Location"]
    choose = client.post(page, {"code": last_code()})["Location"]
    response = client.post(choose, {"password": "草原-long-2026", "again": "草原-long-2026"})
    assert response["Location"] == ASK
    assert "_auth_user_id" not in client.session


def test_a_session_that_came_another_way_is_asked_at_the_desk(officer: User, client: Client) -> None:
    secret = enrol(officer)
    client.force_login(officer)
    asked = client.get("/admin/roles/")["Location"]
    assert asked == f"{AGAIN}?next=%2Fadmin%2Froles%2F"
    assert client.get(asked).status_code == 200
    assert "动态码不对" in client.post(asked, {"code": "000000", "next": "/admin/roles/"}).content.decode()
    assert client.post(asked, {"code": code_of(secret), "next": "/admin/roles/"})["Location"] == "/admin/roles/"
    assert client.get("/admin/roles/").status_code == 200


def test_half_a_minute_either_way_is_forgiven_and_no_more(officer: User, client: Client) -> None:
    secret = enrol(officer)
    with time_machine.travel(clock.now(), tick=False):
        for steps, fine in ((2, False), (-2, False), (1, True)):
            sign_in(client)
            response = client.post(ASK, {"code": code_of(secret, steps=steps)})
            assert (response.status_code == 302) is fine, steps


def test_guesses_are_limited_and_not_by_the_session(officer: User) -> None:
    secret = enrol(officer)
    for _ in range(5):
        stranger = Client()
        sign_in(stranger)
        stranger.post(ASK, {"code": "000000"})
    stranger = Client()
    sign_in(stranger)
    assert "试的次数太多" in stranger.post(ASK, {"code": code_of(secret)}).content.decode()


def test_a_spare_code_is_good_once(officer: User, client: Client) -> None:
    enrol(officer)
    spare = RecoveryCodes.activate(officer).get_unused_codes()[0]
    sign_in(client)
    assert client.post(ASK, {"code": spare})["Location"] == DESK
    again = Client()
    sign_in(again)
    assert again.post(ASK, {"code": spare}).status_code == 422


def test_the_step_between_is_bound_to_its_session_and_its_time(officer: User, client: Client) -> None:
    secret = enrol(officer)
    assert client.get(ASK)["Location"] == "/account/login/"
    assert client.get("/account/login/", follow=True).redirect_chain[-1][0] == "/account/sign-in/"
    with time_machine.travel(clock.now(), tick=False) as traveller:
        sign_in(client)
        traveller.shift(16 * 60)
        assert client.post(ASK, {"code": code_of(secret)})["Location"] == "/account/login/"
    assert "_auth_user_id" not in client.session


def test_it_cannot_be_turned_off_where_it_is_required(officer: User, client: Client) -> None:
    secret = enrol(officer)
    sign_in(client)
    client.post(ASK, {"code": code_of(secret)})
    assert "关闭两步登录" not in client.get("/account/two-steps/").content.decode()
    off = "/account/two-steps/turn-off/"
    assert "不能关闭" in client.get(off).content.decode()
    client.post(off)
    assert Authenticator.objects.filter(user=officer).exists()


def test_who_need_not_have_it_turns_it_on_and_off(client: Client) -> None:
    editor = UserFactory(username="editor", role=Role.EDITOR)
    sign_in(client, "editor")
    assert client.get(DESK).status_code == 200
    assert "还没有开通" in client.get("/account/two-steps/").content.decode()
    client.get(SET_UP)
    client.post(SET_UP, {"code": code_of(client.session["mfa.totp.secret"])})
    assert "已经开通" in client.get("/account/two-steps/").content.decode()
    first = Authenticator.objects.get(type="recovery_codes").data
    client.post("/account/two-steps/spare/new/")
    assert Authenticator.objects.get(type="recovery_codes").data != first
    client.post("/account/two-steps/turn-off/")
    assert not Authenticator.objects.filter(user=editor).exists()
    assert [entry.verb for entry in AuditEntry.objects.order_by("pk")] == ["factor.on", "factor.off"]


def test_a_stale_session_types_the_password_again(client: Client) -> None:
    UserFactory(username="editor", role=Role.EDITOR)
    with time_machine.travel(clock.now(), tick=False) as traveller:
        sign_in(client, "editor")
        traveller.shift(400)
        asked = client.get(SET_UP)["Location"]
        assert asked.startswith("/account/password-again/")
        assert "密码不对" in client.post(asked, {"password": "wrong"}).content.decode()
        assert client.post(asked, {"password": PASSWORD})["Location"] == SET_UP
        assert client.get(SET_UP).status_code == 200
    assert Client().get("/account/password-again/")["Location"].startswith("/account/sign-in/")
    assert Client().get(SET_UP).status_code == 302


def test_off_by_setting_the_demo_accounts_still_work(officer: User, client: Client, settings) -> None:
    settings.STAFF_MFA_REQUIRED = False
    sign_in(client)
    assert client.get(DESK).status_code == 200


def test_an_administrator_takes_it_away_from_who_lost_the_phone(officer: User, client: Client) -> None:
    enrol(officer)
    admin = UserFactory(role=Role.ADMIN)
    with pytest.raises(Refusal, match="自己"):
        take_away_second_factor(actor=admin, user=admin)
    outsider = UserFactory(role=Role.BANNER)
    with pytest.raises(Refusal, match="不归您管"):
        take_away_second_factor(actor=outsider, user=officer)
    take_away_second_factor(actor=admin, user=officer)
    assert AuditEntry.objects.get(verb="factor.taken").object_id == str(officer.pk)
    with pytest.raises(Refusal, match="没有开通"):
        take_away_second_factor(actor=admin, user=officer)
    sign_in(client)
    assert client.get(DESK)["Location"].startswith(SET_UP)


def test_the_city_office_sees_second_factors_of_its_banners(officer: User, client: Client, settings) -> None:
    settings.STAFF_MFA_REQUIRED = False
    admin, city = UserFactory(role=Role.ADMIN), UserFactory()
    today = clock.today()
    grant_role(actor=admin, user=city, role=Role.CITY, place=Place(region=region("鄂尔多斯市")), valid_from=today)
    grant_role(actor=city, user=officer, role=Role.BANNER, place=Place(region=region("达拉特旗")), valid_from=today)
    enrol(officer)
    row = Authenticator.objects.get()
    client.force_login(city)
    assert officer.display_name in client.get("/admin/factors/").content.decode()
    client.post(f"/admin/factors/{row.pk}/")
    assert not Authenticator.objects.exists()
