"""The desk for offerings: who sees what, planning by the week, refusals that keep what was typed."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.enums import Role
from accounts.models import RoleAssignment, User
from courses.enums import OfferingState
from courses.models import ExamWeek, Offering, PublicHoliday, Session, Teacher, TeacherFee
from places.enums import OrganisationKind
from tests.accounts.factories import UserFactory
from tests.courses.factories import (
    SHANGHAI,
    CourseFactory,
    OfferingFactory,
    SessionFactory,
    TeacherFactory,
    TeacherPermissionFactory,
)
from tests.places.factories import AcademySiteFactory, OrganisationFactory, RoomFactory, region

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _winter():
    with time_machine.travel(dt.datetime(2026, 2, 1, 8, 0, tzinfo=SHANGHAI), tick=False):
        yield


def staff(role: Role, **place) -> User:
    user = UserFactory(role=role)
    RoleAssignment.objects.create(user=user, role=role, valid_from=dt.date(2026, 1, 1), **place)
    return user


@pytest.fixture
def bureau(client) -> User:
    user = staff(Role.BANNER, region=region("达拉特旗"))
    client.force_login(user)
    return user


def form_of(course, site, **more) -> dict[str, str]:
    given = {"course": course.pk, "form": "in_person", "site": site.pk, "region": "", "teacher": ""}
    given |= {"begins_on": "2026-03-02", "ends_on": "2026-06-08", "mode": "first_come", "seats": "20"}
    return given | {"enrol_from": "2026-02-01", "enrol_until": "2026-02-20", "note": "带水杯"} | more


WEEKLY = {"weekdays": ["1"], "begins": "09:00", "ends": "10:30", "first": "2026-03-02", "last": "2026-04-20"}


def test_from_nothing_to_a_published_offering(client, bureau):
    course, site = CourseFactory(title="八段锦"), AcademySiteFactory()
    room, teacher = RoomFactory(site=site), TeacherFactory()
    client.post("/admin/offerings/new/", form_of(course, site, teacher=teacher.pk))
    offering = Offering.objects.get()
    page = f"/admin/offerings/{offering.pk}/"
    html = client.get(page).content.decode()
    assert "还没有排课。先“按周排课”，再“公布”。" in html
    html = client.post(f"{page}weekly/", WEEKLY | {"room": room.pk, "teacher": ""}, follow=True).content.decode()
    assert "排好了 7 次课。放假或考试，跳过了：4 月 6 日（星期一）。" in html
    assert "3 月 2 日（星期一）09:00–10:30" in html
    html = client.post(f"{page}publish/", follow=True).content.decode()
    assert "已经公布" in html
    offering.refresh_from_db()
    assert offering.state == OfferingState.PUBLISHED
    assert f'href="/courses/offerings/{offering.pk}/"' in html


def test_a_refused_series_lists_what_clashes_and_keeps_what_was_typed(client, bureau):
    offering = OfferingFactory(site=AcademySiteFactory(), teacher=TeacherFactory(name="李长顺"))
    room = RoomFactory(site=offering.site)
    far = OfferingFactory(site=AcademySiteFactory(name="远处的学堂", region=region("无定河镇")), course__title="剪纸")
    SessionFactory(offering=far, teacher=offering.teacher, begins_at=dt.datetime(2026, 3, 9, 7, 0, tzinfo=SHANGHAI))
    path = f"/admin/offerings/{offering.pk}/weekly/"
    response = client.post(path, WEEKLY | {"room": room.pk, "teacher": ""})
    html = response.content.decode()
    assert response.status_code == 422
    assert "李长顺老师3 月 9 日（星期一）08:30在远处的学堂下《剪纸》课" in html
    assert 'name="override_reason"' in html
    assert 'value="2026-03-02"' in html
    assert not offering.sessions.exists()
    client.post(path, WEEKLY | {"room": room.pk, "teacher": "", "override_reason": "有车接送"})
    assert offering.sessions.count() == 7
    assert offering.sessions.exclude(override_reason="").get().override_reason == "有车接送"


def test_firm_clashes_offer_no_override(client, bureau):
    offering = OfferingFactory()
    room = RoomFactory(site=offering.site)
    SessionFactory(room=room, offering__course__title="剪纸")
    given = {"day": "2026-03-02", "begins": "09:00", "ends": "10:30", "room": room.pk, "teacher": "", "lesson": ""}
    html = client.post(f"/admin/offerings/{offering.pk}/session/", given).content.decode()
    assert "已经排了《剪纸》" in html
    assert "override_reason" not in html


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"seats": ""}, "先到先得和摇号要填名额。"),
        ({"mode": "open"}, "随到随学不填名额。"),
        ({"site": ""}, "线下的班要选站点。"),
        ({"form": "live"}, "线上的班不选站点。"),
        ({"ends_on": "2026-01-01"}, "结课日期要在开课日期之后。"),
        ({"begins_on": "不知道"}, "没有保存"),
        ({"course": "999999"}, "没有保存"),
    ],
)
def test_a_wrong_form_says_what_to_mend(client, bureau, change, words):
    response = client.post("/admin/offerings/new/", form_of(CourseFactory(), AcademySiteFactory()) | change)
    assert response.status_code == 422
    assert words in response.content.decode()
    assert not Offering.objects.exists()


def test_staff_see_and_touch_their_own_places_only(client):
    here, there = (
        OfferingFactory(course__title="这里的课"),
        OfferingFactory(site=AcademySiteFactory(region=region("无定河镇")), course__title="那里的课"),
    )
    online = OfferingFactory(online=True, region=region("达拉特旗"), course__title="线上的课")
    session = SessionFactory(offering=there, teacher=TeacherFactory())
    pages = ["", "change/", "weekly/", "session/", "cancel/"]
    for user, seen in (
        (staff(Role.BANNER, region=region("达拉特旗")), {here, online}),
        (staff(Role.SITE, site=here.site), {here}),
        (staff(Role.CITY, region=region("鄂尔多斯市")), {here, there, online}),
    ):
        client.force_login(user)
        html = client.get("/admin/offerings/").content.decode()
        for offering in (here, there, online):
            assert (offering.course.title in html) is (offering in seen)
            wanted = {200} if offering in seen else {404}
            assert {client.get(f"/admin/offerings/{offering.pk}/{page}").status_code for page in pages} == wanted
    client.force_login(staff(Role.SITE, site=here.site))
    for path in (f"{there.pk}/publish/", f"sessions/{session.pk}/cancel/", f"sessions/{session.pk}/fee/"):
        assert client.post(f"/admin/offerings/{path}", {"reason": "x", "amount": "1"}).status_code == 404
    assert client.get("/admin/teachers/").status_code == 302  # teachers' phone numbers are the bureau's matter
    assert not TeacherFee.objects.exists()


def test_neither_seniors_nor_editors_come_in(client):
    offering = OfferingFactory()
    for role in (Role.SENIOR, Role.EDITOR, Role.TEACHER):
        client.force_login(UserFactory(role=role))
        for path in ("", "new/", "week/", f"{offering.pk}/"):
            assert client.get(f"/admin/offerings/{path}").status_code == 302
    client.force_login(UserFactory(role=Role.BANNER))  # the group without an assignment: no place, no row
    assert client.get(f"/admin/offerings/{offering.pk}/").status_code == 404


def test_moving_substituting_cancelling_and_the_fee(client, bureau):
    offering = OfferingFactory(site=AcademySiteFactory())
    room, free = RoomFactory(site=offering.site), TeacherFactory(name="王芳")
    session = SessionFactory(offering=offering, room=room, teacher=offering.teacher)
    base = f"/admin/offerings/sessions/{session.pk}/"
    assert 'value="09:00"' in client.get(f"{base}move/").content.decode()
    moved = {"day": "2026-03-03", "begins": "14:00", "ends": "15:30", "room": room.pk}
    assert "reason" in client.post(f"{base}move/", moved).context["form"].errors
    client.post(f"{base}move/", moved | {"reason": "教室修灯"})
    client.post(f"{base}substitute/", {"teacher": free.pk, "reason": "病假"})
    session.refresh_from_db()
    assert session.begins_at == dt.datetime(2026, 3, 3, 14, 0, tzinfo=SHANGHAI)
    assert session.teacher == free
    html = client.get(f"/admin/offerings/{offering.pk}/").content.decode()
    assert "改了时间或教室：教室修灯" in html
    client.post(f"{base}fee/", {"amount": "200"})
    fee = TeacherFee.objects.get()
    assert (fee.teacher, fee.noted_by) == (free, bureau)
    assert (
        "课还没有上" in client.post(f"/admin/offerings/fees/{fee.pk}/pay/", {"paid_on": "2026-02-01"}).content.decode()
    )
    client.post(f"/admin/offerings/fees/{fee.pk}/void/", {"reason": "写错了"})
    client.post(f"{base}cancel/", {"reason": "下大雪"})
    session.refresh_from_db()
    assert session.cancelled_reason == "下大雪"
    assert "已取消：下大雪" in client.get(f"/admin/offerings/{offering.pk}/").content.decode()


def test_a_week_of_the_clerks_sites(client, bureau, django_assert_max_num_queries):
    offering = OfferingFactory(course__title="八段锦")
    SessionFactory(offering=offering)
    SessionFactory(offering__site=AcademySiteFactory(region=region("无定河镇")), offering__course__title="别处的课")
    html = client.get("/admin/offerings/week/?week=2026-W10").content.decode()
    assert "09:00–10:30 八段锦" in html
    assert "别处的课" not in html
    assert "这一周没有课" in client.get("/admin/offerings/week/?week=2026-W11").content.decode()
    for week in ("2026-W99", "x", "0001-W01", "99999-W01"):
        query = {"week": week, "site": "999999999999"}
        assert "1 月 26 日" in client.get("/admin/offerings/week/", query).content.decode()
    with django_assert_max_num_queries(60) as few:
        client.get("/admin/offerings/week/?week=2026-W10")
    for _ in range(4):
        SessionFactory(offering__site=AcademySiteFactory())
    with django_assert_max_num_queries(len(few)):
        client.get("/admin/offerings/week/?week=2026-W10")


def test_longer_lists_cost_no_more_queries(client, bureau, django_assert_max_num_queries):
    def more() -> None:
        permission = TeacherPermissionFactory()
        offering = OfferingFactory(teacher=permission.teacher)
        SessionFactory(offering=offering, teacher=permission.teacher, room=RoomFactory(site=offering.site))

    more()
    lists = ["/admin/offerings/", "/admin/teachers/"]
    costs = []
    for path in lists:
        client.get(path)
        with django_assert_max_num_queries(60) as few:
            client.get(path)
        costs.append(len(few))
    for _ in range(5):
        more()
    for path, cost in zip(lists, costs, strict=True):
        with django_assert_max_num_queries(cost):
            html = client.get(path).content.decode()
    assert "到 2026-12-31" in html


def teacher_form(**more) -> dict[str, str]:
    given = {"name": "苏日娜", "channel": "in_service", "rehired_kind": "", "phone": "13800001111"}
    return given | {"introduction": "", "is_active": "on", "region": region("达拉特旗").pk} | more


def test_a_teacher_is_entered_with_consent_that_only_staff_of_the_region_can_read(client, bureau):
    employer = OrganisationFactory()
    client.post("/admin/teachers/new/", teacher_form(organisation=employer.pk))
    teacher = Teacher.objects.get()
    page = f"/admin/teachers/{teacher.pk}/"
    assert "还没有同意书，不能排课。" in client.get(page).content.decode()
    paper = SimpleUploadedFile("同意书.pdf", b"%PDF-1.7 agreed", "application/pdf")
    days = {"valid_from": "2026-01-01", "valid_until": "2026-12-31"}
    client.post(f"{page}permission/", {"employer": employer.pk, "paper": paper, **days})
    permission = teacher.permissions.get()
    read = client.get(f"/admin/teachers/permissions/{permission.pk}/paper/")
    assert b"".join(read.streaming_content) == b"%PDF-1.7 agreed"
    assert "no-store" in read["Cache-Control"]
    assert client.get(f"/files/{permission.paper.name}").status_code == 404
    assert "13800001111" in client.get(page).content.decode()
    client.force_login(staff(Role.BANNER, region=region("乌审旗")))
    assert client.get(page).status_code == 404
    assert client.get(f"/admin/teachers/permissions/{permission.pk}/paper/").status_code == 404
    assert client.post(f"/admin/teachers/permissions/{permission.pk}/withdraw/", {"reason": "x"}).status_code == 404
    client.force_login(bureau)
    html = client.post(
        f"/admin/teachers/permissions/{permission.pk}/withdraw/", {"reason": "单位忙"}, follow=True
    ).content.decode()
    assert "已撤回（单位忙）" in html


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"phone": "123"}, "手机号是 11 位数字。"),
        ({}, "在职兼职要填工作单位"),
        ({"channel": "rehired"}, "返聘教师要选返聘类别"),
        ({"region": "1"}, "没有保存"),
    ],
)
def test_a_wrong_entry_says_what_to_mend(client, bureau, change, words):
    response = client.post("/admin/teachers/new/", teacher_form(organisation="") | change)
    assert response.status_code == 422
    assert words in response.content.decode()
    assert not Teacher.objects.exists()


def test_a_paper_that_is_none_is_refused_with_words(client, bureau):
    teacher = TeacherFactory(in_service=True)
    days = {"valid_from": "2026-01-01", "valid_until": "2026-12-31"}
    paper = SimpleUploadedFile("x.pdf", b"<script>alert(1)</script>", "application/pdf")
    response = client.post(
        f"/admin/teachers/{teacher.pk}/permission/", {"employer": teacher.organisation.pk, "paper": paper, **days}
    )
    assert "同意书要是 PDF、JPG 或 PNG 文件" in response.content.decode()
    assert not teacher.permissions.exists()


def test_exam_weeks_and_holidays_at_the_desk(client, bureau):
    school = OrganisationFactory(kind=OrganisationKind.SCHOOL, name="鄂尔多斯应用技术学院")
    html = client.post(
        "/admin/exam-weeks/", {"organisation": school.pk, "first": "2026-06-17", "last": "2026-06-17"}, follow=True
    ).content.decode()
    assert "鄂尔多斯应用技术学院：2026-06-15 到 2026-06-21" in html
    client.post(f"/admin/exam-weeks/{ExamWeek.objects.get().pk}/remove/")
    assert not ExamWeek.objects.exists()
    assert client.get("/admin/holidays/").status_code == 302  # the city's matter
    client.force_login(staff(Role.CITY, region=region("鄂尔多斯市")))
    client.post("/admin/holidays/", {"day": "2027-01-01", "name": "元旦"})
    html = client.post("/admin/holidays/", {"day": "2027-01-01", "name": "元旦"}).content.decode()
    assert "已经登记过了" in html
    client.post(f"/admin/holidays/{PublicHoliday.objects.get(day=dt.date(2027, 1, 1)).pk}/remove/")
    assert not PublicHoliday.objects.filter(day__year=2027).exists()
    assert Session.objects.count() == 0
