"""What is checked before an edition is sealed. Those that `blocks` forbid it; the others are said and let pass."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Count, F, Q
from django.utils import timezone

from core import clock
from courses.models import CatalogueEdition, CatalogueEntry, CatalogueLesson, Course, Lesson
from courses.queries.editions.dropped import dropped_courses
from courses.queries.editions.gaps import unanswered_gaps
from media_pipeline.models import Source

MOST_NAMES = 5


@dataclass(frozen=True)
class Check:
    """`sentence` names what is wrong, empty when all is well."""

    name: str
    label: str
    sentence: str
    blocks: bool = True

    @property
    def passes(self) -> bool:
        return not self.sentence


def seal_checks(edition: CatalogueEdition) -> list[Check]:
    """Every check, in the order of the desk. A fixed number of queries."""
    return [check(edition) for check in CHECKS]


def failed_checks(edition: CatalogueEdition) -> list[Check]:
    """Those that forbid sealing."""
    return [check for check in seal_checks(edition) if check.blocks and not check.passes]


def _names(titles: list[str], words: str) -> str:
    """《甲》、《乙》等 7 门课 + words; empty without titles."""
    if not titles:
        return ""
    shown = "、".join(f"《{title}》" for title in titles[:MOST_NAMES])
    more = f"等 {len(titles)} 项" if len(titles) > MOST_NAMES else ""
    return f"{shown}{more}{words}"


def _has_courses(edition: CatalogueEdition) -> Check:
    empty = not CatalogueEntry.objects.filter(edition=edition).exists()
    return Check("courses", "目录里有课程", "目录里还没有课程" if empty else "")


def _courses_are_public(edition: CatalogueEdition) -> Check:
    titles = CatalogueEntry.objects.filter(edition=edition, course__live=False).values_list("title", flat=True)
    return Check("public", "课程都已发布", _names(list(titles), "现在没有公开"))


def _something_to_learn(edition: CatalogueEdition) -> Check:
    bare = (
        CatalogueEntry.objects.filter(edition=edition)
        .annotate(lesson_count=Count("lessons", distinct=True), site_count=Count("sites", distinct=True))
        .filter(lesson_count=0, site_count=0)
    )
    return Check("lessons", "课程有课可学", _names([entry.title for entry in bare], "既没有一讲课，也没有线下的班"))


def _lessons_are_public(edition: CatalogueEdition) -> Check:
    rows = CatalogueLesson.objects.filter(entry__edition=edition, lesson__live=False)
    return Check("published", "各讲都已发布", _names([row.title for row in rows], "已经不公开，请换成最新内容"))


def _media_are_ready(edition: CatalogueEdition) -> Check:
    rows = CatalogueLesson.objects.filter(entry__edition=edition).exclude(media_sha256="")
    plays = set(
        Source.objects.filter(sha256__in=rows.values("media_sha256"), playable_at__isnull=False).values_list(
            "sha256", flat=True
        )
    )
    waiting = [row.title for row in rows if row.media_sha256 not in plays]
    return Check("media", "视频都能播放", _names(waiting, "的视频还不能播放"))


def _teachers_are_named(edition: CatalogueEdition) -> Check:
    entries = CatalogueEntry.objects.filter(edition=edition).annotate(teacher_count=Count("teachers"))
    bare = [entry.title for entry in entries if not entry.teacher_count and not entry.content.get("teacher_name")]
    return Check("teachers", "课程都有教师", _names(bare, "没有写教师"))


def _dropped_are_decided(edition: CatalogueEdition) -> Check:
    open_ = [dropped.title for dropped in dropped_courses(edition, with_people=False) if dropped.carry_over is None]
    return Check("dropped", "停开的课程都有去向", _names(open_, "不再开，还没有定学员怎么办"))


def _dropped_go_on_long_enough(edition: CatalogueEdition) -> Check:
    begins = timezone.localtime(edition.flips_at).date()
    short = [
        row.title
        for row in edition.carry_overs.all()
        if row.until is not None and row.until < max(begins, clock.today())
    ]
    return Check("until", "读完的日期在换版以后", _names(short, "的读完日期早于换版"))


def _gaps_are_answered(edition: CatalogueEdition) -> Check:
    gaps = unanswered_gaps(edition)
    words = "、".join(gap.sentence for gap in gaps[:MOST_NAMES])
    more = f"等 {len(gaps)} 处" if len(gaps) > MOST_NAMES else ""
    return Check("gaps", "供需缺口都有答复", f"{words}{more}，还没有答复" if gaps else "")


def _drafts_beside(edition: CatalogueEdition) -> Check:
    courses = Course.objects.filter(catalogue_entries__edition=edition, lessons__live=False).distinct()
    titles = [course.title for course in courses.order_by("pk")]
    return Check("drafts", "没有还没发布的讲", _names(titles, "还有没发布的讲，不会进目录"), blocks=False)


def _pins_are_fresh(edition: CatalogueEdition) -> Check:
    return Check("fresh", "收进目录以后没有再改", _names(stale_titles(edition), "后来又改过"), blocks=False)


def stale_courses(edition: CatalogueEdition) -> set[int]:
    """Keys of courses of which something else is public now than the edition has. Three queries."""
    entries = CatalogueEntry.objects.filter(edition=edition)
    changed = entries.exclude(course_revision=F("course__live_revision")).filter(course__live_revision__isnull=False)
    lessons = CatalogueLesson.objects.filter(entry__edition=edition).exclude(lesson__live_revision__isnull=True)
    moved = lessons.exclude(lesson_revision=F("lesson__live_revision"))
    added = Lesson.objects.filter(course__catalogue_entries__edition=edition, live=True).exclude(
        catalogue_lessons__entry__edition=edition
    )
    return {
        *changed.values_list("course_id", flat=True),
        *moved.values_list("entry__course_id", flat=True),
        *added.values_list("course_id", flat=True),
    }


def stale_titles(edition: CatalogueEdition) -> list[str]:
    rows = CatalogueEntry.objects.filter(edition=edition).filter(Q(course_id__in=stale_courses(edition)))
    return list(rows.values_list("title", flat=True))


CHECKS: tuple[Callable[[CatalogueEdition], Check], ...] = (
    _has_courses,
    _courses_are_public,
    _something_to_learn,
    _lessons_are_public,
    _media_are_ready,
    _teachers_are_named,
    _dropped_are_decided,
    _dropped_go_on_long_enough,
    _gaps_are_answered,
    _drafts_beside,
    _pins_are_fresh,
)
