"""The way in with a phone, in a browser that keeps cookies and runs no script."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator

import pytest
import time_machine
from django.test import Client

from accounts.enums import Role, SmsState
from accounts.models import SignInCode, SmsMessage, User
from accounts.operations.sms import send_message
from tests.accounts.factories import PASSWORD, UserFactory
from tests.accounts.messages import OTHER, PHONE, last_code, sent_to, wrong
from tests.conftest import Nudge

pytestmark = pytest.mark.django_db
START = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC)
FIRST = "/account/sign-in/"


@pytest.fixture(autouse=True)
def time() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


def ask(client: Client, phone: str = PHONE, **data: str) -> str:
    """Fill in the first page; the address of the second."""
    response = client.post(FIRST, {"phone": phone, **data})
    assert response.status_code == 302, response.content.decode()
    return str(response["Location"])


def test_a_senior_comes_back_to_the_lesson(client: Client) -> None:
    person = UserFactory(phone=PHONE)
    page = ask(client, "+86 138-1234-5678", next="/courses/x/1/")
    assert "138****5678" in client.get(page).content.decode()
    before = client.session.session_key
    response = client.post(page, {"code": f" {last_code()[:3]} {last_code()[3:]} "})
    assert response["Location"] == "/courses/x/1/"
    assert client.session["_auth_user_id"] == str(person.pk)
    assert client.session.session_key != before, "a session known before signing in opens nothing afterwards"
    assert "codes" not in client.session
    assert client.session.get_expiry_age() == 180 * 24 * 3600


def test_a_new_person_is_asked_how_to_be_called_and_is_in(client: Client) -> None:
    page = ask(client, next="/courses/")
    name_page = client.post(page, {"code": last_code()})["Location"]
    assert name_page.endswith("/name/")
    empty = client.post(name_page, {"display_name": " "})
    assert empty.status_code == 422
    assert "请填一个称呼" in empty.content.decode()
    assert client.get(page)["Location"] == name_page, "the page of the code leads on"
    response = client.post(name_page, {"display_name": "王阿姨"})
    assert response["Location"] == "/courses/"
    person = User.objects.get(phone=PHONE)
    assert client.session["_auth_user_id"] == str(person.pk)
    assert "王阿姨" in client.get("/account/me/").content.decode()
    assert "138****5678" in client.get("/account/me/").content.decode()


def test_no_address_page_or_cookie_holds_the_number_or_the_code(client: Client) -> None:
    page = ask(client)
    name_page = client.post(page, {"code": last_code()})["Location"]
    html = client.get(name_page).content.decode()
    for text in (page, name_page, html, str(client.cookies), str(dict(client.session.items()))):
        assert PHONE not in text
        assert last_code() not in text


def test_known_and_unknown_numbers_get_the_same_answer(client: Client) -> None:
    UserFactory(phone=PHONE)
    UserFactory(phone="13700000000", is_active=False)
    pages = []
    for phone in (PHONE, OTHER, "13700000000"):
        stranger = Client()
        response = stranger.post(FIRST, {"phone": phone})
        html = stranger.get(response["Location"]).content.decode()
        code = SignInCode.objects.order_by("-created_at", "-number").first()
        assert code is not None
        masked = f"{phone[:3]}****{phone[-4:]}"
        token = html.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
        pages.append(html.replace(masked, "M").replace(response["Location"].split("/")[-2], "ID").replace(token, "T"))
    strip = [page.split("<main")[1].split("</main>")[0] for page in pages]
    assert strip[0].count("ID") == strip[1].count("ID") > 0
    assert len({page.split("<form")[0] for page in strip}) == 1
    assert SmsMessage.objects.count() == 3


@pytest.mark.parametrize("typed", ["", "138", "١٣٨١٢٣٤٥٦٧٨", "<script>", "x" * 5000, "13812345678\n13912345678"])
def test_what_is_no_number_is_kept_and_explained(client: Client, typed: str) -> None:
    response = client.post(FIRST, {"phone": typed})
    html = response.content.decode()
    assert response.status_code == 422
    assert "11 位" in html
    assert "<script>" not in html.split("<main")[1]
    assert html.count('aria-describedby="id_phone_error"') == 1
    if typed == "138":
        assert 'value="138"' in html
    assert not SmsMessage.objects.exists()


def test_a_wrong_code_is_kept_and_explained_and_the_right_one_still_opens(client: Client) -> None:
    UserFactory(phone=PHONE)
    page = ask(client)
    typed = wrong(last_code())
    response = client.post(page, {"code": typed})
    html = response.content.decode()
    assert response.status_code == 422
    assert "验证码不对" in html
    assert f'value="{typed}"' in html
    assert 'autocomplete="one-time-code"' in html
    assert 'inputmode="numeric"' in html
    assert client.post(page, {"code": last_code()}).status_code == 302


def test_a_page_of_another_session_is_nobody_elses(client: Client) -> None:
    UserFactory(phone=PHONE)
    page = ask(client)
    stranger = Client()
    assert stranger.get(page)["Location"] == FIRST
    assert stranger.post(page, {"code": last_code()})["Location"] == FIRST
    assert stranger.post(f"{page}again/")["Location"] == FIRST
    assert stranger.get(f"{page}state/").status_code == 404
    assert "_auth_user_id" not in stranger.session
    assert client.get(f"/account/sign-in/code/{uuid.uuid4()}/")["Location"] == FIRST
    assert client.post(f"{page}name/", {"display_name": "x"})["Location"] == FIRST, "the code was never proven"
    assert not User.objects.filter(display_name="x").exists()


def test_a_used_code_opens_nothing_a_second_time(client: Client) -> None:
    UserFactory(phone=PHONE)
    page = ask(client)
    digits = last_code()
    client.post(page, {"code": digits})
    client.post("/account/sign-out/")
    assert client.post(page, {"code": digits})["Location"] == FIRST
    assert "_auth_user_id" not in client.session


def test_two_tabs_with_two_numbers_do_not_mix(client: Client) -> None:
    mine, theirs = UserFactory(phone=PHONE), UserFactory(phone=OTHER)
    first, second = ask(client, next="/courses/"), ask(client, OTHER, next="/stories/")
    other = Client()
    other.cookies = client.cookies
    if last_code() != last_code(OTHER):
        assert client.post(first, {"code": last_code(OTHER)}).status_code == 422
    response = client.post(first, {"code": last_code()})
    assert response["Location"] == "/courses/"
    assert client.session["_auth_user_id"] == str(mine.pk)
    assert client.get(second)["Location"] == "/", "signed in already"
    assert theirs.pk != mine.pk


def test_pressing_twice_leads_to_the_same_page_and_sends_one_message(client: Client) -> None:
    page = ask(client)
    assert ask(client) == page
    assert "刚才已经" in client.get(page).content.decode()
    assert "刚才已经" not in client.get(page).content.decode(), "said once"
    assert len(sent_to()) == 1
    stranger = Client().post(FIRST, {"phone": PHONE})
    assert stranger.status_code == 422
    assert "刚才已经" in stranger.content.decode()
    assert f'value="{PHONE}"' in stranger.content.decode()


def test_again_after_a_minute_and_either_message_is_good(client: Client, time: time_machine.Traveller) -> None:
    UserFactory(phone=PHONE)
    page = ask(client, next="/courses/")
    early = last_code()
    client.post(f"{page}again/")
    assert "过一分钟" in client.get(page).content.decode()
    time.shift(61)
    second = client.post(f"{page}again/")["Location"]
    assert second != page
    assert "又发了一次" in client.get(second).content.decode()
    assert client.post(second, {"code": early})["Location"] == "/courses/"


def test_the_page_outlives_a_look_at_the_messages(client: Client, time: time_machine.Traveller) -> None:
    UserFactory(phone=PHONE)
    page = ask(client)
    digits = last_code()
    time.shift(dt.timedelta(minutes=9))
    assert client.get(page).status_code == 200
    assert client.post(page, {"code": digits}).status_code == 302


def test_an_expired_code_says_so_and_offers_another(client: Client, time: time_machine.Traveller) -> None:
    page = ask(client)
    digits = last_code()
    time.shift(dt.timedelta(minutes=11))
    html = client.post(page, {"code": digits}).content.decode()
    assert "过了 10 分钟" in html
    assert f'action="{page}again/"' in html


@pytest.mark.parametrize(
    "target",
    ["https://example.org/", "//example.org/", "/\\example.org/", "javascript:alert(1)", "http:///example.org",
     "\thttps://example.org", "https:example.org", "///example.org", "/%0d%0aSet-Cookie:x=1\r\nX: y"],
)  # fmt: skip
def test_no_target_leads_away(client: Client, target: str) -> None:
    UserFactory(phone=PHONE)
    page = client.get(FIRST, {"next": target}).content.decode()
    assert "example.org" not in page.split("<main")[1].split("</main>")[0]
    code_page = ask(client, next=target)
    response = client.post(code_page, {"code": last_code()})
    assert "example.org" not in response["Location"]
    assert response["Location"].startswith("/")
    assert client.get(FIRST, {"next": target})["Location"].startswith("/")
    for way in ("/account/sign-in/password/",):
        stranger = Client()
        user = UserFactory()
        location = stranger.post(way, {"username": user.username, "password": PASSWORD, "next": target})["Location"]
        assert "example.org" not in location


def test_a_closed_account_is_told_so_only_after_the_code(client: Client) -> None:
    UserFactory(phone=PHONE, is_active=False)
    page = ask(client)
    response = client.post(page, {"code": last_code()}, follow=True)
    assert "这个账号停用了" in response.content.decode()
    assert "_auth_user_id" not in client.session


def test_staff_choose_a_password_and_are_in(client: Client) -> None:
    officer = UserFactory(phone=PHONE, role=Role.EDITOR)
    page = ask(client, next="/admin/")
    choose = client.post(page, {"code": last_code()})["Location"]
    assert choose.endswith("/password/")
    assert "_auth_user_id" not in client.session
    for first, second, words in (("kurz12", "kurz12", "太短"), ("a-long-one-2026", "another-one-2026", "不一样")):
        response = client.post(choose, {"password": first, "again": second})
        assert response.status_code == 422
        assert words in response.content.decode()
        assert first not in response.content.decode()
    assert client.post(choose, {"password": "草原-long-2026", "again": "草原-long-2026"})["Location"] == "/admin/"
    assert client.session["_auth_user_id"] == str(officer.pk)
    assert client.session.get_expiry_age() == 12 * 3600


def test_what_became_of_the_message_is_said_plainly(
    client: Client, time: time_machine.Traveller, nudges: list[Nudge], django_capture_on_commit_callbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        page = ask(client)
    (message,) = sent_to()
    assert nudges == [Nudge("accounts.send_message", "quick", {"message_id": message.pk})]
    assert client.get(f"{page}state/").json()["settled"] is False
    assert "正在发" in client.get(page).content.decode()
    time.shift(30)
    assert client.get(f"{page}state/").json()["trouble"] is True
    send_message(message_id=message.pk)
    assert client.get(f"{page}state/").json() == {
        "sentence": "短信已经发出，请看一下手机。",
        "settled": True,
        "trouble": False,
    }
    SmsMessage.objects.update(state=SmsState.FAILED)
    assert "不是您填错了" in client.get(page).content.decode()


def test_a_session_remembers_a_handful_of_codes(client: Client) -> None:
    pages = [ask(client, f"139{number:08}") for number in range(8)]
    assert client.get(pages[0])["Location"] == FIRST
    assert client.get(pages[-1]).status_code == 200


def test_forged_requests_are_refused() -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(FIRST, {"phone": PHONE}).status_code == 403
    assert not SmsMessage.objects.exists()


def test_limits_believe_only_our_own_proxy(client: Client, settings) -> None:
    settings.SIGN_IN_CODES_A_NETWORK_AN_HOUR = 2
    for number in range(2):
        client.post(FIRST, {"phone": f"139{number:08}"}, headers={"X-Forwarded-For": f"203.0.113.{number}"})
    blocked = client.post(FIRST, {"phone": PHONE}, headers={"X-Forwarded-For": "203.0.113.77"})
    assert "这个网络" in blocked.content.decode()
    settings.TRUSTED_PROXIES = 1
    assert client.post(FIRST, {"phone": PHONE}, headers={"X-Forwarded-For": "9.9.9.9, 203.0.113.78"}).status_code == 302
    code = SignInCode.objects.get(network="203.0.113.78")
    assert code.number == 1
    client.post(FIRST, {"phone": OTHER}, headers={"X-Forwarded-For": "2001:db8:1:2:3:4:5:6"})
    assert SignInCode.objects.filter(network="2001:db8:1:2::").exists()


def test_the_service_phone_and_the_site_are_offered_on_both_pages(client: Client, settings) -> None:
    settings.SERVICE_PHONE = "0477-123-4567"
    page = ask(client)
    for html in (Client().get(FIRST).content.decode(), client.get(page).content.decode()):
        main = html.split("<main")[1].split("</main>")[0]
        assert "tel:0477-123-4567" in main
        assert "学堂站点" in main
    assert "没有收到？" in client.get(page).content.decode()
