"""What was sealed never changes, whoever asks: triggers and constraints, on SQLite and PostgreSQL alike."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from core import clock
from courses.enums import CarryPolicy, FlipKind, GapDecision
from courses.models import (
    CarryOver,
    CatalogueEdition,
    CatalogueEntry,
    CatalogueFlip,
    CatalogueLesson,
    CatalogueManifest,
    CatalogueNow,
    CatalogueSite,
    CatalogueTeacher,
    EditionAct,
    GapAnswer,
    Wish,
)
from courses.operations.editions.drafting import draft_edition
from tests.accounts.factories import UserFactory
from tests.courses.editions import AUTUMN, SPRING, a_course, flipped, sealed
from tests.courses.factories import OfferingFactory
from tests.places.factories import region

pytestmark = pytest.mark.django_db

WINTER = dt.datetime(2025, 12, 1, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def _winter(time_machine):
    time_machine.move_to(WINTER, tick=False)


@pytest.fixture(params=["sealed", "published"])
def edition(request) -> CatalogueEdition:
    OfferingFactory(course=a_course(), half_year=SPRING)
    made = sealed()
    if request.param == "published":
        flipped(made)
    return CatalogueEdition.objects.get(pk=made.pk)


def refused(write) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        write()


@pytest.mark.parametrize("model", [CatalogueEntry, CatalogueLesson, CatalogueTeacher, CatalogueSite])
def test_rows_of_a_sealed_edition_are_neither_changed_nor_deleted_nor_added(edition, model):
    row = model.objects.get()
    name = "title" if hasattr(row, "title") else "name"
    refused(lambda: model.objects.filter(pk=row.pk).update(**{name: "改"}))
    refused(lambda: model.objects.filter(pk=row.pk).delete())
    other = a_course("另一门")
    row.pk = None
    if model is CatalogueEntry:
        row.course = other
    else:
        row.entry = CatalogueEntry.objects.get()
    refused(lambda: row.save(force_insert=True))
    assert model.objects.count() == 1


def test_decisions_and_answers_are_sealed_with_it(edition):
    course = a_course("另一门")
    fields = {"course": course, "title": "x", "policy": CarryPolicy.STOP, "notice": "停"}
    refused(lambda: CarryOver.objects.create(edition=edition, **fields))
    answer = {"category": "health", "region": region("达拉特旗"), "wished": 3, "seats": 0}
    refused(lambda: GapAnswer.objects.create(edition=edition, decision=GapDecision.OFFER, **answer))


def test_a_draft_row_is_not_smuggled_into_a_sealed_edition(edition):
    draft = draft_edition(half_year=AUTUMN)
    entry = draft.entries.get()
    entry.course = a_course("另一门")
    refused(lambda: CatalogueEntry.objects.filter(pk=entry.pk).update(edition=edition, course=entry.course))


def test_the_edition_itself_stays(edition):
    rows = CatalogueEdition.objects.filter(pk=edition.pk)
    refused(rows.delete)
    refused(lambda: rows.update(number=7))
    CatalogueManifest.objects.create(sha256="f" * 64, text="{}", stored_at=clock.now())
    refused(lambda: rows.update(manifest_id="f" * 64))
    refused(lambda: rows.update(state="approved", manifest=None, sealed_at=None))


def test_a_draft_is_not_published_without_a_seal():
    a_course()
    draft = draft_edition(half_year=SPRING)
    manifest = CatalogueManifest.objects.create(sha256="f" * 64, text="{}", stored_at=clock.now())
    rows = CatalogueEdition.objects.filter(pk=draft.pk)
    refused(lambda: rows.update(state="published", manifest=manifest, sealed_at=clock.now()))


def test_logs_and_manifests_are_only_added(edition):
    if not CatalogueFlip.objects.exists():
        flipped(edition)
    for model, change in (
        (CatalogueManifest, {"text": "{}"}),
        (EditionAct, {"note": "没有的事"}),
        (CatalogueFlip, {"happened_at": clock.now() + dt.timedelta(days=1)}),
    ):
        refused(lambda model=model, change=change: model.objects.update(**change))
    refused(lambda: EditionAct.objects.all()._raw_delete("default"))
    refused(lambda: CatalogueFlip.objects.all()._raw_delete("default"))
    refused(lambda: CatalogueManifest.objects.all()._raw_delete("default"))


def test_there_is_one_row_that_says_which_is_current(edition):
    if not CatalogueNow.objects.filter(edition__isnull=False).exists():
        flipped(edition)
    refused(lambda: CatalogueNow.objects.create(pk=2))
    refused(lambda: CatalogueNow.objects.update(flip=None))


def test_a_half_year_has_one_open_edition_and_numbers_are_taken_once():
    draft = draft_edition(half_year=SPRING)
    at = SPRING.begins_at
    refused(lambda: CatalogueEdition.objects.create(half_year=SPRING, number=2, flips_at=at))
    refused(lambda: CatalogueEdition.objects.create(half_year=SPRING, number=1, state="discarded", flips_at=at))
    refused(lambda: CatalogueEdition.objects.filter(pk=draft.pk).update(state="sealed"))
    fields = {"number": 1, "kind": FlipKind.BY_HAND, "edition": draft}
    early = {"due_at": WINTER, "happened_at": WINTER - dt.timedelta(seconds=1)}
    refused(lambda: CatalogueFlip.objects.create(**fields, **early))


def test_a_draft_may_go_with_its_rows_as_long_as_nobody_wrote_in_its_log():
    course = a_course()
    draft = CatalogueEdition.objects.create(half_year=SPRING, flips_at=SPRING.begins_at)
    CatalogueEntry.objects.create(
        edition=draft, course=course, course_revision=course.live_revision, title="x", category="health", content={}
    )
    draft.delete()
    assert not CatalogueEntry.objects.exists()


def test_a_wish_is_one_a_person_category_and_half_year_or_noted_by_somebody():
    wish = {"half_year": SPRING, "category": "health", "region": region("达拉特旗")}
    person = UserFactory()
    Wish.objects.create(person=person, **wish)
    refused(lambda: Wish.objects.create(person=person, **wish))
    refused(lambda: Wish.objects.create(person=UserFactory(), people=2, **wish))
    refused(lambda: Wish.objects.create(people=2, **wish))
    refused(lambda: Wish.objects.create(people=0, acted_by=person, **wish))
    Wish.objects.create(people=5, acted_by=person, **wish)
    Wish.objects.create(people=5, acted_by=person, **wish)
