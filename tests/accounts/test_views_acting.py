"""Acting for somebody: the switch, the banner, and every way in which it must not work."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
import time_machine
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import include, path
from django.views.decorators.http import require_POST

from accounts.acting import acting_of
from accounts.enums import DelegatedScope, Role
from accounts.models import DelegatedAct, Delegation
from accounts.operations.acts import record_act
from accounts.operations.delegations import end_delegation
from core import clock
from courses.models import WatchPosition
from tests.accounts.factories import UserFactory
from tests.accounts.member_factories import MemberFactory, clerk_of, delegate_to
from tests.courses.factories import LessonFactory
from tests.media_pipeline.factories import MediaAssetFactory, SourceFactory
from tests.places.factories import region

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]
ENROL, LEARN, PROFILE = DelegatedScope.ENROL, DelegatedScope.LEARN, DelegatedScope.PROFILE


@login_required
@require_POST
def enrol(request: HttpRequest) -> HttpResponse:
    """What a room above does: asks for whom, writes, records."""
    acting = acting_of(request, ENROL)
    record_act(acting=acting, what="报名《太极拳》")
    return HttpResponse(str(acting.person.pk))


@login_required
@require_POST
def own_matter(request: HttpRequest) -> HttpResponse:
    return HttpResponse(str(acting_of(request).person.pk))


urlpatterns = [path("test/enrol/", enrol), path("test/own/", own_matter), path("", include("config.urls"))]


@pytest.fixture
def senior():
    return MemberFactory(full_name="王秀英").user


@pytest.fixture
def son():
    return UserFactory(display_name="王小军")


@pytest.fixture
def his(son) -> Iterator[Client]:
    """The son's browser."""
    client = Client(headers={"accept": "text/html"})
    client.force_login(son)
    return client


def switch(client: Client, delegation: Delegation) -> HttpResponse:
    return client.post(f"/account/delegations/{delegation.pk}/act/")


def test_what_is_done_for_the_senior_is_the_seniors_and_says_who_did_it(his, senior, son):
    assert his.post("/test/enrol/").content.decode() == str(son.pk)
    assert not DelegatedAct.objects.exists()
    delegation = delegate_to(son, senior, [ENROL])
    assert switch(his, delegation)["Location"] == "/account/me/"
    assert his.post("/test/enrol/").content.decode() == str(senior.pk)
    act = DelegatedAct.objects.get()
    assert (act.person, act.by, act.delegation, act.what) == (senior, son, delegation, "报名《太极拳》")
    hers = Client()
    hers.force_login(senior)
    html = hers.get("/account/acts/").content.decode()
    assert "王小军" in html
    assert "报名《太极拳》" in html


@pytest.mark.parametrize("page", ["/", "/courses/", "/account/me/", "/accessibility/", "/nowhere/"])
def test_the_banner_is_on_every_page_until_one_goes_back(his, senior, son, page):
    switch(his, delegate_to(son, senior, [ENROL]))
    html = his.get(page).content.decode()
    assert "您正在替王秀英办事" in html
    assert "报名和退课" in html
    his.post("/account/acting/stop/")
    assert "您正在替" not in his.get(page).content.decode()


def test_taken_back_in_the_middle_it_ends_with_the_next_press(his, senior, son):
    delegation = delegate_to(son, senior, [ENROL])
    switch(his, delegation)
    end_delegation(delegation=delegation, by=senior)
    response = his.post("/test/enrol/")
    assert response.status_code == 403
    assert "委托已经结束" in response.content.decode()
    assert not DelegatedAct.objects.exists()
    assert his.post("/test/enrol/").content.decode() == str(son.pk)


def test_a_page_says_once_that_it_ended(his, senior, son):
    delegation = delegate_to(son, senior, [ENROL])
    switch(his, delegation)
    end_delegation(delegation=delegation, by=clerk_of(region("达拉特旗")))
    assert "委托已经结束" in his.get("/courses/").content.decode()
    assert "委托已经结束" not in his.get("/courses/").content.decode()


def test_it_ends_at_midnight_after_its_last_day(senior, son):
    with time_machine.travel("2026-03-02 09:00:00+08:00", tick=False) as hand:
        his = Client(headers={"accept": "text/html"})
        his.force_login(son)
        switch(his, delegate_to(son, senior, [ENROL], days=1))
        hand.move_to(dt.datetime.fromisoformat("2026-03-03T23:59:59+08:00"))
        assert his.post("/test/enrol/").status_code == 200
        hand.move_to(dt.datetime.fromisoformat("2026-03-04T00:00:00+08:00"))
        assert his.post("/test/enrol/").status_code == 403


def test_what_it_does_not_cover_is_refused_with_a_sentence(his, senior, son):
    switch(his, delegate_to(son, senior, [LEARN]))
    response = his.post("/test/enrol/")
    assert response.status_code == 403
    assert "王秀英没有委托您办“报名和退课”" in response.content.decode()
    json = his.post("/test/enrol/", headers={"accept": "application/json"})
    assert "没有委托您办" in json.json()["error"]


def test_what_is_for_the_person_alone_is_not_done_for_the_wrong_one(his, senior, son):
    switch(his, delegate_to(son, senior, list(DelegatedScope)))
    for response in (
        his.post("/test/own/"),
        his.get("/account/profile/looks/"),
        his.get("/account/profile/pin/"),
        his.get("/account/acts/"),
    ):
        assert response.status_code == 403
        assert "只能本人办" in response.content.decode()


def test_it_cannot_be_passed_on(his, senior, son):
    """The delegate's delegate reaches the delegate's own matters and nothing further."""
    friend = UserFactory(display_name="刘大力")
    first, second = delegate_to(son, senior, list(DelegatedScope)), delegate_to(friend, son, list(DelegatedScope))
    # While acting for the mother, the son can't grant anything in her name.
    switch(his, first)
    form = {"name": "刘大力", "number": "13800001234", "scopes": ["enrol"], "term": "30"}
    assert his.post("/account/delegations/new/", form).status_code == 403
    # And the friend can't take the son's delegation, alone or on top of his own.
    theirs = Client(headers={"accept": "text/html"})
    theirs.force_login(friend)
    switch(theirs, second)
    assert switch(theirs, first)["Location"] == "/account/delegations/"
    assert theirs.post("/test/enrol/").content.decode() == str(son.pk)


def test_two_who_help_each_other_stay_two(his, senior, son):
    there, back = delegate_to(son, senior, [ENROL]), delegate_to(senior, son, [ENROL])
    switch(his, there)
    # His mother's right to act for him does not lead him round to himself, or further.
    assert switch(his, back)["Location"] == "/account/delegations/"
    assert his.post("/test/enrol/").content.decode() == str(senior.pk)


def test_a_stopped_account_ends_it(his, senior, son):
    switch(his, delegate_to(son, senior, [ENROL]))
    senior.is_active = False
    senior.save()
    assert his.post("/test/enrol/").status_code == 403
    senior.is_active, son.is_active = True, False
    senior.save()
    son.save()
    assert his.post("/test/enrol/")["Location"].startswith("/account/sign-in/")
    assert not DelegatedAct.objects.exists()


def test_before_it_is_accepted_or_begun_there_is_nothing_to_switch_to(his, senior, son):
    asked = delegate_to(son, senior, [ENROL], accepted=False)
    assert switch(his, asked)["Location"] == "/account/delegations/"
    Delegation.objects.update(
        accepted_at=clock.now(), valid_from=clock.today() + dt.timedelta(1), last_day=clock.today() + dt.timedelta(9)
    )
    switch(his, asked)
    assert his.post("/test/enrol/").content.decode() == str(son.pk)


@pytest.mark.parametrize("pk", ["0", "999999"])
def test_a_number_that_is_no_delegation_switches_to_nobody(his, son, pk):
    his.post(f"/account/delegations/{pk}/act/")
    assert his.post("/test/enrol/").content.decode() == str(son.pk)


def test_signing_in_as_somebody_else_takes_no_delegation_along(his, senior, son):
    switch(his, delegate_to(son, senior, [ENROL]))
    other = UserFactory()
    his.force_login(other)
    assert his.post("/test/enrol/").content.decode() == str(other.pk)


def test_learning_is_seen_only_with_leave_to_see_it(his, senior, son):
    lesson = LessonFactory(media=MediaAssetFactory(source=SourceFactory(ready=True, duration=100.0)))
    WatchPosition.objects.create(user=senior, lesson=lesson, seconds=40, watched_at=clock.now())
    switch(his, delegate_to(son, senior, [ENROL]))
    html = his.get("/account/me/").content.decode()
    assert "<h1>替王秀英办事</h1>" in html
    assert lesson.title not in html
    his.post("/account/acting/stop/")
    Delegation.objects.all().update(ended_at=clock.now(), ended_by=senior)
    switch(his, delegate_to(son, senior, [LEARN]))
    assert lesson.title in his.get("/account/me/").content.decode()


def test_contact_is_changed_for_the_senior_and_nothing_else_is_shown(his, senior, son):
    switch(his, delegate_to(son, senior, [PROFILE]))
    html = his.get("/account/profile/").content.decode()
    assert "王秀英的联系方式" in html
    assert "优先情形" not in html
    assert senior.member_profile.grouped_number not in html
    given = {"display_name": "王阿姨", "site": "", "contact_name": "王小军", "contact_phone": "13700001234"}
    assert his.post("/account/profile/", given)["Location"] == "/account/profile/"
    senior.member_profile.refresh_from_db()
    assert senior.member_profile.contact_phone == "13700001234"
    assert senior.member_profile.acted_by == son
    assert DelegatedAct.objects.get().what == "修改联系方式"


def test_both_sides_of_a_delegation_by_hand(senior, son):
    """Grant, accept, act, take back: through the pages, as people do it."""
    son.phone = "13900001234"
    son.save()
    hers, his = Client(), Client(headers={"accept": "text/html"})
    hers.force_login(senior)
    his.force_login(son)
    form = {"name": "王小军", "number": "139 0000 1234", "scopes": ["enrol", "learn"], "term": "30"}
    assert hers.post("/account/delegations/new/", form)["Location"] == "/account/delegations/"
    delegation = Delegation.objects.get()
    assert delegation.last_day == clock.today() + dt.timedelta(30)
    assert "等对方说愿意" in hers.get("/account/delegations/").content.decode()
    assert "愿意</button>" in his.get("/account/me/").content.decode()
    his.post(f"/account/delegations/{delegation.pk}/accept/")
    assert "替王秀英办事</button>" in his.get("/account/me/").content.decode()
    switch(his, delegation)
    hers.post(f"/account/delegations/{delegation.pk}/end/")
    assert his.post("/test/enrol/").status_code == 403
    assert "还没有。您的事只有您自己能办。" in hers.get("/account/delegations/").content.decode()


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"name": "王小红"}, "没有找到"),
        ({"number": "1"}, "没有找到"),
        ({"scopes": []}, "请至少选一件事"),
        ({"scopes": ["everything"]}, "请从列表里选"),
        ({"term": "9999"}, "请从列表里选"),
        ({"name": "x" * 500}, "40"),
    ],
)
def test_a_wrong_form_is_told_in_words_and_grants_nothing(senior, son, fields, words):
    son.phone = "13900001234"
    son.save()
    hers = Client()
    hers.force_login(senior)
    form = {"name": "王小军", "number": "13900001234", "scopes": ["enrol"], "term": "30"} | fields
    response = hers.post("/account/delegations/new/", form)
    assert response.status_code == 422
    assert words in response.content.decode()
    assert not Delegation.objects.exists()


def test_other_peoples_delegations_do_not_exist(senior, son):
    delegation = delegate_to(son, senior, [ENROL])
    stranger = Client()
    stranger.force_login(UserFactory(role=Role.SENIOR))
    for press in ("accept", "end"):
        assert stranger.post(f"/account/delegations/{delegation.pk}/{press}/").status_code == 404
    assert stranger.get(f"/account/delegations/{delegation.pk}/end/").status_code == 405
    delegation.refresh_from_db()
    assert delegation.ended_at is None


def test_lists_take_the_same_queries_for_many_as_for_one(senior, django_assert_max_num_queries):
    hers = Client()
    hers.force_login(senior)
    for n in range(5):
        delegate_to(MemberFactory(full_name=f"帮手{n}").user, senior, list(DelegatedScope))
        delegate_to(senior, MemberFactory(full_name=f"长辈{n}").user, list(DelegatedScope))
        for _ in range(3):
            DelegatedAct.objects.create(person=senior, by=UserFactory(), what="报名", at=clock.now())
    hers.get("/account/delegations/")
    for page in ("/account/delegations/", "/account/acts/"):
        with django_assert_max_num_queries(12):
            assert "帮手" in hers.get(page).content.decode() or page == "/account/acts/"
