"""The pages of enrolling, as somebody with a browser and no script goes through them."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts.acting import SESSION_KEY
from accounts.enums import DelegatedScope
from core.half_year import HalfYear
from courses.enums import EnrolmentState
from courses.models import CalendarFeed, Enrolment, EnrolmentNotice, EnrolmentRule, Offering
from courses.operations.enrolling import enrol, withdraw
from courses.operations.lotteries import close_lottery, draw_lottery
from tests.accounts.factories import UserFactory
from tests.accounts.member_factories import MemberFactory, delegate_to
from tests.courses.enrolment import AFTER_WINDOW, DRAW, IN_WINDOW, cancel, enrol_many, senior
from tests.courses.factories import EnrolmentFactory, OfferingFactory, SessionFactory
from tests.places.factories import region

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_window():
    with time_machine.travel(IN_WINDOW, tick=False) as clock:
        yield clock


@pytest.fixture
def person(client: Client) -> Any:
    person = senior()
    client.force_login(person)
    return person


def enrol_url(offering: Offering) -> str:
    return reverse("courses:enrol", args=[offering.pk])


def press_of(response: Any) -> dict[str, Any]:
    """What the form on the page would send."""
    return {
        name: re.findall(rf'name="{name}"\s+value="([^"]*)"', response.content.decode())
        for name in ("press", "accepted")
    }


def test_from_the_page_to_the_seat_and_out_again(client, person):
    offering = OfferingFactory(seats=3, course__title="书法")
    page = client.get(enrol_url(offering))
    assert "我要报名" in page.content.decode()
    assert "3 个名额，还剩 3 个" in page.content.decode()
    sent = press_of(page)
    for _ in range(2):
        done = client.post(enrol_url(offering), sent, follow=True)
    assert "报上名了" in done.content.decode()
    assert "座次：1 号" in done.content.decode()
    row = Enrolment.objects.get()
    asked = client.get(reverse("courses:withdraw", args=[row.pk]))
    assert "确定退出报名" in asked.content.decode()
    for _ in range(2):
        left = client.post(reverse("courses:withdraw", args=[row.pk]), follow=True)
    assert "已经退出" in left.content.decode()
    again = client.post(enrol_url(offering), sent, follow=True)
    assert "已经退出" in again.content.decode(), "the same press does not enrol a second time"


def test_who_is_not_signed_in_is_asked_to(client):
    offering = OfferingFactory()
    answer = client.get(enrol_url(offering))
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("accounts:sign-in"))
    assert client.post(enrol_url(offering)).status_code == 302
    assert not Enrolment.objects.exists()


def test_a_son_enrols_his_mother_where_she_lets_him_and_it_says_so(client):
    mother, son = MemberFactory(full_name="王秀英").user, UserFactory(display_name="王小军")
    offering = OfferingFactory()
    delegation = delegate_to(son, mother, [DelegatedScope.ENROL])
    client.force_login(son)
    session = client.session
    session[SESSION_KEY] = delegation.pk
    session.save()
    client.post(enrol_url(offering))
    row = Enrolment.objects.get()
    assert (row.person, row.acted_by, row.events.get().acted_by) == (mother, son, son)
    page = client.get(reverse("courses:enrolment", args=[row.pk])).content.decode()
    assert "王小军代办" in page
    refused = client.get(reverse("courses:timetable"))
    assert "没有委托您办" in refused.content.decode()
    client.post(reverse("courses:feed-renew"))
    assert not CalendarFeed.objects.exists()


def test_a_clash_is_shown_and_accepted_with_the_button(client, person):
    mine = SessionFactory(offering__course__title="马头琴")
    enrol(offering_id=mine.offering_id, person=person)
    other = SessionFactory(begins_at=mine.begins_at).offering
    refused = client.post(enrol_url(other), {"press": str(uuid.uuid4())})
    assert refused.status_code == 422
    assert "撞在一起" in refused.content.decode()
    assert "知道了，仍然我要报名" in re.sub(r"\s+", "", refused.content.decode())
    done = client.post(enrol_url(other), press_of(refused), follow=True)
    assert "报上名了" in done.content.decode()


def test_the_limit_is_said_before_anybody_presses(client, person):
    EnrolmentRule.objects.create(half_year=HalfYear(2026, 1), region=region("达拉特旗"), most_offerings=1)
    enrol(offering_id=OfferingFactory(course__title="剪纸").pk, person=person)
    other = OfferingFactory()
    page = client.get(enrol_url(other)).content.decode()
    assert "每人最多报 1 个班，您已经报了《剪纸》" in page
    assert 'name="press"' not in page
    assert client.post(enrol_url(other)).status_code == 422


@pytest.mark.parametrize("sent", [{}, {"press": "no"}, {"press": "\x00"}, {"accepted": ["'; --"], "press": "1" * 5000}])
def test_a_form_of_nonsense_enrols_once_or_not_at_all(client, person, sent):
    offering = OfferingFactory()
    for _ in range(2):
        assert client.post(enrol_url(offering), sent).status_code == 302
    assert Enrolment.objects.filter(state=EnrolmentState.ENROLLED).count() == 1


def test_what_is_not_there_and_what_is_somebody_elses_is_not_found(client, person):
    draft, theirs = OfferingFactory(draft=True), EnrolmentFactory()
    assert client.get(enrol_url(draft)).status_code == 404
    assert client.post(enrol_url(draft)).status_code == 404
    assert client.get("/courses/offerings/999999/enrol/").status_code == 404
    for name in ("enrolment", "withdraw", "claim", "decline"):
        for method in (client.get, client.post):
            answer = method(reverse(f"courses:{name}", args=[theirs.pk]))
            assert answer.status_code in (404, 405), name
    theirs.refresh_from_db()
    assert theirs.state == EnrolmentState.ENROLLED


def test_a_get_changes_nothing(client, person):
    offering = OfferingFactory(seats=1)
    first, row = enrol_many(offering, 1)[0], enrol(offering_id=offering.pk, person=person)
    withdraw(enrolment_id=first.pk)
    for name in ("withdraw", "claim", "decline"):
        client.get(reverse(f"courses:{name}", args=[row.pk]))
    row.refresh_from_db()
    assert row.state == EnrolmentState.CLAIMABLE


def test_a_kept_seat_is_answered_on_its_page(client, person):
    offering = OfferingFactory(seats=1)
    first, row = enrol_many(offering, 1)[0], enrol(offering_id=offering.pk, person=person)
    assert "候补第 1 位" in client.get(reverse("courses:enrolment", args=[row.pk])).content.decode()
    withdraw(enrolment_id=first.pk)
    me = client.get(reverse("accounts:me")).content.decode()
    assert "空出一个名额" in me
    assert "有一个名额留给您" in me
    client.post(reverse("courses:notices-seen"))
    assert not EnrolmentNotice.objects.filter(enrolment__person=person, seen_at__isnull=True).exists()
    page = client.get(reverse("courses:enrolment", args=[row.pk])).content.decode()
    assert "请在 1 月 8 日（星期四）09:00 以前说要不要" in page
    declined = client.post(reverse("courses:decline", args=[row.pk]), follow=True)
    assert "候补第 1 位" in declined.content.decode()
    late = client.post(reverse("courses:claim", args=[row.pk]))
    assert late.status_code == 422
    assert "没有给您留着的名额" in late.content.decode()


def test_a_lapsed_claim_says_so(client, person, in_window):
    offering = OfferingFactory(seats=1)
    first, row = enrol_many(offering, 1)[0], enrol(offering_id=offering.pk, person=person)
    withdraw(enrolment_id=first.pk)
    in_window.move_to(IN_WINDOW + dt.timedelta(days=3))
    refused = client.post(reverse("courses:claim", args=[row.pk]))
    assert (refused.status_code, "过了确认时间" in refused.content.decode()) == (422, True)


def test_a_cancelled_offering_says_so_on_ones_own_page(client, person):
    row = EnrolmentFactory(person=person)
    cancel(row.offering)
    assert "这个班取消了" in client.get(reverse("accounts:me")).content.decode()
    assert "这个班取消了" in client.get(enrol_url(row.offering)).content.decode()
    client.force_login(senior())
    assert "这个班已经取消，不能报名" in client.get(enrol_url(row.offering)).content.decode()


def test_the_lottery_page_shows_the_seal_then_the_result_and_ones_own_ticket(client, person, in_window):
    offering = OfferingFactory(lottery=True, seats=2)
    url = reverse("courses:lottery", args=[offering.pk])
    assert "名单还没有公布" in client.get(url).content.decode()
    assert client.get(reverse("courses:lottery-file", args=[offering.pk])).status_code == 404
    enrol(offering_id=offering.pk, person=person)
    enrol_many(offering, 3)
    in_window.move_to(AFTER_WINDOW)
    lottery = close_lottery(offering_id=offering.pk)
    ticket = lottery.tickets.get(enrolment__person=person)
    for page in (client.get(url), Client().get(url)):
        assert lottery.commitment in page.content.decode()
        assert ticket.number in page.content.decode()
    assert f"您的签号 {ticket.number}" in client.get(url).content.decode()
    assert "您的签号" not in Client().get(url).content.decode()
    assert "人人都有 1 签" not in Client().get(url).content.decode()
    file = client.get(reverse("courses:lottery-file", args=[offering.pk]))
    assert "seed" not in {key for key in file.json() if key != "seed_digest"}
    in_window.move_to(DRAW + dt.timedelta(hours=3))
    assert "系统耽搁了" in client.get(url).content.decode()
    drawn = draw_lottery(offering_id=offering.pk)
    page = Client().get(url).content.decode()
    assert drawn.seed in page
    assert "晚了 3 小时" in page
    assert page.count("未中签") == 2
    assert Client().get(reverse("courses:lottery-file", args=[offering.pk])).json()["seed"] == drawn.seed
    for enrolment in offering.enrolments.select_related("person"):
        assert enrolment.person.username not in page


def test_pages_ask_the_database_no_more_with_many_people(client, person, django_assert_max_num_queries):
    offering = OfferingFactory(lottery=True, seats=5)
    enrol_many(offering, 30)
    for number in range(5):
        SessionFactory(offering=EnrolmentFactory(person=person).offering, begins_at=DRAW + dt.timedelta(days=number))
    with django_assert_max_num_queries(23):
        client.get(reverse("accounts:me"))
    with django_assert_max_num_queries(16):
        client.get(enrol_url(offering))
    with time_machine.travel(DRAW, tick=False):
        close_lottery(offering_id=offering.pk)
        with django_assert_max_num_queries(12):
            client.get(reverse("courses:lottery", args=[offering.pk]))
