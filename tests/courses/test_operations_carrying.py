"""Nobody in the middle of a course is thrown out silently: dropped courses, and what a rollback asks."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction

from core import clock
from core.errors import Refusal
from courses.enums import CarryPolicy, EnrolmentState, FlipKind, OfferingState, RollbackAnswer
from courses.models import CatalogueFlip, CatalogueNow, Enrolment, LearnerNotice, RollbackDecision, WatchPosition
from courses.operations.editions.carrying import decide_carry_over
from courses.operations.editions.drafting import add_course, draft_edition, remove_course
from courses.operations.editions.flipping import flip_due_editions, flip_edition
from courses.operations.editions.rollback import decide_enrolment, finish_rollback, honour_the_rest, roll_back
from courses.operations.editions.sealing import seal_edition
from courses.queries.editions.middle import people_in_the_middle
from tests.accounts.factories import UserFactory
from tests.courses.editions import AUTUMN, SPRING, a_course, approved, finish, flipped, published, sealed
from tests.courses.factories import EnrolmentFactory, OfferingFactory, SessionFactory

pytestmark = pytest.mark.django_db

SHANGHAI = ZoneInfo("Asia/Shanghai")
JUNE = dt.datetime(2026, 6, 1, 9, 0, tzinfo=SHANGHAI)


@pytest.fixture(autouse=True)
def _june(time_machine):
    time_machine.move_to(JUNE, tick=False)


def running(course, **fields):
    return OfferingFactory(course=course, half_year=SPRING, ends_on=dt.date(2026, 8, 31), **fields)


def watch(person, lesson, seconds: float) -> None:
    WatchPosition.objects.create(user=person, lesson=lesson, seconds=seconds, watched_at=clock.now())


@pytest.fixture
def dropped():
    """A current edition with 书法 and 太极, and a draft for autumn that has no 书法 any more."""
    course, kept = a_course("书法", lessons=2), a_course("太极")
    published(SPRING)
    draft = draft_edition(half_year=AUTUMN)
    remove_course(edition=draft, course=course, by=None)
    return draft, course, kept


def test_who_is_in_the_middle(dropped):
    _, course, kept = dropped
    first, second = course.lessons.order_by("number")
    begun, done, other = UserFactory(), UserFactory(), UserFactory()
    watch(begun, first, 30)
    finish(begun, second)
    finish(done, first, second)
    watch(other, kept.lessons.get(), 5)
    standing = EnrolmentFactory(offering=running(course))
    EnrolmentFactory(offering=running(course), state=EnrolmentState.WITHDRAWN)
    EnrolmentFactory(offering=OfferingFactory(course=course, ends_on=dt.date(2026, 5, 1)))
    EnrolmentFactory(offering=running(course, state=OfferingState.CANCELLED))
    middle = people_in_the_middle([course.pk])[course.pk]
    assert (middle.enrolled, middle.watching) == ({standing.person_id}, {begun.pk})


def test_a_dropped_course_needs_a_decision_before_sealing(dropped):
    draft, _course, _ = dropped
    with pytest.raises(Refusal, match="《书法》不再开，还没有定学员怎么办"):
        seal_edition(edition=approved(draft))


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"policy": CarryPolicy.FINISH}, "哪一天"),
        ({"policy": CarryPolicy.FINISH, "until": dt.date(2026, 5, 31)}, "已经过去"),
        ({"policy": CarryPolicy.STOP, "notice": "  "}, "写给学员的话"),
    ],
)
def test_a_decision_says_what_it_means(dropped, fields, words):
    draft, course, _ = dropped
    with pytest.raises(Refusal, match=words):
        decide_carry_over(edition=draft, course=course, **fields)
    assert not draft.carry_overs.exists()


def test_people_are_not_sent_to_a_course_that_is_not_offered(dropped):
    draft, course, kept = dropped
    with pytest.raises(Refusal, match="不在这一版里"):
        decide_carry_over(
            edition=draft, course=course, policy=CarryPolicy.STOP, notice="停", equivalents=[a_course("没有收")]
        )
    with pytest.raises(Refusal, match="还在这一版里"):
        decide_carry_over(edition=draft, course=kept, policy=CarryPolicy.STOP, notice="停")


def test_reading_on_until_a_day_ends_nothing_and_tells_everyone(dropped, time_machine):
    draft, course, _ = dropped
    enrolment = EnrolmentFactory(offering=running(course))
    watcher = UserFactory()
    watch(watcher, course.lessons.first(), 10)
    decide_carry_over(edition=draft, course=course, policy=CarryPolicy.FINISH, until=dt.date(2026, 12, 31))
    sealed(edition=draft)
    time_machine.move_to(AUTUMN.begins_at, tick=False)
    flip_due_editions()
    enrolment.refresh_from_db()
    assert enrolment.state == EnrolmentState.ENROLLED
    told = LearnerNotice.objects.order_by("person_id")
    assert {notice.person_id for notice in told} == {enrolment.person_id, watcher.pk}
    assert all("可以学到 2026-12-31" in notice.sentence for notice in told)


def test_stopping_ends_classes_with_a_notice_and_a_way_on(dropped, time_machine):
    draft, course, kept = dropped
    session = SessionFactory(offering=running(course), begins_at=dt.datetime(2026, 7, 9, 9, tzinfo=SHANGHAI))
    enrolment = EnrolmentFactory(offering=session.offering, seat=1)
    elsewhere = EnrolmentFactory(offering=running(kept), seat=1)
    decide_carry_over(edition=draft, course=course, policy=CarryPolicy.STOP, notice="老师调走了。", equivalents=[kept])
    sealed(edition=draft)
    time_machine.move_to(AUTUMN.begins_at, tick=False)
    flip_due_editions()
    for row in (enrolment, elsewhere, session, session.offering):
        row.refresh_from_db()
    assert (enrolment.state, enrolment.seat) == (EnrolmentState.WITHDRAWN, None)
    assert elsewhere.state == EnrolmentState.ENROLLED
    assert (session.offering.state, session.cancelled_reason) == (OfferingState.CANCELLED, "老师调走了。")
    notice = LearnerNotice.objects.get()
    assert (notice.person, list(notice.equivalents.all())) == (enrolment.person, [kept])
    assert notice.sentence == "2026 年下半年停开《书法》。老师调走了。"


def test_a_course_that_came_after_the_seal_is_never_stopped(time_machine):
    a_course("太极")
    published(SPRING)
    autumn = sealed(AUTUMN)
    late = a_course("后来加的")
    correction = draft_edition(half_year=SPRING)
    add_course(edition=correction, course=late, by=None)
    published(edition=correction)
    enrolment = EnrolmentFactory(offering=running(late))
    time_machine.move_to(AUTUMN.begins_at, tick=False)
    assert flip_due_editions()[0].edition == autumn
    enrolment.refresh_from_db()
    assert enrolment.state == EnrolmentState.ENROLLED
    assert "可以接着学完" in LearnerNotice.objects.get(person=enrolment.person).sentence


@pytest.fixture
def taken_back(time_machine):
    """Autumn replaced spring, three people enrolled since, one before."""
    kept, new = a_course("太极"), a_course("合唱")
    spring = published(SPRING)
    draft = draft_edition(half_year=AUTUMN)
    autumn = sealed(edition=draft)
    before = EnrolmentFactory(offering=running(kept), applied_at=JUNE)
    time_machine.move_to(AUTUMN.begins_at, tick=False)
    flipped(autumn, FlipKind.SCHEDULED)
    time_machine.move_to(AUTUMN.begins_at + dt.timedelta(days=2), tick=False)
    since = [EnrolmentFactory(offering=running(new, seats=5), seat=1, applied_at=clock.now()) for _ in range(3)]
    return spring, autumn, before, since, kept


def test_a_rollback_is_a_new_line_that_points_back_and_lists_what_came_since(taken_back):
    spring, autumn, _, since, _ = taken_back
    clerk = UserFactory()
    rollback = roll_back(edition=autumn, reason="排错了教师", by=clerk)
    assert CatalogueNow.objects.get().edition == spring
    assert [flip.edition for flip in CatalogueFlip.objects.order_by("number")] == [spring, autumn, spring]
    assert rollback.flip.kind == FlipKind.ROLLBACK
    assert {row.enrolment_id for row in rollback.decisions.all()} == {row.pk for row in since}
    autumn.refresh_from_db()
    assert autumn.state == "published"
    with pytest.raises(Refusal, match="还有 3 个报名没有处理"):
        finish_rollback(rollback=rollback)
    with pytest.raises(Refusal, match="没有处理完"):
        roll_back(edition=spring, reason="再退")


def test_each_enrolment_is_honoured_moved_or_cancelled_once(taken_back):
    _, autumn, _, since, kept = taken_back
    clerk = UserFactory()
    rollback = roll_back(edition=autumn, reason="排错了教师", by=clerk)
    honoured, moved, cancelled = rollback.decisions.order_by("enrolment_id")
    target = running(kept, seats=1)
    decide_enrolment(decision=honoured, answer=RollbackAnswer.HONOUR, by=clerk)
    decide_enrolment(decision=moved, answer=RollbackAnswer.MOVE, moved_to=target, by=clerk)
    with pytest.raises(Refusal, match="已经满了"):
        decide_enrolment(decision=cancelled, answer=RollbackAnswer.MOVE, moved_to=target, by=clerk)
    with pytest.raises(Refusal, match="写给学员的话"):
        decide_enrolment(decision=cancelled, answer=RollbackAnswer.CANCEL, by=clerk)
    decide_enrolment(decision=cancelled, answer=RollbackAnswer.CANCEL, notice="这个班没有开成。", by=clerk)
    with pytest.raises(Refusal, match="已经处理过"):
        decide_enrolment(decision=cancelled, answer=RollbackAnswer.HONOUR, by=clerk)
    states = [Enrolment.objects.get(pk=row.pk).state for row in since]
    assert states == [EnrolmentState.ENROLLED, EnrolmentState.WITHDRAWN, EnrolmentState.WITHDRAWN]
    taken = Enrolment.objects.get(offering=target)
    assert (taken.person, taken.seat, taken.acted_by) == (since[1].person, 1, clerk)
    told = dict(LearnerNotice.objects.values_list("person_id", "sentence"))
    assert set(told) == {since[1].person_id, since[2].person_id}
    assert told[since[2].person_id] == "您在《合唱》的报名取消了。这个班没有开成。"
    finish_rollback(rollback=rollback)
    with pytest.raises(IntegrityError), transaction.atomic():
        RollbackDecision.objects.filter(pk=honoured.pk).update(answer=RollbackAnswer.CANCEL, notice="x")


def test_the_rest_may_be_honoured_in_one_press_each_on_its_line(taken_back):
    _, autumn, _, _, _ = taken_back
    rollback = roll_back(edition=autumn, reason="排错了教师")
    assert honour_the_rest(rollback=rollback, by=None) == 3
    assert finish_rollback(rollback=rollback).done_at is not None


def test_what_can_not_be_taken_back(time_machine):
    a_course()
    spring = published(SPRING)
    with pytest.raises(Refusal, match="没有可以退回的"):
        roll_back(edition=spring, reason="错了")
    with pytest.raises(Refusal, match="写明为什么"):
        roll_back(edition=spring, reason=" ")
    autumn = sealed(AUTUMN)
    with pytest.raises(Refusal, match="不是现行目录"):
        roll_back(edition=autumn, reason="错了")
    with pytest.raises(Refusal, match="没有发布过"):
        roll_back(edition=spring, to=autumn, reason="错了")
    flip_edition(edition=autumn)
    done = roll_back(edition=autumn, reason="错了")
    assert done.done_at is not None
    assert done.to == spring
