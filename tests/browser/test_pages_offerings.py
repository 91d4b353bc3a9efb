"""Pages of offerings, activities and learning teams in the hardest modes, by keyboard, and without a script."""

from __future__ import annotations

import datetime as dt

import pytest
from playwright.sync_api import expect

from accounts.acting import Acting
from accounts.enums import Role
from accounts.models import RoleAssignment, User
from core import clock
from courses.enums import CheckItem, SignMethod
from courses.models import ActivityCheck
from courses.operations.attendance import sign_in
from courses.operations.meetings import share_material
from courses.operations.rescheduling import cancel_session, move_session
from tests.accounts.factories import UserFactory
from tests.browser.audit import keyboard_crawl
from tests.browser.test_pages_public import MODES
from tests.cms.factories import plant_home
from tests.courses.factories import (
    ActivityFactory,
    ActivityPlaceFactory,
    EnrolmentFactory,
    LearningTeamFactory,
    OfferingFactory,
    SessionFactory,
    TeamMeetingFactory,
    TeamMemberFactory,
)
from tests.places.factories import RoomFactory, region

pytestmark = pytest.mark.django_db(transaction=True)

PATHS = [
    "/",
    "/courses/ba-duan-jin/",
    "/courses/offerings/",
    "/courses/offerings/?weekday=7&category=life",
    "/courses/offerings/1/",  # keys begin anew with every test's copy of the database
    "/courses/activities/",
    "/courses/activities/1/",
    "/courses/activities/2/",
    "/courses/activities/2/sign/",
    "/courses/teams/",
    "/courses/teams/1/",
    "/courses/teams/1/meetings/1/roll/",
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
    plant_activities(person)
    plant_team(person)
    return person


def plant_activities(person: User) -> None:
    """A day's tour to ask for, and a talk within the hour that `person` comes to."""
    soon = clock.now() + dt.timedelta(minutes=30)
    tour = ActivityFactory(tour=True, begins_at=soon, seats=20, summary="去看沙漠里的森林。")
    ActivityCheck.objects.create(activity=tour, item=CheckItem.WALKING, answer="800")
    ActivityPlaceFactory(activity=ActivityFactory(begins_at=soon), person=person)


def plant_team(leader: User) -> None:
    """Led by `leader`, with a request, a meeting over, one to come, and something shared."""
    team = LearningTeamFactory(leader=leader, about="周一、周三上午写字。")
    TeamMemberFactory(team=team, asking=True)
    for days in (-2, 2):
        TeamMeetingFactory(team=team, begins_at=clock.now() + dt.timedelta(days=days))
    share_material(team=team, title="下周带毛笔", text="还有毛毡。", by=leader)


@pytest.mark.parametrize("mode", ["phone", "phone, huge letters, high contrast", "desktop"])
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
    for path in ["/courses/offerings/", "/courses/offerings/1/", "/courses/activities/1/", "/courses/teams/1/"]:
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


def test_the_screen_beside_the_door_freshens_its_codes(open_page, audit):
    clerk = UserFactory(role=Role.CITY)
    RoleAssignment.objects.create(
        user=clerk, role=Role.CITY, region=region("鄂尔多斯市"), valid_from=dt.date(2026, 1, 1)
    )
    place = ActivityPlaceFactory(activity=ActivityFactory(begins_at=clock.now()))
    page = open_page(f"/courses/activities/{place.activity.pk}/screen/", user=clerk)
    expect(page.locator(".sign-qr svg")).to_be_visible()
    assert audit(page) == []
    expect(page.locator("main")).to_contain_text("0 人到了，1 人报名")
    given = {"activity": place.activity, "acting": Acting(person=place.person, by=place.person)}
    sign_in(**given, method=SignMethod.CODE, key="a")
    expect(page.locator("main")).to_contain_text("1 人到了，1 人报名", timeout=15_000)
