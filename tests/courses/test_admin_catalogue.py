"""The editors' desk for the catalogue: who sees what, and what each button does."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse

from accounts.enums import Role
from accounts.models import RoleAssignment
from core import clock
from courses.models import CatalogueEdition, CatalogueNow, EditionAct, GapAnswer, Rollback, Wish
from courses.operations.editions.drafting import draft_edition
from courses.operations.wishes import record_wish_at_desk
from tests.accounts.factories import UserFactory
from tests.courses.editions import AUTUMN, SPRING, a_course, published, republish, sealed
from tests.courses.factories import EnrolmentFactory, OfferingFactory
from tests.places.factories import region

pytestmark = pytest.mark.django_db

SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.fixture(autouse=True)
def _winter(time_machine):
    time_machine.move_to(dt.datetime(2025, 12, 1, 9, 0, tzinfo=SHANGHAI), tick=False)


@pytest.fixture
def editor(client):
    user = UserFactory(role=Role.EDITOR, display_name="其木格")
    client.force_login(user)
    return user


@pytest.fixture
def city():
    return UserFactory(role=Role.CITY, display_name="市办老李")


def press(client, edition, act: str, **sent):
    return client.post(reverse("catalogue_desk:act", args=[edition.pk, act]), sent, follow=True)


def page(client, edition) -> str:
    return client.get(reverse("catalogue_desk:edition", args=[edition.pk])).content.decode()


def test_an_editor_builds_somebody_else_approves_and_it_is_sealed(client, editor, city):
    a_course("太极")
    late = a_course("书法")
    late.unpublish()
    client.post(reverse("catalogue_desk:index"), {"half_year": "2026H1"})
    edition = CatalogueEdition.objects.get()
    late.refresh_from_db()
    republish(late)
    assert "书法" in page(client, edition)
    press(client, edition, "add", course=late.pk)
    press(client, edition, "submit")
    press(client, edition, "approve")
    assert CatalogueEdition.objects.get().state == "in_review"
    client.force_login(city)
    assert "审核通过" in page(client, edition)
    press(client, edition, "approve")
    client.force_login(editor)
    html = press(client, edition, "seal").content.decode()
    edition = CatalogueEdition.objects.get()
    assert edition.state == "sealed"
    assert edition.manifest_id in html
    assert "其木格 封存" in html
    assert "市办老李 审核通过" in html
    press(client, edition, "flip")
    assert not CatalogueNow.objects.filter(edition=edition).exists()
    press(client, edition, "flip", sure="1")
    assert CatalogueNow.objects.get().edition == edition


def test_a_refusal_is_a_sentence_and_nothing_changes(client, editor):
    course = a_course("太极", teacher_name="")
    edition = draft_edition(half_year=SPRING)
    html = press(client, edition, "seal").content.decode()
    assert "审核通过以后才能封存" in html
    assert "《太极》没有写教师" in html
    for act, sent, words in (
        ("add", {"course": "x"}, "请选一门课"),
        ("add", {"course": course.pk}, "已经在这一版里"),
        ("schedule", {"at": "明天"}, "没有看懂"),
        ("carry", {"course": course.pk, "policy": "x"}, "读完为止"),
        ("carry", {"course": course.pk, "policy": "finish", "until": "x"}, "日期没有看懂"),
        ("gap", {"decision": ""}, "请选"),
        ("discard", {"reason": ""}, "写明为什么"),
        ("reopen", {"reason": "x"}, "本来就是草稿"),
    ):
        assert words in press(client, edition, act, **sent).content.decode()
    assert press(client, edition, "nonsense").status_code == 404
    edition.refresh_from_db()
    assert (edition.state, edition.acts.count()) == ("draft", 1)


@pytest.mark.parametrize("role", [Role.SENIOR, Role.TEACHER, Role.SITE])
def test_who_has_no_business_with_it_sees_nothing(client, role):
    a_course()
    edition = draft_edition(half_year=SPRING)
    client.force_login(UserFactory(role=role))
    response = client.get(reverse("catalogue_desk:edition", args=[edition.pk]))
    assert response.status_code in (302, 403)
    client.post(reverse("catalogue_desk:act", args=[edition.pk, "submit"]))
    client.post(reverse("catalogue_desk:index"), {"half_year": "2026H2"})
    edition.refresh_from_db()
    assert (edition.state, CatalogueEdition.objects.count()) == ("draft", 1)


def test_the_city_approves_but_does_not_edit(client, city):
    course = a_course()
    edition = draft_edition(half_year=SPRING)
    client.force_login(city)
    press(client, edition, "remove", course=course.pk)
    press(client, edition, "submit")
    edition.refresh_from_db()
    assert (edition.state, edition.entries.count()) == ("draft", 1)


def test_evidence_gaps_and_dropped_courses_stand_on_the_page_and_are_answered_there(client, editor):
    kept, gone = a_course("太极"), a_course("书法")
    published(SPRING)
    EnrolmentFactory(offering=OfferingFactory(course=kept, half_year=SPRING))
    draft = draft_edition(half_year=AUTUMN)
    press(client, draft, "remove", course=gone.pk)
    wish = {"category": "health", "region": region("达拉特旗"), "people": 6, "by": editor}
    Wish.objects.create(half_year=AUTUMN, category="health", region=region("达拉特旗"), people=6, acted_by=editor)
    assert record_wish_at_desk(**wish).half_year == SPRING
    html = page(client, draft)
    assert "1 人" in html
    assert "还没有答复" in html
    assert "还没有定他们怎么办" in html
    press(client, draft, "gap", category="health", region=region("达拉特旗").pk, decision="not_now", reason="没有教室")
    press(client, draft, "carry", course=gone.pk, policy="stop", notice="老师调走了", equivalents=[kept.pk])
    assert GapAnswer.objects.get().reason == "没有教室"
    assert list(draft.carry_overs.get().equivalents.all()) == [kept]
    html = page(client, draft)
    assert "没有教室" in html
    assert "老师调走了" in html


def test_two_versions_beside_each_other_before_one_is_sealed(client, editor):
    course = a_course("太极")
    first = published(SPRING)
    republish(course, title="太极新编")
    draft = draft_edition(half_year=AUTUMN)
    address = reverse("catalogue_desk:compare", args=[draft.pk])
    assert "课程名称由“太极”改成“太极新编”" in client.get(address, {"with": first.code}).content.decode()
    assert client.get(address, {"with": "nonsense"}).status_code == 404


def test_the_wizard_after_a_rollback_asks_for_every_enrolment(client, editor):
    course = a_course()
    published(SPRING)
    autumn = published(AUTUMN)
    enrolments = [
        EnrolmentFactory(offering=OfferingFactory(course=course, ends_on=dt.date(2026, 8, 1)), applied_at=clock.now())
        for _ in range(2)
    ]
    html = client.post(
        reverse("catalogue_desk:start-rollback", args=[autumn.pk]), {"reason": "排错了", "to": ""}, follow=True
    ).content.decode()
    rollback = Rollback.objects.get()
    assert "还有 2 个报名要处理" in html
    address = reverse("catalogue_desk:rollback", args=[rollback.pk])
    first, second = rollback.decisions.order_by("enrolment_id")
    assert "请选怎么处理" in client.post(address, {"decision": first.pk, "answer": "x"}, follow=True).content.decode()
    client.post(address, {"decision": first.pk, "answer": "cancel", "notice": "没有开成"})
    assert "还有 1 个报名" in client.post(address, {"finish": "1"}, follow=True).content.decode()
    client.post(address, {"honour-rest": "1"})
    client.post(address, {"finish": "1"})
    rollback.refresh_from_db()
    second.refresh_from_db()
    assert rollback.done_at is not None
    assert second.answer == "honour"
    enrolments[0].refresh_from_db()
    assert enrolments[0].state == "withdrawn"
    client.force_login(UserFactory(role=Role.TEACHER))
    assert client.get(address).status_code in (302, 403)


def test_a_longer_edition_costs_the_desk_no_more_queries(client, editor, django_assert_max_num_queries):
    def grow(count: int) -> CatalogueEdition:
        for number in range(count):
            course = a_course(f"课{count}{number}")
            EnrolmentFactory(offering=OfferingFactory(course=course, half_year=AUTUMN))
        for old in CatalogueEdition.objects.filter(state="draft"):
            CatalogueEdition.objects.filter(pk=old.pk).update(state="discarded")
        return draft_edition(half_year=SPRING)

    small = grow(1)
    page(client, small)
    with django_assert_max_num_queries(80) as few:
        page(client, small)
    large = grow(7)
    with django_assert_max_num_queries(len(few)):
        page(client, large)
    sealed(AUTUMN)
    with django_assert_max_num_queries(30):
        client.get(reverse("catalogue_desk:index"))


def test_a_clerk_notes_wishes_for_the_own_banner_only(client):
    clerk = UserFactory(role=Role.BANNER)
    RoleAssignment.objects.create(user=clerk, role=Role.BANNER, region=region("东胜区"), valid_from=dt.date(2025, 1, 1))
    client.force_login(clerk)
    address = reverse("wish_desk:index")
    sent = {"region": region("东胜区").pk, "category": "culture", "people": "12", "words": "二胡"}
    client.post(address, sent)
    wish = Wish.objects.get()
    assert (wish.people, wish.acted_by, wish.person, wish.half_year) == (12, clerk, None, SPRING)
    for wrong in ({"region": region("达拉特旗").pk}, {"people": "x"}, {"people": "0"}, {"category": "x"}):
        response = client.post(address, sent | wrong)
        assert response.status_code == 400
        assert "二胡" in response.content.decode()
    assert Wish.objects.count() == 1
    assert EditionAct.objects.count() == 0
