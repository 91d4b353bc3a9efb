"""The desk of offerings and teachers before axe, and a clerk's way through a clash with the keyboard's own fields."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from accounts.enums import Role
from accounts.models import RoleAssignment, User
from core import clock
from courses.models import Offering
from tests.accounts.factories import UserFactory
from tests.browser.audit import desk_violations
from tests.courses.factories import (
    ActivityFactory,
    ActivityPlaceFactory,
    EnrolmentFactory,
    LearningTeamFactory,
    OfferingFactory,
    SessionFactory,
    TeacherPermissionFactory,
)
from tests.places.factories import RoomFactory, region

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def clerk() -> User:
    user = UserFactory(role=Role.CITY)
    RoleAssignment.objects.create(
        user=user, role=Role.CITY, region=region("鄂尔多斯市"), valid_from=dt.date(2026, 1, 1)
    )
    return user


@pytest.fixture
def offering() -> Offering:
    today = clock.today()
    offering = OfferingFactory(
        course__title="八段锦", teacher=TeacherPermissionFactory(valid_until=today).teacher, begins_on=today,
        ends_on=today + dt.timedelta(days=90), enrol_from=today, enrol_until=today,
    )  # fmt: skip
    room = RoomFactory(site=offering.site, name="一号教室")
    for number in (1, 8):
        EnrolmentFactory(offering=offering)
        SessionFactory(
            offering=offering, room=room, teacher=offering.teacher, begins_at=clock.now() + dt.timedelta(days=number)
        )
    return offering


PAGES = [
    ("offerings/", "八段锦"),
    ("offerings/new/", "报名截止"),
    ("offerings/{offering}/", "一号教室"),
    ("offerings/{offering}/weekly/", "星期几上课"),
    ("offerings/{offering}/cancel/", "不能恢复"),
    ("offerings/week/", "起的一周"),
    ("teachers/", "在职兼职"),
    ("teachers/{teacher}/", "现在不再符合"),
    ("teachers/{teacher}/permission/", "同意书"),
    ("activities/", "讲座"),
    ("activities/new/", "集合地点"),
    ("activities/1/", "紧急联系人"),
    ("activities/1/checklist/", "主讲人"),
    ("activities/1/paper/", "本人签名"),
    ("activities/1/keying/", "纸质名单"),
    ("teams/", "在办"),
    ("teams/1/", "等答复"),
    ("exam-weeks/", "高校学生教师"),
    ("holidays/", "国庆节"),
    ("enrolment/", "八段锦"),
    ("enrolment/{offering}/", "占着名额的"),
    ("enrolment/{offering}/enrol/?q=王阿姨", "学员"),
    ("snippets/courses/enrolmentrule/add/", "照顾加签"),
]


def test_the_desk_has_no_barrier(open_page: Callable[..., Page], clerk: User, offering: Offering) -> None:
    ActivityPlaceFactory(activity=ActivityFactory(begins_at=clock.now() - dt.timedelta(hours=1)))
    LearningTeamFactory()
    page = open_page("/admin/offerings/", user=clerk)
    found: dict[str, list[str]] = {}
    for path, words in PAGES:
        page.goto(f"/admin/{path.format(offering=offering.pk, teacher=offering.teacher_id)}")
        expect(page.locator("main")).to_contain_text(words)
        if wrong := desk_violations(page):
            found[path] = wrong
    assert found == {}


def test_a_clerk_reads_the_clash_and_mends_it(open_page: Callable[..., Page], clerk: User, offering: Offering) -> None:
    page = open_page(f"/admin/offerings/{offering.pk}/session/", user=clerk)
    day = clock.today() + dt.timedelta(days=20)
    page.get_by_label("日期").fill(f"{day}")
    page.get_by_label("几点上课").fill("09:00")
    page.get_by_label("几点下课").fill("10:30")
    page.get_by_label("教室").select_option(label="一号教室（30 座）")
    page.get_by_role("button", name="排课").click()
    alert = page.locator("main").get_by_role("alert")
    expect(alert).to_contain_text("请先登记新的同意书")
    expect(page.get_by_label("几点上课")).to_have_value("09:00")
    assert desk_violations(page) == []
