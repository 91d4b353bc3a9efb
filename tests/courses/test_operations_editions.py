"""An edition's life: draft, review, seal, flip; and what each step refuses."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from celery import current_app
from celery.signals import worker_ready
from django.db import IntegrityError, transaction

from accounts.enums import Role
from core.errors import Refusal
from courses.enums import EditionActKind, EditionState, FlipKind
from courses.manifests.canonical import canonical, digest, parse
from courses.models import CatalogueEdition, CatalogueManifest, CatalogueNow, EditionAct
from courses.operations.editions.drafting import (
    add_course,
    discard_edition,
    draft_edition,
    refresh_course,
    remove_course,
    schedule_edition,
)
from courses.operations.editions.flipping import flip_due_editions, flip_edition
from courses.operations.editions.review import approve_edition, send_back_edition, submit_edition
from courses.operations.editions.sealing import reopen_edition, seal_edition
from courses.queries.editions.manifest import build_manifest, digest_of
from tests.accounts.factories import UserFactory
from tests.courses.editions import AUTUMN, SPRING, a_course, approved, approver, published, republish, sealed
from tests.courses.factories import OfferingFactory, TeacherFactory
from tests.places.factories import AcademySiteFactory

pytestmark = pytest.mark.django_db

SHANGHAI = ZoneInfo("Asia/Shanghai")
IN_WINTER = dt.datetime(2025, 12, 1, 9, 0, tzinfo=SHANGHAI)


@pytest.fixture(autouse=True)
def _winter(time_machine):
    time_machine.move_to(IN_WINTER, tick=False)


def test_the_first_draft_has_every_public_course_pinned_to_what_is_public(time_machine):
    course = a_course("太极", lessons=2)
    course.title = "太极（没有发布的改名）"
    course.save_revision()
    a_course("没有公开", live=True).unpublish()
    edition = draft_edition(half_year=SPRING)
    entry = edition.entries.get()
    assert (entry.title, entry.course_revision_id) == ("太极", course.live_revision_id)
    assert [row.title for row in entry.lessons.all()] == ["太极第1式", "太极第2式"]
    assert entry.lessons.first().media_sha256 == course.lessons.get(number=1).media.source.sha256
    assert edition.flips_at == dt.datetime(2026, 1, 1, tzinfo=SHANGHAI)


def test_teachers_and_sites_come_from_the_classes_of_the_half_year_and_keep_their_names():
    course = a_course()
    site = AcademySiteFactory(name="树林召学堂")
    teacher = TeacherFactory(name="巴特尔")
    OfferingFactory(course=course, half_year=SPRING, site=site, teacher=teacher)
    OfferingFactory(course=course, half_year=AUTUMN)
    OfferingFactory(course=course, half_year=SPRING, state="cancelled")
    edition = sealed()
    site.name, teacher.name = "改了名的学堂", "改了名的人"
    site.save()
    teacher.save()
    (entry,) = parse(edition.manifest.text)["entries"]
    assert [row["name"] for row in entry["teachers"]] == ["巴特尔"]
    assert entry["sites"] == [{"id": site.pk, "name": "树林召学堂", "region": "达拉特旗树林召镇"}]


def test_a_sealed_edition_is_its_canonical_manifest_stored_under_its_digest():
    a_course(lessons=2)
    edition = sealed()
    assert edition.state == EditionState.SEALED
    text = edition.manifest.text
    assert digest(text.encode()) == edition.manifest_id == digest_of(edition)
    assert canonical(parse(text)).decode() == text
    assert parse(text) == build_manifest(edition)


def test_equal_content_is_stored_once_and_has_one_digest():
    a_course()
    first = published()
    second = sealed(SPRING)
    assert (second.code, second.manifest_id) == ("2026H1-2", first.manifest_id)
    assert CatalogueManifest.objects.count() == 1


def test_an_author_does_not_approve_and_neither_does_somebody_without_the_right():
    a_course()
    city = UserFactory(role=Role.CITY)
    edition = draft_edition(half_year=SPRING, by=city)
    submit_edition(edition=edition, by=UserFactory(role=Role.EDITOR))
    with pytest.raises(Refusal, match="另一位同事"):
        approve_edition(edition=edition, by=city)
    with pytest.raises(Refusal, match="市办或管理员"):
        approve_edition(edition=edition, by=UserFactory(role=Role.EDITOR))
    assert approve_edition(edition=edition, by=UserFactory(role=Role.CITY)).state == EditionState.APPROVED


@pytest.mark.parametrize("state", ["in_review", "approved", "sealed"])
def test_an_edit_reopens_review_and_says_who_did_it(state):
    a_course("太极")
    late = a_course("书法", live=True)
    late.unpublish()
    edition = draft_edition(half_year=SPRING)
    late.refresh_from_db()
    republish(late)
    editor = UserFactory(role=Role.EDITOR, display_name="其木格")
    submit_edition(edition=edition, by=editor)
    if state != "in_review":
        approve_edition(edition=edition, by=approver())
    if state == "sealed":
        seal_edition(edition=edition)
    add_course(edition=edition, course=late, by=editor)
    edition.refresh_from_db()
    assert (edition.state, edition.manifest, edition.sealed_at) == (EditionState.DRAFT, None, None)
    reopened = EditionAct.objects.get(kind=EditionActKind.REOPENED)
    assert (reopened.actor, reopened.actor_name) == (editor, "其木格")
    assert "《书法》" in reopened.note
    assert EditionAct.objects.get(kind=EditionActKind.ADDED).actor == editor
    with pytest.raises(Refusal, match="审核通过以后"):
        seal_edition(edition=edition)


def test_removing_and_refreshing_are_edits_too():
    course = a_course("太极")
    a_course("书法")
    edition = approved(draft_edition(half_year=SPRING))
    republish(course, title="太极新编")
    assert edition.entries.get(course=course).title == "太极"
    refresh_course(edition=edition, course=course, by=None)
    edition.refresh_from_db()
    assert (edition.state, edition.entries.get(course=course).title) == ("draft", "太极新编")
    edition = approved(edition)
    remove_course(edition=edition, course=course, by=None)
    edition.refresh_from_db()
    assert (edition.state, edition.entries.count()) == ("draft", 1)
    with pytest.raises(Refusal, match="不在这一版里"):
        remove_course(edition=edition, course=course, by=None)


def test_what_was_not_approved_is_not_sealed():
    course = a_course("太极")
    edition = approved(draft_edition(half_year=SPRING))
    entry = edition.entries.get(course=course)
    entry.content["title"] = "偷偷改名"
    entry.save()
    with pytest.raises(Refusal, match="不一样"):
        seal_edition(edition=edition)
    edition.refresh_from_db()
    assert edition.state == EditionState.APPROVED


def test_states_refuse_what_is_not_their_turn():
    empty = draft_edition(half_year=SPRING)
    with pytest.raises(Refusal, match="还没有课程"):
        submit_edition(edition=empty, by=None)
    with pytest.raises(Refusal, match="没有在等审核"):
        approve_edition(edition=empty, by=approver())
    with pytest.raises(Refusal, match="封存以后"):
        flip_edition(edition=empty)
    with pytest.raises(Refusal, match="已经有一版在编"):
        draft_edition(half_year=SPRING)
    discard_edition(edition=empty, by=None, reason="起草错了")
    with pytest.raises(Refusal, match="已经作废"):
        add_course(edition=empty, course=a_course(), by=None)
    again = draft_edition(half_year=SPRING)
    assert (again.code, again.entries.count()) == ("2026H1-2", 1)
    submit_edition(edition=again, by=None)
    send_back_edition(edition=again, by=approver(), reason="少了防诈骗的课")
    again.refresh_from_db()
    assert again.state == EditionState.DRAFT
    with pytest.raises(Refusal, match="写明为什么"):
        discard_edition(edition=again, by=None, reason=" ")


def test_a_seal_is_taken_back_with_a_reason_and_the_log_keeps_its_digest():
    a_course()
    edition = sealed()
    was = edition.manifest_id
    reopen_edition(edition=edition, by=None, reason="错了一个字")
    edition.refresh_from_db()
    assert edition.state == EditionState.DRAFT
    assert EditionAct.objects.get(kind=EditionActKind.REOPENED).details["sha256"] == was
    assert CatalogueManifest.objects.filter(pk=was).exists()


def test_it_flips_at_its_instant_in_shanghai_and_not_a_second_before(time_machine):
    a_course()
    edition = sealed()
    time_machine.move_to(dt.datetime(2025, 12, 31, 15, 59, 59, tzinfo=dt.UTC), tick=False)
    assert flip_due_editions() == []
    time_machine.move_to(dt.datetime(2025, 12, 31, 16, 0, 0, tzinfo=dt.UTC), tick=False)
    (flip,) = flip_due_editions()
    assert (flip.edition, flip.delay, flip.kind) == (edition, dt.timedelta(0), FlipKind.SCHEDULED)
    assert CatalogueNow.objects.get().edition == edition
    assert flip_due_editions() == []


def test_after_an_outage_it_flips_at_once_and_the_delay_is_recorded(time_machine):
    a_course()
    edition = sealed()
    time_machine.move_to(dt.datetime(2026, 1, 3, 8, 30, tzinfo=SHANGHAI), tick=False)
    (flip,) = flip_due_editions()
    assert flip.delay == dt.timedelta(days=2, hours=8, minutes=30)
    act = EditionAct.objects.get(kind=EditionActKind.FLIPPED)
    assert (act.actor, act.actor_name, act.details["delay_seconds"]) == (None, "到点自动", 203400)
    assert edition.pk == flip.edition_id


def test_the_clock_asks_and_so_does_a_worker_that_comes_back(time_machine, settings):
    current_app.loader.import_default_modules()
    task = current_app.tasks[settings.CELERY_BEAT_SCHEDULE["courses.flip_due_editions"]["task"]]
    a_course()
    spring, autumn = sealed(SPRING), sealed(AUTUMN)
    time_machine.move_to(SPRING.begins_at, tick=False)
    task()
    assert CatalogueNow.objects.get().edition == spring
    time_machine.move_to(AUTUMN.begins_at, tick=False)
    worker_ready.send(sender=None)
    assert CatalogueNow.objects.get().edition == autumn


def test_two_editions_due_at_once_flip_in_the_order_of_their_instants(time_machine):
    a_course()
    spring = sealed(SPRING)
    autumn = sealed(AUTUMN)
    time_machine.move_to(dt.datetime(2026, 8, 1, tzinfo=SHANGHAI), tick=False)
    assert [flip.edition for flip in flip_due_editions()] == [spring, autumn]
    assert CatalogueNow.objects.get().edition == autumn


def test_a_damaged_manifest_never_reaches_readers(time_machine, monkeypatch):
    a_course()
    edition = sealed()
    CatalogueManifest.objects.create(sha256="0" * 64, text="{}", stored_at=IN_WINTER)
    with transaction.atomic(), pytest.raises(IntegrityError), transaction.atomic():
        CatalogueEdition.objects.filter(pk=edition.pk).update(manifest_id="0" * 64)
    monkeypatch.setattr("courses.queries.editions.manifest.digest", lambda data: "1" * 64)
    time_machine.move_to(dt.datetime(2026, 1, 1, tzinfo=SHANGHAI), tick=False)
    assert flip_due_editions() == []
    assert not CatalogueNow.objects.filter(edition__isnull=False).exists()


def test_the_next_draft_begins_from_the_current_edition_in_todays_words():
    kept, gone = a_course("太极"), a_course("书法")
    first = published()
    a_course("新来的")
    republish(kept, summary="改过的简介")
    gone.unpublish()
    draft = draft_edition(half_year=AUTUMN)
    assert draft.based_on == first
    (entry,) = draft.entries.all()
    assert (entry.course, entry.content["summary"]) == (kept, "改过的简介")
    assert EditionAct.objects.get(edition=draft).details["left_out"] == ["书法"]


def test_half_years_that_are_over_or_behind_the_current_one_get_no_draft(time_machine):
    a_course()
    published(SPRING)
    time_machine.move_to(dt.datetime(2026, 8, 1, tzinfo=SHANGHAI), tick=False)
    with pytest.raises(Refusal, match="已经过去"):
        draft_edition(half_year=SPRING)
    published(AUTUMN)
    published(AUTUMN.next)
    with pytest.raises(Refusal, match="更早的目录"):
        draft_edition(half_year=AUTUMN)


def test_the_instant_stays_within_the_half_year_and_ahead():
    a_course()
    edition = draft_edition(half_year=SPRING)
    for wrong in (dt.datetime(2025, 12, 31, 23, 59, tzinfo=SHANGHAI), dt.datetime(2026, 7, 1, tzinfo=SHANGHAI)):
        with pytest.raises(Refusal, match="之内"):
            schedule_edition(edition=edition, at=wrong, by=None)
    at = dt.datetime(2026, 2, 1, 8, tzinfo=SHANGHAI)
    assert schedule_edition(edition=edition, at=at, by=None).flips_at == at
