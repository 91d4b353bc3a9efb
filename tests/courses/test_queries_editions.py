"""Evidence, gaps and checks beside the next edition."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from accounts.enums import Role
from accounts.models import RoleAssignment
from core.errors import Refusal
from courses.enums import Category, EnrolmentState, Face, GapDecision, OfferingState
from courses.models import Satisfaction, Wish
from courses.operations.editions.drafting import draft_edition
from courses.operations.editions.gaps import answer_gap
from courses.operations.editions.sealing import seal_edition
from courses.operations.wishes import record_wish, record_wish_at_desk
from courses.queries.editions.checks import failed_checks, seal_checks
from courses.queries.editions.evidence import evidence_for, wished_categories
from courses.queries.editions.gaps import supply_table, unanswered_gaps
from courses.queries.wishes import banners_of_clerk
from media_pipeline.models import Source
from tests.accounts.factories import UserFactory
from tests.courses.editions import AUTUMN, SPRING, a_course, approved, finish, republish
from tests.courses.factories import EnrolmentFactory, LessonFactory, OfferingFactory
from tests.places.factories import AcademySiteFactory, region

pytestmark = pytest.mark.django_db

SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.fixture(autouse=True)
def _winter(time_machine):
    time_machine.move_to(dt.datetime(2025, 12, 1, 9, 0, tzinfo=SHANGHAI), tick=False)


def wishes(count: int, *, category: str = Category.HEALTH, place: str = "达拉特旗", words: str = "") -> None:
    record_wish_at_desk(
        category=category, region=region(place), people=count, words=words, by=UserFactory(role=Role.SITE)
    )


def test_evidence_counts_people_once_and_of_the_half_year_only():
    course, bare = a_course("太极", lessons=2), a_course("书法")
    offerings = [OfferingFactory(course=course, half_year=AUTUMN, unlimited=True) for _ in range(2)]
    person = EnrolmentFactory(offering=offerings[0]).person
    EnrolmentFactory(offering=offerings[1], person=person)
    EnrolmentFactory(offering=offerings[0])
    EnrolmentFactory(offering=offerings[0], state=EnrolmentState.WITHDRAWN)
    EnrolmentFactory(offering=OfferingFactory(course=course, half_year=SPRING))
    finish(person, *course.lessons.all())
    finish(UserFactory(), course.lessons.first())
    for face, half_year in ((Face.GOOD, AUTUMN), (Face.GOOD, AUTUMN), (Face.POOR, AUTUMN), (Face.POOR, SPRING)):
        Satisfaction.objects.create(person=UserFactory(), course=course, half_year=half_year, face=face)
    found = evidence_for({course.pk, bare.pk}, half_year=AUTUMN)
    assert (found[course.pk].enrolled, found[course.pk].finished) == (2, 1)
    assert found[course.pk].satisfaction == "满意 2、不满意 1"
    assert bare.pk not in found or found[bare.pk].rated == 0


def test_wishes_are_summed_by_category_and_banner_wherever_in_it_they_were_told():
    wishes(3, words="八段锦")
    wishes(2, place="树林召镇", words="太极扇")
    wishes(4, place="东胜区")
    record_wish(person=UserFactory(), category=Category.HEALTH, region=region("达拉特旗"), words="八段锦")
    health = next(row for row in wished_categories(SPRING) if row.value == Category.HEALTH)
    assert (health.people, health.places) == (10, [("达拉特旗", 6), ("东胜区", 4)])
    assert sorted(health.words) == ["八段锦", "太极扇"]


def test_more_wishes_than_seats_is_a_gap_that_must_be_answered():
    course = a_course(category=Category.HEALTH)
    OfferingFactory(course=course, half_year=SPRING, seats=5)
    OfferingFactory(course=course, half_year=SPRING, seats=50, state=OfferingState.CANCELLED)
    OfferingFactory(course=course, half_year=AUTUMN, seats=50)
    wishes(5)
    draft = draft_edition(half_year=SPRING)
    assert [gap.is_gap for gap in supply_table(draft)] == [False]
    wishes(1)
    (gap,) = unanswered_gaps(draft)
    assert gap.sentence == "达拉特旗康养健身：6 人想学，5 个名额"
    with pytest.raises(Refusal, match="6 人想学，5 个名额，还没有答复"):
        seal_edition(edition=approved(draft))
    with pytest.raises(Refusal, match="写明理由"):
        answer_gap(edition=draft, category="health", region_id=gap.region.pk, decision=GapDecision.NOT_NOW)
    answer = answer_gap(
        edition=draft, category="health", region_id=gap.region.pk, decision=GapDecision.NOT_NOW, reason="没有教室"
    )
    assert (answer.wished, answer.seats) == (6, 5)
    draft.refresh_from_db()
    assert draft.state == "approved"
    assert seal_edition(edition=draft).state == "sealed"
    with pytest.raises(Refusal, match="已经封存"):
        answer_gap(edition=draft, category="health", region_id=gap.region.pk, decision=GapDecision.OFFER)


def test_a_class_without_a_limit_leaves_no_gap_and_what_is_no_gap_takes_no_answer():
    course = a_course(category=Category.HEALTH)
    OfferingFactory(course=course, half_year=SPRING, unlimited=True)
    wishes(400)
    draft = draft_edition(half_year=SPRING)
    (gap,) = supply_table(draft)
    assert (gap.seats, gap.is_gap) == (None, False)
    with pytest.raises(Refusal, match="没有缺口"):
        answer_gap(edition=draft, category="health", region_id=gap.region.pk, decision=GapDecision.OFFER)
    with pytest.raises(Refusal, match="没有缺口"):
        answer_gap(edition=draft, category="nothing", region_id=-1, decision=GapDecision.OFFER)


def failing(edition) -> set[str]:
    return {check.name for check in failed_checks(edition)}


def test_checks_name_what_is_wrong():
    course = a_course("太极", lessons=2)
    a_course("没有教师", teacher_name="")
    a_course("空的", lessons=0)
    draft = draft_edition(half_year=SPRING)
    assert failing(draft) == {"teachers", "lessons"}
    Source.objects.update(state="processing", playable_at=None)
    first, second = course.lessons.order_by("number")
    second.unpublish()
    assert failing(draft) == {"teachers", "lessons", "media", "published"}
    course.unpublish()
    assert "public" in failing(draft)
    sentences = {check.name: check.sentence for check in seal_checks(draft)}
    assert sentences["published"] == "《太极第2式》已经不公开，请换成最新内容"
    assert first.title in sentences["media"]


def test_a_course_of_classes_alone_needs_no_lesson():
    course = a_course("合唱", lessons=0)
    OfferingFactory(course=course, half_year=SPRING)
    assert failing(draft_edition(half_year=SPRING)) == set()


def test_what_changed_after_the_pin_and_drafts_beside_are_said_and_let_pass():
    course = a_course("太极")
    draft = draft_edition(half_year=SPRING)
    LessonFactory(course=course, number=9, draft=True)
    republish(course, summary="改过")
    passed = {check.name: (check.passes, check.blocks) for check in seal_checks(draft)}
    assert (passed["fresh"], passed["drafts"]) == ((False, False), (False, False))
    assert failing(draft) == set()


def test_wishes_are_noted_for_the_banners_a_clerk_answers_for():
    clerk, nobody = UserFactory(role=Role.SITE), UserFactory(role=Role.SITE)
    site = AcademySiteFactory(region=region("树林召镇"))
    RoleAssignment.objects.create(user=clerk, role=Role.SITE, site=site, valid_from=dt.date(2025, 1, 1))
    banner = UserFactory(role=Role.BANNER)
    RoleAssignment.objects.create(
        user=banner, role=Role.BANNER, region=region("东胜区"), valid_from=dt.date(2025, 1, 1)
    )
    assert [row.name for row in banners_of_clerk(clerk)] == ["达拉特旗"]
    assert [row.name for row in banners_of_clerk(banner)] == ["东胜区"]
    assert banners_of_clerk(nobody) == []
    assert len(banners_of_clerk(UserFactory(role=Role.ADMIN))) == 9


@pytest.mark.parametrize("people", [0, -1, 501])
def test_a_desk_notes_sensible_numbers(people):
    with pytest.raises(Refusal, match="人数"):
        wishes(people)
    assert not Wish.objects.exists()
