"""A senior on the pages of enrolment: every page in every mode, and the walk to the timetable without a script."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import pytest
import time_machine
from django.utils import timezone
from playwright.sync_api import expect

from accounts.models import User
from core import clock
from core.half_year import HalfYear
from courses.models import Enrolment, EnrolmentRule, Lottery, Offering
from courses.operations.calendar_feeds import renew_feed
from courses.operations.enrolling import enrol, withdraw
from courses.operations.lotteries import close_lottery, draw_lottery
from tests.browser.test_pages_public import MODES
from tests.cms.factories import plant_home
from tests.courses.enrolment import enrol_many, senior
from tests.courses.factories import OfferingFactory, SessionFactory, TeacherFactory
from tests.places.factories import region

pytestmark = pytest.mark.django_db(transaction=True)


@dataclass
class Spring:
    """`wang` is enrolled in one, asked about another, waits for a third; `free` is open to her, and clashes."""

    wang: User
    enrolled: Enrolment
    asked: Enrolment
    waiting: Enrolment
    free: Offering
    drawn: Offering
    sealed: Offering


def offering(title: str, **options: object) -> Offering:
    """Enrolment is open these days; it begins in ten."""
    today = clock.today()
    days = {
        "enrol_from": today - dt.timedelta(days=3),
        "enrol_until": today + dt.timedelta(days=5),
        "begins_on": today + dt.timedelta(days=10),
        "ends_on": today + dt.timedelta(days=80),
    }
    return OfferingFactory(course__title=title, teacher=TeacherFactory(name="李长顺"), **(days | options))


def at_nine(days: int) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(clock.today() + dt.timedelta(days=days), dt.time(9)))


@pytest.fixture
def spring(settings) -> Spring:
    plant_home()
    EnrolmentRule.objects.create(half_year=HalfYear(2020, 1), region=region("鄂尔多斯市"), most_offerings=9)
    wang = senior(username="wang", display_name="王阿姨")
    course = offering("八段锦入门", note="穿宽松的衣服，从东门进。")
    for week in range(3):
        SessionFactory(offering=course, begins_at=at_nine(7 * week + 10))
    enrolled = enrol(offering_id=course.pk, person=wang)
    full = offering("手机用得安心", seats=1)
    first = enrol_many(full, 1)[0]
    asked = enrol(offering_id=full.pk, person=wang)
    withdraw(enrolment_id=first.pk)
    third = offering("书法", seats=1)
    enrol_many(third, 2)
    waiting = enrol(offering_id=third.pk, person=wang)
    free = offering("马头琴入门")
    SessionFactory(offering=free, begins_at=at_nine(10))
    return Spring(wang, enrolled, asked, waiting, free, _lottery(wang, drawn=True), _lottery(wang, drawn=False))


def _lottery(wang: User, *, drawn: bool) -> Offering:
    found = offering("剪纸", lottery=True, seats=3)
    enrol_many(found, 6)
    if drawn:
        enrol(offering_id=found.pk, person=wang)
    before = clock.today() - dt.timedelta(days=3)
    Offering.objects.filter(pk=found.pk).update(enrol_until=before)
    lottery = close_lottery(offering_id=found.pk)
    if drawn:
        Lottery.objects.filter(pk=lottery.pk).update(voided_at=clock.now(), void_reason="演练")
        Offering.objects.filter(pk=found.pk).update(begins_on=clock.today())
        _draw_now(found)
    return found


def _draw_now(found: Offering) -> None:
    """A lottery that is due at once: sealed an hour and more ago, by the clock of then."""

    with time_machine.travel(clock.now() - dt.timedelta(hours=2), tick=True):
        close_lottery(offering_id=found.pk)
    draw_lottery(offering_id=found.pk)


def paths(spring: Spring) -> list[str]:
    return [
        f"/courses/offerings/{spring.free.pk}/",
        f"/courses/offerings/{spring.asked.offering_id}/",
        f"/courses/offerings/{spring.sealed.pk}/",
        f"/courses/offerings/{spring.free.pk}/enrol/",
        f"/courses/offerings/{spring.enrolled.offering_id}/enrol/",
        f"/courses/enrolments/{spring.enrolled.pk}/",
        f"/courses/enrolments/{spring.asked.pk}/",
        f"/courses/enrolments/{spring.waiting.pk}/",
        f"/courses/enrolments/{spring.enrolled.pk}/withdraw/",
        f"/courses/offerings/{spring.sealed.pk}/lottery/",
        f"/courses/offerings/{spring.drawn.pk}/lottery/",
        "/courses/timetable/",
        f"/courses/timetable/?week={at_nine(10):%Y-%m-%d}",
        "/account/me/",
    ]


@pytest.mark.parametrize("mode", MODES)
def test_every_page_of_enrolment_passes_in_this_mode(spring, open_page, audit, mode):
    renew_feed(person=spring.wang)
    page = open_page("/courses/timetable/", user=spring.wang, **MODES[mode])
    found: dict[str, list[str]] = {}
    for path in paths(spring):
        page.goto(path)
        if wrong := audit(page):
            found[path] = wrong
    assert found == {}


def test_a_senior_enrols_answers_for_a_seat_and_leaves_without_a_script(spring, open_page):
    page = open_page(f"/courses/offerings/{spring.free.pk}/", user=spring.wang, js=False, width=360)
    main = page.locator("main")
    main.get_by_role("link", name="我要报名").click()
    expect(main).to_contain_text("撞在一起")
    main.get_by_role("button", name="知道了，仍然我要报名").click()
    expect(main.get_by_role("heading", level=2).first).to_have_text("报上名了")
    page.goto("/account/me/")
    main.get_by_role("button", name="知道了").click()
    main.get_by_role("link", name="现在回答").click()
    main.get_by_role("button", name="要这个名额").click()
    expect(main.get_by_role("heading", level=2).first).to_have_text("报上名了")
    main.get_by_role("link", name="退出报名").click()
    main.get_by_role("button", name="确定退出报名").click()
    expect(main.get_by_role("heading", level=2).first).to_have_text("已经退出")
    page.goto("/account/me/")
    main.get_by_role("link", name="我的课表").click()
    main.get_by_role("link", name="看那一周").click()
    expect(main).to_contain_text("马头琴入门")
