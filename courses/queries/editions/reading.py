"""What readers see: one edition, whole, from the text it was sealed with."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from core import clock
from core.half_year import HalfYear
from courses.enums import CarryPolicy, Category, EditionState, FlipKind, OfferingState
from courses.models import CatalogueEdition, CatalogueFlip, CatalogueNow, Course, Offering
from courses.queries.editions.manifest import sealed_manifest

LATE_ENOUGH_TO_SAY = dt.timedelta(minutes=1)


@dataclass(frozen=True)
class ShownCourse:
    """A course as the edition says it. `url` leads to today's course page, empty when it is not public any more."""

    pk: int
    title: str
    category: str
    summary: str
    teachers: list[str]
    sites: list[str]
    lessons: list[str]
    url: str
    offerings: list[Offering]


@dataclass(frozen=True)
class ShownCategory:
    value: str
    label: str
    courses: list[ShownCourse]


@dataclass(frozen=True)
class Dropped:
    """A course that is not in the edition any more, and what that means for whoever is in it."""

    title: str
    sentence: str
    equivalents: list[str]


def published() -> QuerySet[CatalogueEdition]:
    """Editions readers may see, now or in the archive."""
    return CatalogueEdition.objects.filter(state=EditionState.PUBLISHED).select_related("manifest")


def current_edition() -> CatalogueEdition | None:
    """The edition readers see now, with its manifest. One query, so that nobody sees half of two."""
    now = CatalogueNow.objects.select_related("edition__manifest").first()
    return now.edition if now is not None else None


def parse_code(code: str) -> tuple[HalfYear, int]:
    """2026H1 → first edition; 2026H1-2 → second. Raises `ValueError`."""
    name, dash, number = code.partition("-")
    if dash and (not number.isdecimal() or len(number) > 4 or int(number) < 2):
        raise ValueError(f"not an edition: {code!r}")
    return HalfYear.parse(name), int(number) if dash else 1


def find_edition(code: str, *, public_only: bool = False) -> CatalogueEdition:
    """The edition of a code. Raises `CatalogueEdition.DoesNotExist`, also for a code that can't be one."""
    try:
        half_year, number = parse_code(code)
    except ValueError as error:
        raise CatalogueEdition.DoesNotExist(str(error)) from error
    editions = published() if public_only else CatalogueEdition.objects.select_related("manifest")
    return editions.get(half_year=half_year, number=number)


def edition_on(day: dt.date) -> CatalogueEdition | None:
    """What readers saw at the end of a day (today: see now). None before the first edition and for days to come."""
    if day > clock.today():
        return None
    end = timezone.make_aware(dt.datetime.combine(day + dt.timedelta(days=1), dt.time.min))
    flip = (
        CatalogueFlip.objects.filter(happened_at__lt=end)
        .select_related("edition__manifest")
        .order_by("-number")
        .first()
    )
    return flip.edition if flip is not None else None


def edition_page(edition: CatalogueEdition) -> dict[str, Any]:
    """Context of the page of a published edition. Raises `NotCanonical` if its stored text is damaged."""
    manifest = sealed_manifest(edition)
    flips = list(CatalogueFlip.objects.select_related("edition").order_by("number"))
    is_current = bool(flips) and flips[-1].edition_id == edition.pk
    shown = shown_courses(manifest, half_year=edition.half_year if is_current else None)
    mine = [flip for flip in flips if flip.edition_id == edition.pk]
    return {
        "edition": edition,
        "sha256": edition.manifest_id,
        "is_current": is_current,
        "categories": by_category(shown),
        "course_count": len(shown),
        "dropped": [dropped_of(item) for item in manifest["carry_over"]],
        "spans": _spans(edition, flips),
        "late": _late(mine),
        "others": _others(edition, flips),
    }


def shown_courses(manifest: dict[str, Any], *, half_year: HalfYear | None = None) -> list[ShownCourse]:
    """Courses in the words of the manifest, by title. With a half-year, also where and when they are offered: for
    the current edition only, since offerings go on changing."""
    entries = manifest["entries"]
    ids = [entry["id"] for entry in entries]
    urls = {course.pk: course.get_absolute_url() for course in Course.objects.filter(pk__in=ids, live=True)}
    offered: dict[int, list[Offering]] = {}
    if half_year is not None:
        offerings = Offering.objects.filter(
            course_id__in=ids, half_year=half_year, state=OfferingState.PUBLISHED
        ).select_related("site", "teacher")
        for offering in offerings.order_by("begins_on", "pk"):
            offered.setdefault(offering.course_id, []).append(offering)
    courses = [
        ShownCourse(
            pk=entry["id"],
            title=entry["course"]["title"],
            category=entry["course"]["category"],
            summary=entry["course"].get("summary", ""),
            teachers=teachers_of(entry),
            sites=[site["name"] for site in entry["sites"]],
            lessons=[lesson["title"] for lesson in sorted(entry["lessons"], key=lambda lesson: lesson["number"])],
            url=urls.get(entry["id"], ""),
            offerings=offered.get(entry["id"], []),
        )
        for entry in entries
    ]
    return sorted(courses, key=lambda course: (course.title, course.pk))


def teachers_of(entry: dict[str, Any]) -> list[str]:
    """Names of who teaches: those of the half-year's classes, or else the one the course names."""
    names = [teacher["name"] for teacher in entry["teachers"]]
    named = entry["course"].get("teacher_name", "")
    return names or ([named] if named else [])


def by_category(courses: list[ShownCourse]) -> list[ShownCategory]:
    """In the order of the city's paper; categories without a course are left out."""
    return [
        ShownCategory(value, str(label), found)
        for value, label in Category.choices
        if (found := [course for course in courses if course.category == value])
    ]


def public_editions() -> list[CatalogueEdition]:
    return list(published().defer("manifest__text").order_by("-half_year", "-number"))


def dropped_of(item: dict[str, Any]) -> Dropped:
    """A carry-over of the manifest in words."""
    if item["policy"] == CarryPolicy.FINISH:
        sentence = f"正在学的可以学到 {item['until']}。{item['notice']}".strip()
    else:
        sentence = f"停开。{item['notice']}"
    return Dropped(item["title"], sentence, [course["title"] for course in item["equivalents"]])


def _spans(edition: CatalogueEdition, flips: list[CatalogueFlip]) -> list[tuple[dt.datetime, dt.datetime | None]]:
    """From when until when readers saw the edition; without an end while it is current."""
    spans = []
    for flip, following in zip(flips, [*flips[1:], None], strict=True):
        if flip.edition_id == edition.pk:
            spans.append((flip.happened_at, following.happened_at if following else None))
    return spans


def _late(flips: list[CatalogueFlip]) -> dt.timedelta | None:
    """How late the edition was published, when the clock was to do it and it is worth a word."""
    planned = next((flip for flip in flips if flip.kind == FlipKind.SCHEDULED), None)
    return planned.delay if planned is not None and planned.delay >= LATE_ENOUGH_TO_SAY else None


def _others(edition: CatalogueEdition, flips: list[CatalogueFlip]) -> list[CatalogueEdition]:
    """Every other edition that was ever published, the newest first."""
    found = {flip.edition_id: flip.edition for flip in flips if flip.edition_id != edition.pk}
    return sorted(found.values(), key=lambda other: (other.half_year, other.number), reverse=True)


def editions_page() -> dict[str, Any]:
    """Context of the list of all published editions, each with the one before it to compare with."""
    editions = public_editions()
    current = CatalogueNow.objects.values_list("edition_id", flat=True).first()
    rows = [
        (edition, edition.pk == current, older) for edition, older in zip(editions, [*editions[1:], None], strict=False)
    ]
    return {"rows": rows}


def catalogue_link() -> CatalogueEdition | None:
    """The current edition for a link on another page; its text isn't fetched."""
    now = CatalogueNow.objects.select_related("edition").first()
    return now.edition if now is not None else None
