"""Opening, changing, publishing and cancelling offerings."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest
import time_machine
from django.core.files.base import ContentFile

from accounts.enums import Role
from core.errors import Refusal
from core.half_year import HalfYear
from courses.enums import EnrolmentMode, EnrolmentState, OfferingState, TeacherChannel, TeachingForm
from courses.errors import ClashesFound
from courses.models import ExamWeek, PublicHoliday, TeacherFee
from courses.operations.calendar import add_exam_weeks, add_holiday, plant_holidays, remove_exam_week
from courses.operations.fees import note_fee, pay_fee, void_fee
from courses.operations.offerings import Terms, cancel_offering, edit_offering, open_offering, publish_offering
from courses.operations.teachers import Entry, add_teacher, edit_teacher, record_permission, withdraw_permission
from courses.queries.offerings import find_offering
from courses.queries.teachers import misfits, sessions_to_come
from places.enums import OrganisationKind
from tests.accounts.factories import UserFactory
from tests.courses.factories import (
    SHANGHAI,
    CourseFactory,
    EnrolmentFactory,
    OfferingFactory,
    SessionFactory,
    TeacherFactory,
    TeacherPermissionFactory,
)
from tests.places.factories import AcademySiteFactory, OrganisationFactory, RoomFactory, region

pytestmark = pytest.mark.django_db
NINE = dt.datetime(2026, 3, 2, 9, 0, tzinfo=SHANGHAI)


@pytest.fixture(autouse=True)
def _winter():
    with time_machine.travel(dt.datetime(2026, 2, 1, 8, 0, tzinfo=SHANGHAI), tick=False):
        yield


@pytest.fixture
def clerk():
    return UserFactory(role=Role.BANNER)


@pytest.fixture
def terms() -> Terms:
    return Terms(
        course=CourseFactory(title="八段锦"),
        form=TeachingForm.IN_PERSON,
        region=None,
        site=AcademySiteFactory(),
        teacher=TeacherFactory(),
        begins_on=dt.date(2026, 3, 2),
        ends_on=dt.date(2026, 6, 8),
        seats=20,
        mode=EnrolmentMode.FIRST_COME,
        enrol_from=dt.date(2026, 2, 1),
        enrol_until=dt.date(2026, 2, 20),
    )


def test_an_offering_begins_as_a_draft_of_its_half_year_and_region(terms, clerk):
    offering = open_offering(terms=terms, by=clerk)
    assert (offering.state, offering.half_year) == (OfferingState.DRAFT, HalfYear(2026, 1))
    assert offering.region == terms.site.region
    online = replace(terms, form=TeachingForm.LIVE, site=None, region=region("乌审旗"))
    assert open_offering(terms=online, by=clerk).region == region("乌审旗")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"ends_on": dt.date(2026, 3, 1)}, "没有保存"),
        ({"enrol_until": dt.date(2026, 1, 1)}, "没有保存"),
        ({"enrol_until": dt.date(2026, 7, 1)}, "报名截止"),
        ({"seats": None}, "要填名额"),
        ({"mode": EnrolmentMode.OPEN}, "随到随学不填"),
        ({"site": None}, "主办地区"),
        ({"form": TeachingForm.LIVE}, "线上的班不选"),
        ({"form": "悄悄"}, "没有保存"),
    ],
)
def test_terms_that_do_not_fit_together_are_refused(terms, clerk, change, words):
    with pytest.raises(Refusal, match=words):
        open_offering(terms=replace(terms, **change), by=clerk)


def test_a_closed_site_and_a_resting_teacher_are_refused(terms, clerk):
    with pytest.raises(Refusal, match="不开放"):
        open_offering(terms=replace(terms, site=AcademySiteFactory(closed_on=dt.date(2026, 3, 1))), by=clerk)
    with pytest.raises(Refusal, match="停止排课"):
        open_offering(terms=replace(terms, teacher=TeacherFactory(is_active=False)), by=clerk)


def test_publishing_needs_all_a_learner_must_know(terms, clerk):
    offering = open_offering(terms=replace(terms, course=CourseFactory(draft=True, title="新课")), by=clerk)
    with pytest.raises(Refusal, match="《新课》这门课还没有发布；还没有排课"):
        publish_offering(offering=offering, by=clerk)
    offering = open_offering(terms=replace(terms, teacher=None), by=clerk)
    session = SessionFactory(offering=offering)
    with pytest.raises(Refusal, match="还没有教师"):
        publish_offering(offering=offering, by=clerk)
    session.teacher = terms.teacher
    session.save()
    assert publish_offering(offering=offering, by=clerk).published_at is not None
    with pytest.raises(Refusal, match="已经公布"):
        publish_offering(offering=offering, by=clerk)
    recorded = replace(terms, form=TeachingForm.RECORDED, site=None, region=region("乌审旗"), teacher=None)
    assert publish_offering(offering=open_offering(terms=recorded, by=clerk), by=clerk)


def test_what_sessions_and_learners_stand_on_stays(terms, clerk):
    offering = open_offering(terms=terms, by=clerk)
    room = RoomFactory(site=terms.site, seats=25, name="一号教室")
    SessionFactory(offering=offering, room=room, teacher=terms.teacher)
    EnrolmentFactory.create_batch(2, offering=offering)
    for change, words in (
        ({"site": AcademySiteFactory()}, "不能换形式或站点"),
        ({"begins_on": dt.date(2026, 3, 3)}, "3 月 2 日（星期一）09:00–10:30的课不在新的日期内"),
        ({"seats": 26}, "一号教室只有 25 个座位"),
        ({"seats": 1}, "已经有 2 人占着名额"),
        ({"mode": EnrolmentMode.LOTTERY}, "不能换报名方式"),
    ):
        with pytest.raises(Refusal, match=words):
            edit_offering(offering=offering, terms=replace(terms, **change), by=clerk)
    offering.refresh_from_db()
    assert (offering.site, offering.seats, offering.mode) == (terms.site, 20, EnrolmentMode.FIRST_COME)
    publish_offering(offering=offering, by=clerk)
    with pytest.raises(Refusal, match="不能换成别的课程"):
        edit_offering(offering=offering, terms=replace(terms, course=CourseFactory()), by=clerk)


def test_another_teacher_takes_over_what_is_to_come_unless_busy(terms, clerk):
    offering = open_offering(terms=terms, by=clerk)
    past = SessionFactory(offering=offering, teacher=terms.teacher, begins_at=NINE - dt.timedelta(days=42))
    substituted = SessionFactory(offering=offering, teacher=TeacherFactory(), begins_at=NINE + dt.timedelta(days=7))
    coming = SessionFactory(offering=offering, teacher=terms.teacher, begins_at=NINE)
    busy, free = TeacherFactory(name="赵敏"), TeacherFactory()
    SessionFactory(teacher=busy, begins_at=NINE)
    with pytest.raises(ClashesFound, match="赵敏老师"):
        edit_offering(offering=offering, terms=replace(terms, teacher=busy), by=clerk)
    offering.refresh_from_db()
    assert offering.teacher == terms.teacher
    edit_offering(offering=offering, terms=replace(terms, teacher=free), by=clerk)
    teachers = {session.pk: session.teacher for session in offering.sessions.all()}
    assert teachers == {past.pk: terms.teacher, substituted.pk: substituted.teacher, coming.pk: free}


def test_cancelling_ends_what_is_to_come_and_says_why(terms, clerk):
    offering = open_offering(terms=terms, by=clerk)
    past = SessionFactory(offering=offering, teacher=terms.teacher, begins_at=NINE - dt.timedelta(days=42))
    coming = SessionFactory(offering=offering, teacher=terms.teacher, begins_at=NINE)
    publish_offering(offering=offering, by=clerk)
    with pytest.raises(Refusal, match="写明原因"):
        cancel_offering(offering=offering, reason="", by=clerk)
    cancel_offering(offering=offering, reason="教师生病", by=clerk)
    past.refresh_from_db()
    coming.refresh_from_db()
    assert (past.cancelled_at, coming.cancelled_reason) == (None, "教师生病")
    assert find_offering(pk=offering.pk).cancelled_reason == "教师生病"
    for again in (cancel_offering, lambda **kw: edit_offering(terms=terms, **kw)):
        with pytest.raises(Refusal, match="已经取消"):
            again(offering=offering, by=clerk, **({"reason": "再"} if again is cancel_offering else {}))


def entry(**more) -> Entry:
    given = {"name": "苏日娜", "channel": TeacherChannel.RETIRED, "rehired_kind": "", "organisation": None}
    return Entry(**{**given, "region": region("乌审旗"), **more})


def test_teachers_are_entered_by_their_channel(clerk):
    assert add_teacher(entry=entry(), by=clerk).pk
    assert add_teacher(entry=entry(channel=TeacherChannel.REHIRED, rehired_kind="expert"), by=clerk).pk
    for wrong, words in (
        ({"channel": TeacherChannel.REHIRED}, "返聘类别"),
        ({"rehired_kind": "expert"}, "返聘类别"),
        ({"channel": TeacherChannel.STUDENT}, "学校"),
        ({"name": ""}, "没有保存"),
    ):
        with pytest.raises(Refusal, match=words):
            add_teacher(entry=entry(**wrong), by=clerk)


def test_consent_is_a_real_paper_of_someone_who_needs_it(clerk):
    teacher = TeacherFactory(in_service=True)
    days = {"valid_from": dt.date(2026, 3, 1), "valid_until": dt.date(2026, 6, 30)}
    given = {"teacher": teacher, "employer": teacher.organisation, "by": clerk, **days}
    permission = record_permission(paper=ContentFile(b"%PDF-1.4 yes", "同意书.PDF"), **given)
    assert permission.paper.name.startswith("teacher-permissions/")
    assert "同意书" not in permission.paper.name
    for paper in (
        ContentFile(b"<html>", "a.pdf"),
        ContentFile(b"%PDF-1.4", "a.html"),
        ContentFile(b"", "a.png"),
        ContentFile(b"%PDF-" + b"x" * (10 * 1024 * 1024), "a.pdf"),
    ):
        with pytest.raises(Refusal, match="没有保存"):
            record_permission(paper=paper, **given)
    with pytest.raises(Refusal, match="之后"):
        record_permission(paper=ContentFile(b"%PDF-1.4", "a.pdf"), **given | {"valid_until": dt.date(2026, 2, 1)})
    with pytest.raises(Refusal, match="不用单位同意书"):
        record_permission(paper=ContentFile(b"%PDF-1.4", "a.pdf"), **given | {"teacher": TeacherFactory()})


def test_consent_withdrawn_shows_the_sessions_it_leaves_bare(clerk):
    permission = TeacherPermissionFactory()
    teacher = permission.teacher
    SessionFactory(teacher=teacher, offering__course__title="剪纸")
    assert misfits(teacher, sessions_to_come(teacher)) == []
    withdraw_permission(permission=permission, reason="单位忙", by=clerk)
    assert misfits(teacher, sessions_to_come(teacher)) == [
        "3 月 2 日（星期一）09:00–10:30《剪纸》：这一天没有单位同意书"
    ]
    with pytest.raises(Refusal, match="已经撤回"):
        withdraw_permission(permission=permission, reason="再", by=clerk)
    edit_teacher(teacher=teacher, entry=entry(is_active=False), by=clerk)
    teacher.refresh_from_db()
    assert "停止排课" in misfits(teacher, sessions_to_come(teacher))[0]


def test_exam_weeks_are_whole_weeks_of_a_school(clerk):
    school = OrganisationFactory(kind=OrganisationKind.SCHOOL)
    weeks = add_exam_weeks(organisation=school, first=dt.date(2025, 12, 31), last=dt.date(2026, 1, 6), by=clerk)
    assert [week.monday for week in weeks] == [dt.date(2025, 12, 29), dt.date(2026, 1, 5)]
    with pytest.raises(Refusal, match="已经登记过"):
        add_exam_weeks(organisation=school, first=dt.date(2026, 1, 4), last=dt.date(2026, 1, 4), by=clerk)
    with pytest.raises(Refusal, match="最多登记 12 个"):
        add_exam_weeks(organisation=school, first=dt.date(2026, 1, 1), last=dt.date(2026, 6, 1), by=clerk)
    with pytest.raises(Refusal, match="不是学校"):
        add_exam_weeks(
            organisation=OrganisationFactory(), first=dt.date(2026, 1, 1), last=dt.date(2026, 1, 2), by=clerk
        )
    student = TeacherFactory(student=True, organisation=school)
    SessionFactory(teacher=student, begins_at=dt.datetime(2026, 6, 15, 9, 0, tzinfo=SHANGHAI))
    (week,) = add_exam_weeks(organisation=school, first=dt.date(2026, 6, 17), last=dt.date(2026, 6, 17), by=clerk)
    assert "考试周" in misfits(student, sessions_to_come(student))[0]
    remove_exam_week(week=week, by=clerk)
    assert ExamWeek.objects.count() == 2


def test_holidays_come_planted_and_are_added_by_hand(clerk):
    assert PublicHoliday.objects.get(day=dt.date(2026, 2, 17)).name == "春节"
    assert plant_holidays() == 0
    add_holiday(day=dt.date(2027, 1, 1), name="元旦", by=clerk)
    for day, name in ((dt.date(2027, 1, 1), "元旦"), (dt.date(2027, 1, 2), " "), (dt.date(1, 1, 1), "元旦")):
        with pytest.raises(Refusal):
            add_holiday(day=day, name=name, by=clerk)


def test_a_fee_is_noted_once_paid_after_the_session_and_voided_with_a_reason(clerk):
    session = SessionFactory(teacher=TeacherFactory())
    fee = note_fee(session=session, amount=Decimal("200.00"), by=clerk)
    with pytest.raises(Refusal, match="已经登记过"):
        note_fee(session=session, amount=Decimal(300), by=clerk)
    with pytest.raises(Refusal, match="课还没有上"):
        pay_fee(fee=fee, paid_on=dt.date(2026, 2, 1), by=clerk)
    with time_machine.travel(dt.datetime(2026, 4, 1, tzinfo=SHANGHAI)):
        with pytest.raises(Refusal, match="还没有到"):
            pay_fee(fee=fee, paid_on=dt.date(2026, 4, 2), by=clerk)
        assert pay_fee(fee=fee, paid_on=dt.date(2026, 3, 31), by=clerk).paid_by == clerk
        with pytest.raises(Refusal, match="已经发放"):
            pay_fee(fee=fee, paid_on=dt.date(2026, 3, 31), by=clerk)
        with pytest.raises(Refusal, match="写明作废的原因"):
            void_fee(fee=fee, reason=" ", by=clerk)
        void_fee(fee=fee, reason="发错了人", by=clerk)
        with pytest.raises(Refusal, match="已经作废"):
            void_fee(fee=fee, reason="再", by=clerk)
        assert note_fee(session=session, amount=Decimal("180.50"), by=clerk).pk != fee.pk
    assert TeacherFee.objects.count() == 2


@pytest.mark.parametrize("amount", ["0", "-1", "NaN", "Infinity", "100000", "1.005"])
def test_amounts_that_are_no_fee(clerk, amount):
    with pytest.raises(Refusal, match="金额"):
        note_fee(session=SessionFactory(teacher=TeacherFactory()), amount=Decimal(amount), by=clerk)


def test_no_fee_without_a_teacher_or_for_a_cancelled_session(clerk):
    with pytest.raises(Refusal, match="还没有教师"):
        note_fee(session=SessionFactory(), amount=Decimal(1), by=clerk)
    cancelled = SessionFactory(teacher=TeacherFactory(), cancelled_at=NINE, cancelled_reason="停电")
    with pytest.raises(Refusal, match="已经取消"):
        note_fee(session=cancelled, amount=Decimal(1), by=clerk)


def test_lapsed_and_withdrawn_learners_hold_no_seat(terms, clerk):
    offering = open_offering(terms=terms, by=clerk)
    EnrolmentFactory(offering=offering, state=EnrolmentState.WITHDRAWN)
    assert edit_offering(offering=offering, terms=replace(terms, seats=1), by=clerk).seats == 1


def test_an_offering_never_published_has_no_page(terms, clerk):
    offering = open_offering(terms=terms, by=clerk)
    cancel_offering(offering=offering, reason="不开了", by=clerk)
    with pytest.raises(type(offering).DoesNotExist):
        find_offering(pk=offering.pk)
    with pytest.raises(type(offering).DoesNotExist):
        find_offering(pk=OfferingFactory(draft=True).pk)
