"""开班 as everyone sees them: list with filters, one offering, the course page, home, and one's own changes."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine

from accounts.enums import Role
from courses.enums import Category, EnrolmentState, OfferingState
from courses.operations.offerings import cancel_offering
from courses.operations.rescheduling import cancel_session, move_session
from tests.accounts.factories import UserFactory
from tests.cms.factories import plant_home
from tests.courses.factories import (
    SHANGHAI,
    CourseFactory,
    EnrolmentFactory,
    OfferingFactory,
    SessionFactory,
    TeacherFactory,
)
from tests.places.factories import AcademySiteFactory, RoomFactory, region

pytestmark = pytest.mark.django_db
NINE = dt.datetime(2026, 3, 2, 9, 0, tzinfo=SHANGHAI)


@pytest.fixture(autouse=True)
def _enrolling():
    with time_machine.travel(dt.datetime(2026, 2, 10, 8, 0, tzinfo=SHANGHAI), tick=False):
        yield


def html_of(client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


def weekly(offering, times: int = 3, **more) -> None:
    for week in range(times):
        SessionFactory(offering=offering, begins_at=NINE + dt.timedelta(weeks=week), **more)


def test_the_list_says_where_when_and_how_many_seats_are_left(client):
    offering = OfferingFactory(course__title="八段锦", site__name="树林召学堂", teacher__name="李长顺")
    weekly(offering)
    EnrolmentFactory(offering=offering)
    EnrolmentFactory(offering=offering, state=EnrolmentState.WITHDRAWN)
    html = html_of(client, "/courses/offerings/")
    for words in (
        "八段锦",
        "树林召学堂",
        "每周一 09:00–10:30",
        "李长顺老师",
        "正在报名，还有 2 个名额，2 月 20 日（星期五）截止",
    ):
        assert words in html
    assert f'href="/courses/offerings/{offering.pk}/"' in html


def test_what_is_not_for_learners_is_not_shown(client):
    hidden = [
        OfferingFactory(draft=True, course__title="筹备的班"),
        OfferingFactory(cancelled=True, course__title="取消的班"),
        OfferingFactory(course=CourseFactory(draft=True, title="没发布的课")),
    ]
    ended = OfferingFactory(
        course__title="结束的班", begins_on=dt.date(2026, 1, 5), ends_on=dt.date(2026, 2, 9),
        enrol_from=dt.date(2026, 1, 1), enrol_until=dt.date(2026, 1, 4),
    )  # fmt: skip
    html = html_of(client, "/courses/offerings/")
    assert "现在没有开班" in html
    for offering in hidden:
        assert client.get(f"/courses/offerings/{offering.pk}/").status_code == 404
    assert "报名已经截止" in html_of(client, f"/courses/offerings/{ended.pk}/")


def test_filters_narrow_and_nonsense_does_not(client):
    tai_ji = OfferingFactory(course__title="太极拳", course__category=Category.HEALTH)
    SessionFactory(offering=tai_ji)
    far = AcademySiteFactory(region=region("无定河镇"))
    paper = OfferingFactory(course__title="剪纸", course__category=Category.CULTURE, site=far)
    SessionFactory(offering=paper, begins_at=NINE + dt.timedelta(days=1))
    online = OfferingFactory(online=True, course__title="防诈骗", course__category=Category.FRAUD)
    banner = region("乌审旗").pk
    for query, seen in (
        (f"banner={banner}", {"剪纸"}),
        ("category=health", {"太极拳"}),
        ("weekday=2", {"剪纸"}),
        ("form=live", {"防诈骗"}),
        (f"banner={banner}&weekday=1", set()),
        ("banner=x&category=x&weekday=9&form=x&page=x", {"太极拳", "剪纸", "防诈骗"}),
        ("page=999", {"太极拳", "剪纸", "防诈骗"}),
    ):
        html = html_of(client, f"/courses/offerings/?{query}")
        assert {title for title in ("太极拳", "剪纸", "防诈骗") if f"{title}\n" in html} == seen, query
    assert online.pk


def test_many_offerings_come_in_pages_and_cost_no_more_queries(client, django_assert_num_queries):
    weekly(OfferingFactory())
    html_of(client, "/courses/offerings/")  # what a process asks once is not a list's cost
    with django_assert_num_queries(7):
        html_of(client, "/courses/offerings/")
    for _ in range(24):
        SessionFactory(offering=OfferingFactory())
    with django_assert_num_queries(7):
        html = html_of(client, "/courses/offerings/")
    assert "第 1 页，共 2 页" in html
    assert 'href="?page=2&amp;form=in_person"' in html_of(client, "/courses/offerings/?form=in_person")


@pytest.mark.parametrize(
    ("today", "words"),
    [
        (dt.date(2026, 1, 1), "1 月 5 日（星期一）开始报名"),
        (dt.date(2026, 2, 20), "正在报名，还有 3 个名额"),
        (dt.date(2026, 2, 21), "报名已经截止"),
    ],
)
def test_enrolment_opens_and_ends_with_its_days(client, today, words):
    offering = OfferingFactory()
    with time_machine.travel(dt.datetime.combine(today, dt.time(23, 59), tzinfo=SHANGHAI)):
        assert words in html_of(client, f"/courses/offerings/{offering.pk}/")


def test_every_way_to_enrol_has_its_words(client):
    full = OfferingFactory(seats=1)
    EnrolmentFactory(offering=full)
    for offering, words in (
        (full, "名额已满"),
        (OfferingFactory(unlimited=True), "不限名额"),
        (OfferingFactory(lottery=True), "3 个名额，摇号决定"),
    ):
        assert words in html_of(client, f"/courses/offerings/{offering.pk}/")


def test_an_offering_tells_what_changed_and_why(client):
    offering = OfferingFactory(site=AcademySiteFactory(address="和平街 3 号", note="从东门进"))
    room = RoomFactory(site=offering.site, name="一号教室")
    clerk = UserFactory(role=Role.SITE)
    weekly(offering, teacher=offering.teacher, room=room)
    first, second, _ = offering.sessions.all()
    cancel_session(session=first, reason="下大雪", by=clerk)
    move_session(
        session=second, begins_at=NINE + dt.timedelta(days=8), ends_at=NINE + dt.timedelta(days=8, hours=1),
        room=room, reason="教室修灯", by=clerk,
    )  # fmt: skip
    html = html_of(client, f"/courses/offerings/{offering.pk}/")
    assert "取消了</b>：下大雪" in html
    assert "（原来是3 月 9 日（星期一）09:00–10:30）：教室修灯" in html
    assert "和平街 3 号" in html
    assert "从东门进" in html
    learner = UserFactory(role=Role.SENIOR)
    client.force_login(learner)
    assert "您的课有变动" not in html_of(client, "/account/me/")
    EnrolmentFactory(offering=offering, person=learner)
    html = html_of(client, "/account/me/")
    assert "您的课有变动" in html
    assert "原因：下大雪" in html
    assert "改到3 月 10 日（星期二）09:00–10:00，一号教室。" in html
    with time_machine.travel(dt.datetime(2026, 3, 20, tzinfo=SHANGHAI)):
        assert "您的课有变动" not in html_of(client, "/account/me/")


def test_a_cancelled_offering_keeps_its_page_with_the_reason(client):
    offering = OfferingFactory(published_at=NINE - dt.timedelta(days=60))
    weekly(offering, teacher=TeacherFactory())
    cancel_offering(offering=offering, reason="教师生病", by=UserFactory(role=Role.BANNER))
    html = html_of(client, f"/courses/offerings/{offering.pk}/")
    assert "这个班已经取消。</b>原因：教师生病。" in html
    assert 'id="enrol"' not in html


def test_the_course_page_and_home_lead_to_what_is_on(client):
    plant_home()
    offering = OfferingFactory(site__name="树林召学堂")
    SessionFactory(offering=offering, begins_at=dt.datetime(2026, 2, 12, 9, 0, tzinfo=SHANGHAI))
    hidden = SessionFactory(offering__draft=True, begins_at=dt.datetime(2026, 2, 12, 9, 0, tzinfo=SHANGHAI))
    html = html_of(client, offering.course.get_absolute_url())
    assert "树林召学堂" in html
    assert "去报名" in html
    html = html_of(client, "/")
    assert "2 月 12 日（星期四）" in html
    assert f"/courses/offerings/{hidden.offering_id}/" not in html
    offering.state, offering.cancelled_at, offering.cancelled_reason = OfferingState.CANCELLED, NINE, "人少"
    offering.save()
    assert "这几天的课" not in html_of(client, "/")


def test_a_course_never_takes_the_address_of_the_list(client):
    assert CourseFactory(title="offerings").slug == "offerings-2"
