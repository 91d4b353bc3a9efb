"""What stands beside each course when the next edition is made: who came, who finished, who liked it, who wishes it.

Sums only: no name leaves this module.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from django.db.models import Count

from core.half_year import HalfYear
from courses.enums import Category, EnrolmentState, Face
from courses.models import Enrolment, Satisfaction, Wish
from courses.queries.editions.gaps import banners_by_prefix, wishes_by_banner
from courses.queries.editions.middle import finished_lessons


@dataclass
class Evidence:
    """Of one course in one half-year. `faces`: face → how many."""

    enrolled: int = 0
    finished: int = 0
    faces: dict[str, int] = field(default_factory=dict)

    @property
    def rated(self) -> int:
        return sum(self.faces.values())

    @property
    def satisfaction(self) -> str:
        """满意 8、一般 1, or empty while nobody said anything."""
        said = [f"{label} {self.faces[value]}" for value, label in Face.choices if self.faces.get(value)]
        return "、".join(said)


@dataclass(frozen=True)
class WishedCategory:
    """How many wish a category for a half-year, by banner, and the newest words."""

    value: str
    label: str
    people: int
    places: list[tuple[str, int]]
    words: list[str]


def evidence_for(course_ids: set[int], *, half_year: HalfYear) -> dict[int, Evidence]:
    """Course key → evidence of `half_year`. Five queries, however many courses."""
    found: dict[int, Evidence] = defaultdict(Evidence)
    enrolled = (
        Enrolment.objects.filter(
            offering__course_id__in=course_ids, offering__half_year=half_year, state=EnrolmentState.ENROLLED
        )
        .order_by()
        .values_list("offering__course_id")
        .annotate(people=Count("person", distinct=True))
    )
    for course_id, people in enrolled:
        found[course_id].enrolled = people
    for course_id, people in _finished(course_ids).items():
        found[course_id].finished = people
    said = (
        Satisfaction.objects.filter(course_id__in=course_ids, half_year=half_year)
        .order_by()
        .values_list("course_id", "face")
        .annotate(people=Count("pk"))
    )
    for course_id, face, people in said:
        found[course_id].faces[face] = people
    return found


def wished_categories(half_year: HalfYear, *, most_words: int = 8) -> list[WishedCategory]:
    """Every category with who wishes it where. Three queries."""
    counts = wishes_by_banner(half_year)
    banners = banners_by_prefix()
    words: dict[str, list[str]] = defaultdict(list)
    newest = Wish.objects.filter(half_year=half_year).exclude(words="").order_by("-updated_at", "-pk")
    for category, text in newest.values_list("category", "words")[:200]:
        if len(words[category]) < most_words and text not in words[category]:
            words[category].append(text)
    found = []
    for value, label in Category.choices:
        places = [
            (banners[path].name, people)
            for (category, path), people in counts.items()
            if category == value and path in banners
        ]
        places.sort(key=lambda place: (-place[1], place[0]))
        found.append(WishedCategory(value, str(label), sum(people for _, people in places), places, words[value]))
    return found


def _finished(course_ids: set[int]) -> dict[int, int]:
    """Course key → people who finished all its public lessons."""
    needed, finished = finished_lessons(course_ids)
    people: dict[int, int] = defaultdict(int)
    for (course_id, _), count in finished.items():
        people[course_id] += count == needed[course_id]
    return people
