"""Readers hammering the catalogue through flips see one whole edition each; two clocks flip once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections
from django.test import Client

from core import clock
from core.half_year import HalfYear
from courses.models import CatalogueEdition, CatalogueFlip, CatalogueNow
from courses.operations.editions.drafting import add_course, draft_edition, remove_course
from courses.operations.editions.flipping import flip_due_editions, flip_edition
from courses.operations.editions.review import approve_edition, submit_edition
from courses.operations.editions.rollback import roll_back
from courses.operations.editions.sealing import seal_edition
from tests.accounts.factories import UserFactory
from tests.courses.editions import a_course

pytestmark = pytest.mark.django_db(transaction=True)

READERS = 4
FLIPS = 12


def seal(edition: CatalogueEdition) -> CatalogueEdition:
    submit_edition(edition=edition, by=None)
    approve_edition(edition=edition, by=UserFactory(is_superuser=True))
    return seal_edition(edition=edition)


def in_threads(count: int, work: Callable[[int], object]) -> list[object]:
    def closing(number: int) -> object:
        try:
            return work(number)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(closing, range(count)))


def test_readers_see_one_whole_edition_each_through_many_flips():
    half_year = HalfYear.of(clock.today())
    courses = {"甲": [a_course(f"甲{n}") for n in range(4)], "乙": [a_course(f"乙{n}") for n in range(4)]}
    editions = {}
    first = draft_edition(half_year=half_year)
    for course in courses["乙"]:
        remove_course(edition=first, course=course, by=None)
    editions["甲"] = seal(first)
    flip_edition(edition=editions["甲"])
    second = draft_edition(half_year=half_year.next)
    for course in courses["乙"]:
        add_course(edition=second, course=course, by=None)
    editions["乙"] = seal(second)
    flip_edition(edition=editions["乙"])
    whole = {
        edition.manifest_id: {course.title for course in courses["甲"] + (courses["乙"] if name == "乙" else [])}
        for name, edition in editions.items()
    }
    assert len(whole) == 2
    stop = threading.Event()
    seen: list[str] = []

    def read(number: int) -> list[str]:
        if number == READERS:
            try:
                for turn in range(FLIPS):
                    here, there = ("乙", "甲") if turn % 2 == 0 else ("甲", "乙")
                    roll_back(edition=editions[here], to=editions[there], reason="来回换")
            finally:
                stop.set()
            return []
        wrong = []
        client = Client()
        while not stop.is_set() or not seen:
            response = client.get("/catalogue/")
            html, sha = response.content.decode(), response["X-Catalogue-SHA256"]
            shown = {
                course.title for group in courses.values() for course in group if f"<h3>{course.title}</h3>" in html
            }
            if shown != whole.get(sha) or html.count(sha) == 0:
                wrong.append(f"{sha[:8]}: {sorted(shown)}")
            seen.append(sha)
        return wrong

    assert [wrong for found in in_threads(READERS + 1, read) for wrong in found] == []  # type: ignore[attr-defined]
    assert CatalogueFlip.objects.count() == FLIPS + 2
    assert CatalogueNow.objects.get().edition == editions["乙"]


def test_two_clocks_at_once_flip_an_edition_once():
    a_course()
    half_year = HalfYear.of(clock.today())
    edition = seal(draft_edition(half_year=half_year))
    CatalogueEdition.objects.filter(pk=edition.pk).update(flips_at=clock.now())
    gate = threading.Barrier(3)

    def flip(number: int) -> int:
        gate.wait()
        return len(flip_due_editions())

    assert sorted(in_threads(3, flip)) == [0, 0, 1]  # type: ignore[type-var]
    assert CatalogueFlip.objects.count() == 1


def test_two_editors_drafting_at_once_get_one_draft():
    a_course()
    half_year = HalfYear.of(clock.today())
    gate = threading.Barrier(2)

    def draft(number: int) -> str:
        gate.wait()
        try:
            return draft_edition(half_year=half_year).code
        except Exception as error:
            return type(error).__name__

    assert sorted(in_threads(2, draft)) == sorted([str(half_year), "EditionRefused"])  # type: ignore[type-var]
