"""Planning sessions: every clash is named, the firm ones never yield, a series is planned whole or not at all."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine

from accounts.enums import Role
from accounts.models import AuditEntry
from core.errors import Refusal
from courses.enums import SessionChangeKind
from courses.errors import ClashesFound
from courses.models import ExamWeek, Offering, Session
from courses.operations.rescheduling import cancel_session, move_session, substitute_teacher
from courses.operations.scheduling import schedule_session, schedule_weekly
from places.models import Room
from tests.accounts.factories import UserFactory
from tests.courses.factories import (
    SHANGHAI,
    CourseFactory,
    LessonFactory,
    OfferingFactory,
    SessionFactory,
    TeacherFactory,
    TeacherPermissionFactory,
)
from tests.places.factories import AcademySiteFactory, RoomFactory, RoomSlotFactory, region

pytestmark = pytest.mark.django_db
MONDAY = dt.date(2026, 3, 2)


@pytest.fixture(autouse=True)
def _winter():
    with time_machine.travel(dt.datetime(2026, 2, 1, 8, 0, tzinfo=SHANGHAI), tick=False):
        yield


@pytest.fixture
def clerk():
    return UserFactory(role=Role.SITE, display_name="站点小张")


@pytest.fixture
def offering() -> Offering:
    return OfferingFactory(course__title="八段锦", teacher__name="李长顺")


@pytest.fixture
def room(offering) -> Room:
    return RoomFactory(site=offering.site, name="一号教室")


def at(clock: str, day: dt.date = MONDAY) -> dt.datetime:
    return dt.datetime.combine(day, dt.time.fromisoformat(clock), tzinfo=SHANGHAI)


def plan(offering, clerk, begins="09:00", ends="10:30", *, day=MONDAY, **more) -> Session:
    return schedule_session(offering=offering, begins_at=at(begins, day), ends_at=at(ends, day), by=clerk, **more)


def refusal(call, *args, **kwargs) -> ClashesFound:
    before = Session.objects.count()
    with pytest.raises(ClashesFound) as caught:
        call(*args, **kwargs)
    assert Session.objects.count() == before
    return caught.value


def test_a_session_is_planned_with_the_offerings_teacher_and_noted_in_the_log(offering, room, clerk):
    session = plan(offering, clerk, room=room)
    assert (session.teacher, session.room, session.override_reason) == (offering.teacher, room, "")
    entry = AuditEntry.objects.get(verb="courses.schedule_session")
    assert (entry.actor, entry.object_id, entry.site) == (clerk, str(session.pk), offering.site)


def test_a_teacher_in_two_places_is_never_let_pass(offering, room, clerk):
    SessionFactory(offering__course__title="剪纸", teacher=offering.teacher, begins_at=at("10:00"), ends_at=at("11:00"))
    found = refusal(plan, offering, clerk, room=room, override_reason="就这样")
    assert not found.may_yield
    assert "李长顺老师3 月 2 日（星期一）10:00–11:00已经在" in found.sentence
    assert "《剪纸》" in found.sentence


def test_a_room_is_never_booked_twice(offering, room, clerk):
    SessionFactory(
        offering__course__title="剪纸",
        teacher=TeacherFactory(name="赵敏"),
        room=room,
        begins_at=at("08:30"),
        ends_at=at("09:30"),
    )
    found = refusal(plan, offering, clerk, room=room, override_reason="就这样")
    assert "一号教室3 月 2 日（星期一）08:30–09:30已经排了《剪纸》，赵敏老师。" in found.sentences


def test_one_hour_ends_where_the_next_begins_and_a_cancelled_one_is_in_nobodys_way(offering, room, clerk):
    SessionFactory(offering=offering, room=room, teacher=offering.teacher, begins_at=at("08:00"), ends_at=at("09:00"))
    SessionFactory(
        offering=offering, room=room, teacher=offering.teacher, cancelled_at=at("07:00"), cancelled_reason="停电"
    )
    assert plan(offering, clerk, room=room).pk


@pytest.mark.parametrize(
    ("there", "minutes"),
    [("树林召镇", 20), ("白泥井镇", 60), ("无定河镇", 120)],
)
def test_travel_between_sites_counts_and_may_yield_with_a_reason(offering, room, clerk, there, minutes):
    far = AcademySiteFactory(name="那边的学堂", region=region(there))
    SessionFactory(
        offering__site=far,
        offering__course__title="剪纸",
        teacher=offering.teacher,
        begins_at=at("07:30"),
        ends_at=at("08:45"),
    )
    found = refusal(plan, offering, clerk, room=room)
    assert found.may_yield
    assert (
        f"李长顺老师3 月 2 日（星期一）08:45在那边的学堂下《剪纸》课，到{offering.site}约要 {minutes} 分钟"
        in found.sentence
    )
    assert "中间只有 15 分钟" in found.sentence
    session = plan(offering, clerk, room=room, override_reason="有车接送")
    assert session.override_reason == "有车接送"
    entry = AuditEntry.objects.get(verb="courses.schedule_session")
    assert entry.after["clashes"] == found.sentences


def test_coordinates_tell_more_than_regions(offering, room, clerk):
    near = AcademySiteFactory(region=region("无定河镇"), latitude=40.40, longitude=110.0)
    offering.site.latitude, offering.site.longitude = 40.41, 110.0
    offering.site.save()
    SessionFactory(offering__site=near, teacher=offering.teacher, begins_at=at("07:30"), ends_at=at("08:45"))
    assert plan(offering, clerk, room=room).pk  # 1.1 km: 15 minutes will do


def test_an_online_session_needs_no_way(offering, room, clerk):
    SessionFactory(
        offering=OfferingFactory(online=True), teacher=offering.teacher, begins_at=at("08:00"), ends_at=at("09:00")
    )
    assert plan(offering, clerk, room=room).pk


def test_a_shared_room_is_ours_at_its_hours_only(offering, room, clerk):
    RoomSlotFactory(room=room, weekday=1, begins=9 * 60, ends=10 * 60)
    RoomSlotFactory(room=room, weekday=1, begins=10 * 60, ends=11 * 60)
    RoomSlotFactory(room=room, weekday=2, begins=9 * 60, ends=12 * 60, for_academy=False, user_name="读书会")
    assert plan(offering, clerk, "09:30", "11:00", room=room).pk
    found = refusal(plan, offering, clerk, "11:00", "12:00", room=room)
    assert (found.may_yield, "一号教室只有星期一 09:00–10:00、星期一 10:00–11:00归学堂用。" in found.sentence) == (
        True,
        True,
    )
    found = refusal(plan, offering, clerk, day=dt.date(2026, 3, 3), room=room)
    assert "一号教室星期二 09:00–12:00归读书会用。" in found.sentence


def test_our_own_room_lent_out_one_evening_is_ours_the_rest_of_the_week(offering, room, clerk):
    RoomSlotFactory(room=room, weekday=1, begins=18 * 60, ends=20 * 60, for_academy=False, user_name="合唱团")
    assert plan(offering, clerk, room=room).pk
    assert "合唱团" in refusal(plan, offering, clerk, "17:00", "18:30", room=room).sentence


def test_an_employers_consent_opens_its_days_and_no_other(offering, room, clerk):
    permission = TeacherPermissionFactory(
        teacher__name="苏日娜", valid_from=dt.date(2026, 3, 2), valid_until=dt.date(2026, 3, 9)
    )
    teacher = permission.teacher
    for day in (dt.date(2026, 3, 2), dt.date(2026, 3, 9)):
        assert plan(offering, clerk, day=day, room=room, teacher=teacher).pk
    found = refusal(plan, offering, clerk, day=dt.date(2026, 3, 10), room=room, teacher=teacher, override_reason="急")
    assert not found.may_yield
    assert f"{teacher.organisation}对苏日娜老师的同意到 2026-03-09 为止" in found.sentence
    permission.withdrawn_at, permission.withdrawn_reason = at("08:00"), "单位另有安排"
    permission.save()
    found = refusal(plan, offering, clerk, "15:00", "16:00", room=room, teacher=teacher)
    assert "没有" in found.sentence
    assert str(teacher.organisation) in found.sentence


def test_students_do_not_teach_in_exam_weeks(offering, room, clerk):
    student = TeacherFactory(student=True, name="小白")
    ExamWeek.objects.create(organisation=student.organisation, year=2026, week=10)
    for day in (MONDAY, dt.date(2026, 3, 8)):
        found = refusal(plan, offering, clerk, day=day, room=room, teacher=student)
        assert f"3 月 2 日（星期一）这一周是{student.organisation}的考试周" in found.sentence
    assert plan(offering, clerk, day=dt.date(2026, 3, 9), room=room, teacher=student).pk
    assert plan(offering, clerk, room=room, override_reason="").pk  # another teacher is not concerned


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (dt.date(2026, 3, 1), "3 月 1 日（星期日）不在开班日期内"),
        (dt.date(2026, 6, 9), "6 月 9 日（星期二）不在开班日期内"),
        (dt.date(2026, 4, 6), "4 月 6 日（星期一）是清明节放假。"),
    ],
)
def test_days_that_do_not_fit_are_named(offering, room, clerk, day, words):
    found = refusal(plan, offering, clerk, room=room, day=day)
    assert words in found.sentence
    assert found.may_yield is ("清明节" in words)


def test_what_does_not_yield(offering, room, clerk):
    offering.site.closed_on = dt.date(2026, 3, 2)
    offering.site.save()
    offering.teacher.is_active = False
    offering.teacher.save()
    small = RoomFactory(site=offering.site, name="小教室", seats=2)
    elsewhere = RoomFactory(name="别处的教室")
    found = refusal(plan, offering, clerk, room=small, override_reason="急")
    assert "从3 月 2 日（星期一）起停用" in found.sentence
    assert "李长顺老师已经停止排课。" in found.sentence
    assert "小教室有 2 个座位，这个班有 3 个名额。" in found.sentence
    assert "别处的教室是" in refusal(plan, offering, clerk, room=elsewhere, override_reason="急").sentence


def test_the_past_yields_to_someone_who_enters_it_later(offering, room, clerk):
    with time_machine.travel(dt.datetime(2026, 3, 5, tzinfo=SHANGHAI)):
        assert "已经过去了" in refusal(plan, offering, clerk, room=room).sentence
        assert plan(offering, clerk, room=room, override_reason="补录").pk


@pytest.mark.parametrize(
    ("hours", "words"),
    [(("10:00", "10:00"), "下课时间"), (("10:00", "09:00"), "下课时间"), (("08:00", "16:01"), "最长 8 小时")],
)
def test_impossible_hours(offering, room, clerk, hours, words):
    with pytest.raises(Refusal, match=words):
        plan(offering, clerk, *hours, room=room)


def test_forms_and_lessons_fit(offering, room, clerk):
    with pytest.raises(Refusal, match="要选教室"):
        plan(offering, clerk)
    with pytest.raises(Refusal, match="不用选教室"):
        plan(OfferingFactory(online=True), clerk, room=room)
    with pytest.raises(Refusal, match="不是《八段锦》的"):
        plan(offering, clerk, room=room, lesson=LessonFactory(course=CourseFactory()))
    with pytest.raises(Refusal, match="已经取消"):
        plan(OfferingFactory(cancelled=True), clerk)
    with pytest.raises(Refusal, match="同一天"):
        schedule_session(
            offering=offering, begins_at=at("23:00"), ends_at=at("00:30", dt.date(2026, 3, 3)), by=clerk, room=room
        )
    with pytest.raises(Refusal, match="最多写"):
        plan(offering, clerk, room=room, override_reason="长" * 121)


WEEKLY = {"weekdays": [1], "begins": dt.time(9), "ends": dt.time(10, 30), "first": MONDAY, "last": dt.date(2026, 4, 20)}


def test_a_series_skips_holidays_and_exam_weeks(offering, room, clerk, django_assert_max_num_queries):
    student = TeacherFactory(student=True)
    ExamWeek.objects.create(organisation=student.organisation, year=2026, week=12)
    with django_assert_max_num_queries(60):
        series = schedule_weekly(offering=offering, room=room, teacher=student, by=clerk, **WEEKLY)
    days = [f"{session.begins_at.astimezone(SHANGHAI):%m-%d}" for session in series.sessions]
    assert days == ["03-02", "03-09", "03-23", "03-30", "04-13", "04-20"]
    assert [row.day for row in series.skipped] == [dt.date(2026, 3, 16), dt.date(2026, 4, 6)]
    assert "清明节" in series.skipped[1].why
    assert offering.sessions.count() == 6


def test_a_series_is_planned_whole_or_not_at_all_and_lists_every_clash(offering, room, clerk):
    for day in (dt.date(2026, 3, 9), dt.date(2026, 3, 30)):
        SessionFactory(offering__course__title="剪纸", room=room, begins_at=at("10:00", day), ends_at=at("11:00", day))
    found = refusal(schedule_weekly, offering=offering, room=room, by=clerk, **WEEKLY)
    assert len(found.sentences) == 2
    assert "3 月 9 日" in found.sentences[0]
    assert "3 月 30 日" in found.sentences[1]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"weekdays": []}, "星期几"),
        ({"weekdays": [0]}, "星期几"),
        ({"last": dt.date(2026, 3, 1)}, "之后"),
        ({"weekdays": [3], "last": dt.date(2026, 3, 3)}, "没有这样的日子"),
        ({"last": dt.date(2027, 6, 1)}, "一年"),
        ({"weekdays": [1, 2, 3, 4, 5, 6, 7], "last": dt.date(2026, 6, 1)}, "最多排 60 次"),
        ({"first": dt.date(2026, 4, 6), "last": dt.date(2026, 4, 6)}, "都是放假日或考试周"),
    ],
)
def test_series_that_make_no_sense(offering, room, clerk, change, words):
    with pytest.raises(Refusal, match=words):
        schedule_weekly(offering=offering, room=room, by=clerk, **WEEKLY | change)


def test_moving_keeps_how_it_was_and_why(offering, room, clerk):
    session = plan(offering, clerk, room=room)
    other = RoomFactory(site=offering.site, name="二号教室")
    moved = move_session(
        session=session, begins_at=at("09:30"), ends_at=at("11:00"), room=other, reason="一号教室修灯", by=clerk
    )
    change = moved.changes.get()
    assert (change.kind, change.began_at, change.room, change.is_public) == (
        SessionChangeKind.MOVED,
        at("09:00"),
        room,
        True,
    )
    with pytest.raises(Refusal, match="没有变"):
        move_session(session=session, begins_at=at("09:30"), ends_at=at("11:00"), room=other, reason="再来", by=clerk)
    with pytest.raises(Refusal, match="写明原因"):
        move_session(session=session, begins_at=at("08:30"), ends_at=at("10:00"), room=other, reason=" ", by=clerk)


def test_a_session_moved_into_another_is_refused_and_stays(offering, room, clerk):
    session = plan(offering, clerk, room=room)
    plan(offering, clerk, "14:00", "15:30", room=room)
    refusal(move_session, session=session, begins_at=at("15:00"), ends_at=at("16:00"), room=room, reason="换", by=clerk)
    session.refresh_from_db()
    assert session.begins_at == at("09:00")
    assert not session.changes.exists()


def test_cancelling_frees_teacher_and_room_and_happens_once(offering, room, clerk):
    session = plan(offering, clerk, room=room)
    cancel_session(session=session, reason="下大雪", by=clerk)
    session.refresh_from_db()
    assert session.cancelled_reason == "下大雪"
    assert session.changes.get().kind == SessionChangeKind.CANCELLED
    assert plan(offering, clerk, room=room).pk
    for change in (
        lambda: cancel_session(session=session, reason="再取消", by=clerk),
        lambda: substitute_teacher(session=session, teacher=TeacherFactory(), reason="换", by=clerk),
    ):
        with pytest.raises(Refusal, match="已经取消"):
            change()


def test_what_has_begun_is_not_changed_any_more(offering, room, clerk):
    session = plan(offering, clerk, room=room)
    with time_machine.travel(at("09:00")), pytest.raises(Refusal, match="已经开始"):
        cancel_session(session=session, reason="晚了", by=clerk)


def test_a_substitute_must_be_free_and_permitted(offering, room, clerk):
    session = plan(offering, clerk, room=room)
    busy = TeacherFactory(name="赵敏")
    SessionFactory(offering=OfferingFactory(online=True), teacher=busy, begins_at=at("10:00"), ends_at=at("11:00"))
    assert "赵敏老师" in refusal(substitute_teacher, session=session, teacher=busy, reason="病假", by=clerk).sentence
    in_service = TeacherFactory(in_service=True)
    assert (
        "同意书" in refusal(substitute_teacher, session=session, teacher=in_service, reason="病假", by=clerk).sentence
    )
    free = TeacherFactory(name="王芳")
    assert substitute_teacher(session=session, teacher=free, reason="病假", by=clerk).teacher == free
    assert session.changes.get().teacher == offering.teacher
    with pytest.raises(Refusal, match="本来就是"):
        substitute_teacher(session=session, teacher=free, reason="病假", by=clerk)
