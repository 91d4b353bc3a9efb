"""One's own profile, and what others did with it."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.enums import Circumstance, PersonalDetail
from accounts.models import KioskPin, MemberCard, MemberProfile
from accounts.operations.circumstances import state_circumstance
from accounts.operations.looks import look_at
from tests.accounts.factories import UserFactory
from tests.accounts.member_factories import MemberFactory, clerk_of, give_card
from tests.places.factories import AcademySiteFactory, region

pytestmark = pytest.mark.django_db


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def own_form(**fields) -> dict[str, object]:
    given = {"full_name": "李长顺", "birth_year": "1950", "gender": "male", "region": region("树林召镇").pk}
    return given | {"site": "", "contact_name": "", "contact_phone": "", "consented": "on"} | fields


@pytest.mark.parametrize("path", ["profile/", "profile/looks/", "profile/pin/", "delegations/", "acts/"])
def test_pages_about_oneself_ask_to_sign_in_and_are_kept_by_no_cache(client, path):
    assert client.get(f"/account/{path}")["Location"].startswith("/account/sign-in/")
    response = signed_in(MemberFactory().user).get(f"/account/{path}")
    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]


def test_the_first_time_people_say_who_they_are():
    user = UserFactory(phone="13900001234")
    client = signed_in(user)
    html = client.get("/account/profile/").content.decode()
    assert '<optgroup label="达拉特旗">' in html
    assert client.post("/account/profile/", own_form())["Location"] == "/account/profile/"
    profile = MemberProfile.objects.get(user=user)
    html = client.get("/account/profile/").content.decode()
    assert profile.grouped_number in html
    assert "登记好了" in html
    assert "139****1234" in html
    assert "13900001234" not in html


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"full_name": " "}, "请填姓名"),
        ({"birth_year": "五五年"}, "出生年份要四位数字"),
        ({"birth_year": "1850"}, "出生年份要四位数字"),
        ({"birth_year": "2999"}, "还没有到"),
        ({"gender": "other"}, "请从列表里选性别"),
        ({"region": "999999"}, "请从列表里选住在哪里"),
        ({"region": "x"}, "请从列表里选住在哪里"),
        ({"site": "999999"}, "请从列表里选学堂"),
        ({"contact_name": "王小军"}, "也请填电话"),
        ({"contact_phone": "13800000001"}, "也请填姓名"),
        ({"contact_name": "王小军", "contact_phone": "打儿子电话"}, "电话号码里只能有数字"),
        ({"consented": ""}, "请先读同意书"),
        ({"full_name": "x" * 500}, "40"),
        ({"full_name": "王\x00"}, "空字符"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_kept(fields, words):
    user = UserFactory()
    response = signed_in(user).post("/account/profile/", own_form(**fields))
    assert response.status_code == 422
    html = response.content.decode()
    assert words in html
    assert "错误：登记会员" in html
    assert not MemberProfile.objects.exists()


def test_contact_and_site_are_ones_own_to_change():
    profile, site = MemberFactory(), AcademySiteFactory()
    client = signed_in(profile.user)
    given = {"display_name": "王阿姨", "site": site.pk, "contact_name": "王小红", "contact_phone": "0477 858 0000"}
    client.post("/account/profile/", given | {"full_name": "别人", "birth_year": "1930"})
    profile.refresh_from_db()
    profile.user.refresh_from_db()
    assert (profile.site, profile.contact_name, profile.contact_phone) == (site, "王小红", "04778580000")
    assert profile.user.display_name == "王阿姨"
    # What gives priority is for the counter.
    assert (profile.full_name, profile.birth_year) == ("王秀英", 1955)


def test_who_of_the_staff_looked_is_shown_to_the_person(django_assert_max_num_queries):
    profile = MemberFactory()
    client = signed_in(profile.user)
    assert "还没有人看过" in client.get("/account/profile/looks/").content.decode()
    for name in ("张干事", "李干事"):
        look_at(viewer=clerk_of(region("达拉特旗"), display_name=name), profile=profile, detail=PersonalDetail.CONTACT)
    with django_assert_max_num_queries(9):
        html = client.get("/account/profile/looks/").content.decode()
    assert "<b>李干事</b>看了您的紧急联系人" in html
    assert html.index("李干事") < html.index("张干事")


def test_ones_own_circumstances_are_shown_with_where_they_stand():
    profile = MemberFactory()
    state_circumstance(profile=profile, kind=Circumstance.ALONE, by=profile.user)
    html = signed_in(profile.user).get("/account/profile/").content.decode()
    assert "独居、空巢" in html
    assert "还没有核对证件" in html


def test_a_lost_card_is_stopped_by_oneself_after_one_question():
    profile = MemberFactory()
    client = signed_in(profile.user)
    assert client.get("/account/profile/card-lost/")["Location"] == "/account/profile/"
    give_card(profile.user)
    assert "停用丢了的会员卡" in client.get("/account/profile/card-lost/").content.decode()
    assert MemberCard.objects.get().ended_at is None
    client.post("/account/profile/card-lost/")
    assert MemberCard.objects.get().end == MemberCard.End.LOST
    assert "会员卡已经停用" in client.get("/account/profile/").content.decode()


def test_four_digits_are_typed_twice():
    profile = MemberFactory()
    client = signed_in(profile.user)
    different = client.post("/account/profile/pin/", {"pin": "2580", "again": "2581"})
    assert "两次填的不一样" in different.content.decode()
    weak = client.post("/account/profile/pin/", {"pin": "1234", "again": "1234"})
    assert weak.status_code == 422
    assert "太好猜了" in weak.content.decode()
    assert not KioskPin.objects.exists()
    assert client.post("/account/profile/pin/", {"pin": "2580", "again": "2580"})["Location"] == "/account/profile/"
    assert KioskPin.objects.get().user == profile.user


def test_everyone_can_read_what_they_consent_to(client):
    html = client.get("/account/consent/").content.decode()
    assert "2026-11 版" in html
    assert "谁看过我的资料" in html
