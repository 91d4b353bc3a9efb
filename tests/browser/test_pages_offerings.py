"""Pages of offerings in the hardest modes: axe, targets, type, width, keyboard, and the way there without a script."""

from __future__ import annotations

import datetime as dt

import pytest
from playwright.sync_api import expect

from accounts.enums import Role
from accounts.models import User
from core import clock
from courses.operations.rescheduling import cancel_session, move_session
from tests.accounts.factories import UserFactory
from tests.browser.audit import keyboard_crawl
from tests.browser.test_pages_public import MODES
from tests.cms.factories import plant_home
from tests.courses.factories import EnrolmentFactory, OfferingFactory, SessionFactory
from tests.places.factories import RoomFactory

pytestmark = pytest.mark.django_db(transaction=True)

PATHS = [
    "/",
    "/courses/ba-duan-jin/",
    "/courses/offerings/",
    "/courses/offerings/?weekday=7&category=life",
    "/courses/offerings/1/",  # keys begin anew with every test's copy of the database
    "/account/me/",
]


@pytest.fixture
def learner() -> User:
    """In an offering that goes on for weeks from today, with one session cancelled and one moved."""
    plant_home()
    person = UserFactory(display_name="王阿姨")
    today = clock.today()
    days = {"enrol_from": today, "enrol_until": today, "begins_on": today, "ends_on": today + dt.timedelta(days=60)}
    offering = OfferingFactory(course__title="八段锦", note="请带水杯，从东门进。", **days)
    room = RoomFactory(site=offering.site)
    clerk = UserFactory(role=Role.SITE)
    noon = clock.now().replace(hour=4, minute=0, second=0, microsecond=0)
    for number in (1, 2, 3, 4):
        SessionFactory(
            offering=offering, room=room, teacher=offering.teacher, begins_at=noon + dt.timedelta(days=number)
        )
    first, second, *_ = offering.sessions.all()
    EnrolmentFactory(offering=offering, person=person)
    cancel_session(session=first, reason="下大雪，路上不安全", by=clerk)
    later = second.begins_at + dt.timedelta(minutes=15)
    move_session(
        session=second, begins_at=later, ends_at=later + dt.timedelta(hours=1), room=room, reason="教室修灯", by=clerk
    )
    return person


@pytest.mark.parametrize("mode", ["phone", "phone, huge letters, high contrast", "desktop", "zoomed"])
def test_pages_of_offerings_pass_in_this_mode(learner, open_page, audit, mode):
    page = open_page("/", user=learner, **MODES[mode])
    found: dict[str, list[str]] = {}
    for path in PATHS:
        page.goto(path)
        if wrong := audit(page):
            found[path] = wrong
    assert found == {}


def test_the_keyboard_reaches_everything(learner, open_page):
    page = open_page("/", user=learner, width=360)
    found: dict[str, list[str]] = {}
    for path in ["/courses/offerings/", "/courses/offerings/1/"]:
        page.goto(path)
        if wrong := keyboard_crawl(page):
            found[path] = wrong
    assert found == {}


def test_one_finds_a_class_by_the_day_without_a_script(learner, open_page):
    page = open_page("/courses/", js=False, width=360)
    page.get_by_role("link", name="看各学堂的开班").click()
    page.get_by_label("学什么").select_option(label="防范诈骗")
    page.get_by_role("button", name="看一看").click()
    expect(page.get_by_text("没有这样的班")).to_be_visible()
    page.get_by_role("link", name="看全部开班").click()
    page.get_by_role("link", name="去报名").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("八段锦")
    expect(page.locator("main")).to_contain_text("取消了：下大雪，路上不安全")
