"""A browser that many people use: signing in, leaving nothing, two idle minutes."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.test import Client

from accounts.enums import Role
from accounts.kiosk import COOKIE, IDLE
from accounts.models import Kiosk
from accounts.operations.cards import report_card_lost
from accounts.operations.kiosks import close_kiosk, set_pin
from tests.accounts.factories import PASSWORD, UserFactory
from tests.accounts.member_factories import (
    KioskFactory,
    MemberFactory,
    at_kiosk,
    clerk_of,
    cookie_of,
    give_card,
)
from tests.places.factories import AcademySiteFactory, region

pytestmark = pytest.mark.django_db
START = "/account/kiosk/"


@pytest.fixture
def kiosk() -> Kiosk:
    return KioskFactory()


def scan(client: Client, code: str):
    return client.post(START, {"card": code})


def is_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_a_card_opens_the_persons_own_page_and_the_browser_keeps_nothing(kiosk):
    client, profile = at_kiosk(kiosk), MemberFactory()
    assert "请扫会员卡" in client.get(START).content.decode()
    response = scan(client, give_card(profile.user))
    assert response["Location"] == "/account/me/"
    page = client.get("/account/me/")
    assert page["Cache-Control"] == "no-store"
    html = page.content.decode()
    assert "王秀英" in html
    assert "用完了，退出" in html
    assert client.session.get_expire_at_browser_close()


@pytest.mark.parametrize("path", ["/account/me/", "/account/profile/", "/courses/", "/nowhere/"])
def test_every_page_of_a_kiosk_has_the_way_out_and_is_not_stored(kiosk, path):
    client = at_kiosk(kiosk)
    scan(client, give_card(MemberFactory().user))
    response = client.get(path)
    assert response["Cache-Control"] == "no-store"
    assert 'action="/account/kiosk/out/"' in response.content.decode()


def test_leaving_clears_the_browser_and_the_next_person_sees_nothing(kiosk):
    client = at_kiosk(kiosk)
    client.cookies["text_size"] = "huge"
    scan(client, give_card(MemberFactory().user))
    response = client.post("/account/kiosk/out/")
    assert response["Location"] == START
    assert response["Clear-Site-Data"] == '"cache", "storage"'
    assert (client.cookies["text_size"].value, client.cookies["messages"].value) == ("", "")
    assert not is_in(client)
    # The last one's page, asked for again with the back button, doesn't even say its address.
    back = client.get("/account/profile/looks/")
    assert back["Location"] == START
    assert "王秀英" not in client.get(START).content.decode()


def test_the_ordinary_way_out_leads_to_the_start_page_too(kiosk):
    client = at_kiosk(kiosk)
    scan(client, give_card(MemberFactory().user))
    response = client.post("/account/sign-out/")
    assert (response["Location"], response["Clear-Site-Data"]) == (START, '"cache", "storage"')


def test_two_idle_minutes_sign_out_whatever_the_page_does(kiosk):
    client = at_kiosk(kiosk)
    with time_machine.travel("2026-03-02 09:00:00+08:00", tick=False) as hand:
        scan(client, give_card(MemberFactory().user))
        hand.shift(dt.timedelta(seconds=IDLE - 1))
        assert client.get("/account/me/").status_code == 200
        hand.shift(dt.timedelta(seconds=IDLE - 1))
        assert client.get("/account/me/").status_code == 200
        hand.shift(dt.timedelta(seconds=IDLE))
        response = client.get("/account/me/")
    assert (response["Location"], response["Clear-Site-Data"]) == (START, '"cache", "storage"')
    assert not is_in(client)


def test_what_a_page_asks_for_by_itself_is_no_sign_of_life_but_a_playing_video_is(kiosk):
    client = at_kiosk(kiosk)
    own = {"Sec-Fetch-Mode": "cors", "Accept": "application/json"}
    with time_machine.travel("2026-03-02 09:00:00+08:00", tick=False) as hand:
        scan(client, give_card(MemberFactory().user))
        client.get("/account/me/")
        for _ in range(3):
            hand.shift(dt.timedelta(seconds=35))
            client.get("/courses/making/", headers=own)
        client.get("/media/x/nothing.m4s", headers=own)
        hand.shift(dt.timedelta(seconds=IDLE - 10))
        assert client.post("/account/kiosk/keep/", headers=own).status_code == 204
        for _ in range(5):
            hand.shift(dt.timedelta(seconds=30))
            client.get("/courses/making/", headers=own)
        assert not is_in(client)
        assert client.post("/account/kiosk/keep/", headers=own).status_code == 403


def test_a_closed_kiosk_signs_out_and_is_an_ordinary_browser_again(kiosk):
    client = at_kiosk(kiosk)
    scan(client, give_card(MemberFactory().user))
    close_kiosk(kiosk=kiosk, by=clerk_of(kiosk.site))
    response = client.get("/account/me/")
    assert response["Location"].startswith("/account/sign-in/")
    assert client.cookies[COOKIE].value == ""
    assert not is_in(client)
    assert client.get(START).status_code == 403


def test_a_session_taken_away_from_the_kiosk_is_worth_nothing(kiosk):
    client = at_kiosk(kiosk)
    scan(client, give_card(MemberFactory().user))
    del client.cookies[COOKIE]
    assert client.get("/account/me/")["Location"].startswith("/account/sign-in/")
    assert not is_in(client)


@pytest.mark.parametrize("value", ["", "x", "00000000-0000-0000-0000-000000000000", "x:y:z", "ü"])
def test_a_cookie_that_was_made_up_makes_no_kiosk(kiosk, value):
    client = Client()
    client.cookies[COOKIE] = value
    assert client.get(START).status_code == 403
    client.cookies[COOKIE] = cookie_of(kiosk)[:-1]
    assert client.get(START).status_code == 403
    assert scan(client, give_card(MemberFactory().user)).status_code == 403
    assert not is_in(client)


def test_cards_that_open_nothing_say_why_and_are_not_repeated(kiosk):
    client, profile = at_kiosk(kiosk), MemberFactory()
    code = give_card(profile.user)
    report_card_lost(profile=profile, by=profile.user)
    response = scan(client, code)
    assert response.status_code == 422
    html = response.content.decode()
    assert "已经挂失" in html
    assert code not in html
    for broken in ("", "<script>", "\x00", "9" * 5000):
        assert scan(client, broken).status_code == 422
    assert not is_in(client)


def test_a_member_number_typed_in_the_field_leads_to_the_digits(kiosk):
    client, profile = at_kiosk(kiosk), MemberFactory()
    set_pin(profile=profile, pin="2580", by=profile.user)
    html = scan(client, profile.grouped_number).content.decode()
    assert "四位数字密码" in html
    assert f'value="{profile.grouped_number}"' in html
    wrong = client.post("/account/kiosk/number/", {"number": profile.number, "pin": "1111"})
    assert wrong.status_code == 422
    assert "会员号或数字密码不对" in wrong.content.decode()
    assert "1111" not in wrong.content.decode()
    right = client.post("/account/kiosk/number/", {"number": profile.number, "pin": "2580"})
    assert right["Location"] == "/account/me/"
    assert is_in(client)


def test_digits_and_cards_open_nothing_in_an_ordinary_browser(client):
    profile = MemberFactory()
    set_pin(profile=profile, pin="2580", by=profile.user)
    assert client.post("/account/kiosk/number/", {"number": profile.number, "pin": "2580"})["Location"] == START
    assert scan(client, give_card(profile.user)).status_code == 403
    assert not is_in(client)


def test_whoever_signs_in_by_password_at_a_kiosk_is_bound_to_its_rules(kiosk):
    client = at_kiosk(kiosk)
    UserFactory(username="wang")
    with time_machine.travel("2026-03-02 09:00:00+08:00", tick=False) as hand:
        client.post("/account/sign-in/password/", {"username": "wang", "password": PASSWORD})
        assert is_in(client)
        assert client.session.get_expire_at_browser_close()
        hand.shift(dt.timedelta(seconds=IDLE))
        assert client.get("/account/me/")["Location"] == START


def test_the_desk_stays_shut_at_a_kiosk(kiosk):
    client = at_kiosk(kiosk)
    admin = UserFactory(username="li", is_superuser=True)
    client.force_login(admin)
    client.cookies[COOKIE] = cookie_of(kiosk)
    assert client.get("/admin/members/")["Location"] == START
    assert not is_in(client)


def test_the_next_card_starts_with_an_empty_session(kiosk):
    client = at_kiosk(kiosk)
    scan(client, give_card(MemberFactory().user))
    session = client.session
    session["kept"] = "secret"
    session.save()
    old = session.session_key
    client.post("/account/kiosk/out/")
    scan(client, give_card(MemberFactory(full_name="李长顺").user))
    assert client.session.session_key != old
    assert "kept" not in client.session


def test_site_staff_turn_the_screen_back_and_are_not_signed_in(kiosk):
    client = at_kiosk(kiosk)
    clerk = clerk_of(kiosk.site, username="zhang")
    clerk_of(AcademySiteFactory(region=region("乌审旗")), username="other")
    wrong = client.post("/account/kiosk/close/", {"username": "zhang", "password": "x"})
    assert wrong.status_code == 422
    foreign = client.post("/account/kiosk/close/", {"username": "other", "password": PASSWORD})
    assert "不归您负责" in foreign.content.decode()
    assert client.post("/account/kiosk/close/", {"username": "zhang", "password": PASSWORD})["Location"] == START
    kiosk.refresh_from_db()
    assert kiosk.closed_by == clerk
    assert not is_in(client)
    assert client.get(START).status_code == 403


def test_staff_make_this_browser_a_kiosk_and_are_signed_out(client):
    site = AcademySiteFactory()
    client.force_login(clerk_of(site))
    assert "设成共用屏" in client.get("/admin/kiosks/new/").content.decode()
    response = client.post("/admin/kiosks/new/", {"site": site.pk, "name": "大厅左边"})
    assert response["Location"] == START
    assert not is_in(client)
    assert "请扫会员卡" in client.get(START).content.decode()
    other = Client()
    other.force_login(clerk_of(site))
    html = other.get("/admin/kiosks/").content.decode()
    assert "大厅左边" in html
    kiosk = Kiosk.objects.get()
    assert "停用" in other.get(f"/admin/kiosks/{kiosk.pk}/close/").content.decode()
    other.post(f"/admin/kiosks/{kiosk.pk}/close/")
    assert client.get(START).status_code == 403


def test_staff_of_another_site_see_and_close_nothing(client):
    kiosk = KioskFactory(name="别人的屏")
    client.force_login(clerk_of(AcademySiteFactory()))
    assert "别人的屏" not in client.get("/admin/kiosks/").content.decode()
    assert client.post(f"/admin/kiosks/{kiosk.pk}/close/").status_code == 404
    assert client.post("/admin/kiosks/new/", {"site": kiosk.site_id, "name": "x"}).status_code == 422
    teacher = UserFactory(role=Role.TEACHER)
    client.force_login(teacher)
    assert client.get("/admin/kiosks/").status_code == 302
