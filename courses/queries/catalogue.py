"""Reading the courses: lists, categories, one course."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Prefetch, Q, QuerySet
from taggit.models import Tag

from accounts.access import Viewer
from courses.enums import CATEGORY_HINTS, Category, CourseLevel, TeachingForm
from courses.models import Course, Lesson
from courses.queries.offerings import cards_of_course
from courses.queries.progress import HowFar, progress_of, rule_sentence
from courses.queries.showing import Showing, show


@dataclass(frozen=True)
class CategoryTile:
    value: str
    label: str
    hint: str
    count: int
    current: bool = False


@dataclass(frozen=True)
class CourseCard:
    """A course in a list. `showing` is that of its first lesson, None while it has no lesson."""

    course: Course
    lesson_count: int
    duration: float
    showing: Showing | None


@dataclass(frozen=True)
class LessonRow:
    """A lesson in the list of its course. `watched` is "", "begun" or "done"."""

    lesson: Lesson
    showing: Showing
    how_far: HowFar
    needs_sign_in: bool

    @property
    def watched(self) -> str:
        return "done" if self.how_far.finished else "begun" if self.how_far.begun else ""


def live_courses() -> QuerySet[Course]:
    """Courses everyone may see, with their public lessons as `live_lessons`."""
    return (
        Course.objects.filter(live=True)
        .select_related("cover")
        .prefetch_related("cover__renditions", Prefetch("lessons", queryset=live_lessons(), to_attr="live_lessons"))
    )


def live_lessons() -> QuerySet[Lesson]:
    return Lesson.objects.filter(live=True).select_related("media__source").order_by("number")


def course_cards(courses: Iterable[Course]) -> list[CourseCard]:
    """Cards of courses that come from `live_courses`."""
    cards = []
    for course in courses:
        lessons: list[Lesson] = course.live_lessons  # type: ignore[attr-defined]
        cards.append(
            CourseCard(
                course=course,
                lesson_count=len(lessons),
                duration=sum(lesson.media.source.duration or 0.0 for lesson in lessons if lesson.media),
                showing=show(lessons[0].media, members_only=lessons[0].is_members_only) if lessons else None,
            )
        )
    return cards


def newest_courses(*, most: int = 6) -> list[CourseCard]:
    """The courses published last."""
    return course_cards(live_courses().order_by("-first_published_at", "-pk")[:most])


def category_tiles(*, current: str = "") -> list[CategoryTile]:
    """The seven categories with the number of public courses in each."""
    counts = dict(Course.objects.filter(live=True).order_by().values_list("category").annotate(count=Count("pk")))
    return [
        CategoryTile(value, label, CATEGORY_HINTS[value], counts.get(value, 0), current=value == current)
        for value, label in Category.choices
    ]


@dataclass(frozen=True)
class Narrowing:
    """One way to narrow the list: its address below /courses/, what it says, and whether it holds now."""

    query: str
    label: str
    current: bool


def list_page(*, category: str = "", tag: str = "", form: str = "", level: str = "") -> dict[str, Any]:
    """Context of the course list. An unknown word filters nothing out but says so by an empty list."""
    courses = live_courses().order_by("-first_published_at", "-pk")
    if category:
        courses = courses.filter(category=category)
    if form:
        courses = courses.filter(form=form)
    if level:
        courses = courses.filter(level=level)
    if tag:
        courses = courses.filter(pk__in=Course.objects.filter(tags__slug=tag).values("pk"))
    tags = (
        Tag.objects.filter(courses_coursetag_items__content_object__live=True)
        .annotate(uses=Count("courses_coursetag_items", filter=Q(courses_coursetag_items__content_object__live=True)))
        .order_by("-uses", "name")[:20]
    )
    chosen_tag = next((found for found in tags if found.slug == tag), None) if tag else None
    kinds = set(Course.objects.filter(live=True).order_by().values_list("form", "level").distinct())
    chosen = {"category": category, "tag": tag, "form": form, "level": level}
    return {
        "cards": course_cards(courses),
        "categories": category_tiles(current=category),
        "category": category,
        "category_label": dict(Category.choices).get(category, ""),
        "tag": tag,
        "tag_name": chosen_tag.name if chosen_tag else "",
        "tags": tags,
        "narrowings": [
            *_narrowings("form", TeachingForm.choices, {form for form, _ in kinds}, chosen),
            *_narrowings("level", CourseLevel.choices, {level for _, level in kinds}, chosen),
        ],
        "is_narrowed": any(chosen.values()),
    }


def _narrowings(
    name: str, choices: list[tuple[str, str]], present: set[str], chosen: dict[str, str]
) -> list[Narrowing]:
    """Those of `choices` that are `present`, if there are several; pressing one that holds drops it again."""
    if len(present | {chosen[name]} - {""}) < 2:
        return []
    found = []
    for value, label in choices:
        if value in present:
            asked = {**chosen, name: "" if chosen[name] == value else value}
            query = urlencode({key: word for key, word in asked.items() if word})
            found.append(Narrowing(f"?{query}" if query else "?", label, chosen[name] == value))
    return found


def find_course(*, slug: str) -> Course:
    """Raises `Course.DoesNotExist` for one that is not public."""
    return live_courses().get(slug=slug)


def lesson_rows(*, course: Course, viewer: Viewer) -> list[LessonRow]:
    """Public lessons of a course in order, with how far this person has watched each."""
    lessons = getattr(course, "live_lessons", None)
    if lessons is None:
        lessons = list(live_lessons().filter(course_id=course.pk)) if course.pk else []
    states = progress_of(viewer, lessons)
    rows = []
    for lesson in lessons:
        lesson.course = course
        showing = show(lesson.media, members_only=lesson.is_members_only)
        needs_sign_in = lesson.is_members_only and not viewer.is_authenticated
        rows.append(LessonRow(lesson, showing, states[lesson.pk], needs_sign_in))
    return rows


def course_page(*, course: Course, viewer: Viewer) -> dict[str, Any]:
    """Context of a course page; also for the preview of a course that is not saved yet."""
    rows = lesson_rows(course=course, viewer=viewer)
    begun = next((row for row in rows if row.watched == "begun"), None)
    fresh = next((row for row in rows if not row.watched), None)
    return {
        "course": course,
        "rows": rows,
        "prerequisites": [before for before in course.prerequisites.all() if before.live],
        "tags": sorted(course.tags.all(), key=lambda tag: tag.name),
        "duration": sum(row.showing.duration or 0.0 for row in rows),
        "done_count": sum(row.watched == "done" for row in rows),
        "rule": rule_sentence(),
        "start": begun or fresh or (rows[0] if rows else None),
        "offerings": cards_of_course(course),
    }
