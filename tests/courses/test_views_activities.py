"""活动 as learners and clerks use it: list, coming, scanning, four digits, the screen, the paper list."""

from __future__ import annotations

import datetime as dt
import re

import pytest
import time_machine
from django.urls import reverse

from accounts.enums import Role
from accounts.models import RoleAssignment, User
from courses.enums import ActivityForm, CheckItem, OfferingState, SignMethod
from courses.models import Activity, ActivityCheck, Attendance
from courses.sign_codes import qr_token, spoken_code
from tests.accounts.factories import UserFactory
from tests.courses.factories import (
    SHANGHAI,
    ActivityFactory,
    ActivityPlaceFactory,
    LearningTeamFactory,
    OfferingFactory,
)
from tests.places.factories import AcademySiteFactory, region

pytestmark = pytest.mark.django_db
NINE = dt.datetime(2026, 3, 10, 9, 0, tzinfo=SHANGHAI)


@pytest.fixture(autouse=True)
def _that_morning():
    with time_machine.travel(NINE - dt.timedelta(minutes=10), tick=False):
        yield


@pytest.fixture
def learner(client) -> User:
    user = UserFactory(role=Role.SENIOR)
    client.force_login(user)
    return user


@pytest.fixture
def clerk() -> User:
    user = UserFactory(role=Role.BANNER)
    RoleAssignment.objects.create(
        user=user, role=Role.BANNER, region=region("达拉特旗"), valid_from=dt.date(2026, 1, 1)
    )
    return user


def key_in(html: str) -> str:
    found = re.search(r'name="key" value="(\w+)"', html)
    assert found
    return found[1]


def test_the_list_and_its_filters(client, django_assert_max_num_queries):
    talk = ActivityFactory(title="防诈骗讲座", seats=5)
    ActivityPlaceFactory(activity=talk)
    ActivityFactory(tour=True, region=region("乌审旗"))
    ActivityFactory(draft=True, title="还没定的")
    ActivityFactory(title="上个月的", begins_at=NINE - dt.timedelta(days=30))
    client.get("/courses/activities/")  # content types are remembered from here on
    with django_assert_max_num_queries(9) as few:
        client.get("/courses/activities/")
    ActivityFactory.create_batch(3, title="又一场")
    with django_assert_max_num_queries(len(few)):
        html = client.get("/courses/activities/").content.decode()
    assert "还有 4 个名额" in html
    assert "恩格贝一日游学" in html
    assert "还没定的" not in html
    assert "上个月的" not in html
    for query, seen in (
        ("form=tour", {"恩格贝一日游学"}),
        (f"banner={region('达拉特旗').pk}", {"防诈骗讲座"}),
        ("form=x&banner=x&page=x", {"恩格贝一日游学", "防诈骗讲座"}),
        (f"form=tour&banner={region('达拉特旗').pk}", set()),
    ):
        html = client.get(f"/courses/activities/?{query}").content.decode()
        assert {title for title in ("恩格贝一日游学", "防诈骗讲座") if title in html} == seen, query


def test_what_concerns_only_those_who_come_is_shown_to_them_only(client):
    activity = ActivityFactory(tour=True)
    for item, answer in ((CheckItem.WALKING, "800"), (CheckItem.CONTACT_PHONE, "13900002222")):
        ActivityCheck.objects.create(activity=activity, item=item, answer=answer)
    path = f"/courses/activities/{activity.pk}/"
    html = client.get(path).content.decode()
    assert "800" in html
    assert "13900002222" not in html
    place = ActivityPlaceFactory(activity=activity)
    client.force_login(place.person)
    assert "13900002222" in client.get(path).content.decode()


def test_coming_and_not_coming(client, learner):
    activity = ActivityFactory(tour=True, begins_at=NINE + dt.timedelta(days=1))
    path = f"/courses/activities/{activity.pk}/"
    response = client.post(f"{path}come/", {"relative_name": "儿子", "relative_phone": "12"})
    assert response.status_code == 422
    html = response.content.decode()
    assert "游学要留一位紧急联系人" in html
    assert 'value="儿子"' in html
    assert "<title>错误：" in html
    client.post(f"{path}come/", {"relative_name": "儿子", "relative_phone": "13800001111"})
    html = client.get(path).content.decode()
    assert "报上名了" in html
    assert "您报了名" in html
    assert activity.title in client.get("/account/me/").content.decode()
    client.post(f"{path}stay-away/")
    assert "我要参加" in client.get(path).content.decode()
    assert client.get(f"{path}come/").status_code == 405
    client.logout()
    assert client.post(f"{path}come/").status_code == 302


def test_scan_then_sign_in_to_ones_account_then_press(client):
    place = ActivityPlaceFactory()
    base = f"/courses/activities/{place.activity.pk}/"
    response = client.get(f"{base}scan/{qr_token(place.activity.pk, NINE - dt.timedelta(minutes=10))}/")
    assert response["Location"] == f"{base}sign/"
    assert client.get(f"{base}sign/")["Location"].startswith("/account/sign-in/?next=")
    client.force_login(place.person)  # keeps the session, as signing in does
    client.get(f"{base}scan/{qr_token(place.activity.pk, NINE - dt.timedelta(minutes=10))}/")
    html = client.get(f"{base}sign/").content.decode()
    assert 'name="code"' not in html
    html = client.post(f"{base}sign/", {"way": "in", "key": key_in(html)}, follow=True).content.decode()
    assert "✓ 您 08:50 签到了。" in html
    assert 'name="code"' in html  # leaving asks for a scan or the digits anew
    assert Attendance.objects.get().in_method == SignMethod.QR


def test_a_scan_is_good_for_ten_minutes(client):
    place = ActivityPlaceFactory()
    client.force_login(place.person)
    base = f"/courses/activities/{place.activity.pk}/"
    client.get(f"{base}scan/{qr_token(place.activity.pk, NINE - dt.timedelta(minutes=10))}/")
    with time_machine.travel(NINE + dt.timedelta(minutes=1), tick=False):
        assert 'name="code"' in client.get(f"{base}sign/").content.decode()
        assert client.post(f"{base}sign/", {"way": "in", "key": "k"}).status_code == 422
    assert not Attendance.objects.exists()


@pytest.mark.parametrize("token", ["x", "aaaaaaaaaaaaaaaa", "-"])
def test_a_code_that_is_none_says_so(client, learner, token):
    activity = ActivityFactory()
    response = client.get(f"/courses/activities/{activity.pk}/scan/{token}/")
    assert response.status_code == 422
    assert "请再扫一次屏幕上的码" in response.content.decode()


def test_four_digits_in_and_out(client):
    place = ActivityPlaceFactory()
    client.force_login(place.person)
    path = f"/courses/activities/{place.activity.pk}/sign/"
    html = client.get(path).content.decode()
    given = {"way": "in", "key": key_in(html)}
    response = client.post(path, given | {"code": "abcd"})
    assert "这四个数不对" in response.content.decode()
    code = spoken_code(place.activity.pk, NINE - dt.timedelta(minutes=10))
    client.post(path, given | {"code": code})
    client.post(path, given | {"code": code})
    with time_machine.travel(NINE + dt.timedelta(hours=2), tick=False):
        html = client.get(path).content.decode()
        code = spoken_code(place.activity.pk, NINE + dt.timedelta(hours=2))
        html = client.post(path, {"way": "out", "key": key_in(html), "code": code}, follow=True).content.decode()
    assert "您 11:00 签退了" in html
    row = Attendance.objects.get()
    assert (row.in_method, row.out_method) == (SignMethod.CODE, SignMethod.CODE)


def test_drafts_have_no_door_and_a_cancelled_one_says_why(client, learner):
    draft = ActivityFactory(draft=True)
    for part in ("", "sign/", "scan/abc/"):
        assert client.get(f"/courses/activities/{draft.pk}/{part}").status_code == 404
    activity = ActivityFactory()
    activity.state, activity.cancelled_at, activity.cancelled_reason = OfferingState.CANCELLED, NINE, "沙尘暴"
    activity.save()
    html = client.get(f"/courses/activities/{activity.pk}/").content.decode()
    assert "这个活动已经取消。</b>原因：沙尘暴。" in html
    assert "我要参加" not in html


def test_the_screen_is_for_staff_in_scope_and_freshens_itself(client, learner, clerk):
    activity = ActivityFactory()
    path = f"/courses/activities/{activity.pk}/screen/"
    assert client.get(path).status_code == 404
    client.force_login(clerk)
    html = client.get(path).content.decode()
    moment = NINE - dt.timedelta(minutes=10)
    assert spoken_code(activity.pk, moment) in html
    assert '<meta http-equiv="refresh" content="20">' in html
    assert "<svg" in html
    assert "style=" not in html
    part = client.get(f"{path}?part=1").content.decode()
    assert "<html" not in part
    with time_machine.travel(moment + dt.timedelta(minutes=1), tick=False):
        assert client.get(f"{path}?part=1").content.decode() != part
    client.logout()
    assert client.get(path).status_code == 302


def details(site, **more) -> dict[str, str]:
    given = {"form": "talk", "title": "防诈骗讲座", "site": site.pk, "region": "", "place": "", "seats": "20"}
    given |= {"begins_at": "2026-03-12T09:00", "ends_at": "2026-03-12T11:00", "leader_name": "王芳", "summary": ""}
    return given | more


def test_a_clerk_opens_settles_publishes_and_keys_in(client, clerk):
    client.force_login(clerk)
    client.post("/admin/activities/new/", details(AcademySiteFactory()))
    activity = Activity.objects.get()
    page = f"/admin/activities/{activity.pk}/"
    assert "还不能公布" in client.post(f"{page}publish/", follow=True).content.decode()
    client.post(f"{page}checklist/", {"speaker": "派出所李警官", "sound": "有"})
    client.post(f"{page}publish/")
    activity.refresh_from_db()
    assert activity.state == OfferingState.PUBLISHED
    learner = UserFactory(role=Role.SENIOR, username="wang", display_name="王阿姨")
    assert "没有这个会员号或登录名" in client.post(f"{page}comer/", {"username": "nobody"}).content.decode()
    client.post(f"{page}comer/", {"username": "wang"})
    place = activity.places.get()
    assert (place.person, place.acted_by) == (learner, clerk)
    assert "王阿姨" in client.get(f"{page}paper/").content.decode()
    with time_machine.travel(dt.datetime(2026, 3, 13, 9, 0, tzinfo=SHANGHAI), tick=False):
        client.force_login(clerk)  # a session of staff doesn't last for days
        names = (f"in-{place.pk}", f"out-{place.pk}")
        wrong = client.post(f"{page}keying/", {names[0]: "", names[1]: "2026-03-12T11:00"})
        assert "有签退没有签到" in wrong.content.decode()
        wrong = client.post(f"{page}keying/", {names[0]: "2026-03-12T06:00", names[1]: ""})
        assert "第 1 行的签到时间不在活动时间里" in wrong.content.decode()
        done = client.post(f"{page}keying/", {names[0]: "2026-03-12T09:05", names[1]: "2026-03-12T11:00"}, follow=True)
        assert "录入了 1 人" in done.content.decode()
        assert "09:05（纸质名单）" in client.get(f"{page}keying/").content.decode()
    assert Attendance.objects.get().in_keyed_by == clerk


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"site": ""}, "请选站点，或者选主办地区。"),
        ({"ends_at": "2026-03-12T08:00"}, "结束时间要在开始时间之后。"),
        ({"begins_at": "明天"}, "没有保存"),
        ({"title": ""}, "没有保存"),
    ],
)
def test_a_wrong_form_says_what_to_mend(client, clerk, change, words):
    client.force_login(clerk)
    response = client.post("/admin/activities/new/", details(AcademySiteFactory()) | change)
    assert response.status_code == 422
    assert words in response.content.decode()
    assert not Activity.objects.exists()


def test_clerks_see_their_own_places_only(client, clerk, django_assert_max_num_queries):
    here = ActivityFactory(title="这里的活动")
    there = ActivityFactory(title="那里的活动", site=AcademySiteFactory(region=region("无定河镇")))
    client.force_login(clerk)
    html = client.get("/admin/activities/").content.decode()
    assert here.title in html
    assert there.title not in html
    for part in ("", "change/", "checklist/", "cancel/", "paper/", "keying/", "comer/"):
        assert client.get(f"/admin/activities/{there.pk}/{part}").status_code == 404
        assert client.get(f"/admin/activities/{here.pk}/{part}").status_code == 200
    with django_assert_max_num_queries(60) as few:
        client.get("/admin/activities/")
    for _ in range(4):
        ActivityPlaceFactory()
    with django_assert_max_num_queries(len(few)):
        client.get("/admin/activities/")
    client.force_login(UserFactory(role=Role.SENIOR))
    assert client.get("/admin/activities/").status_code == 302


def test_six_forms_have_a_list_each():
    from courses.checklists import CHECKLISTS

    assert set(CHECKLISTS) == set(ActivityForm.values)
    assert {CheckItem.INSURANCE, CheckItem.CONTACT, CheckItem.WALKING} <= set(CHECKLISTS[ActivityForm.TOUR])


def test_the_page_of_a_site_shows_what_is_on_there(client):
    activity = ActivityFactory(title="剪纸展演", begins_at=NINE + dt.timedelta(days=1))
    site = activity.site
    OfferingFactory(site=site, course__title="八段锦")
    LearningTeamFactory(site=site, name="合唱队")
    OfferingFactory(course__title="别处的课")
    html = client.get(reverse("places:site", args=[site.pk])).content.decode()
    for words in ("剪纸展演", "八段锦", "合唱队"):
        assert words in html
    assert "别处的课" not in html
