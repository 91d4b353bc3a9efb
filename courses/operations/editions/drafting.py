"""Making an edition: a draft that begins from the current one, and its courses one by one."""

from __future__ import annotations

import datetime as dt

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone

from accounts.models import User
from core import clock
from core.half_year import HalfYear
from courses.enums import EditionActKind, EditionState
from courses.errors import EditionRefused
from courses.models import CarryOver, CatalogueEdition, CatalogueEntry, CatalogueNow, Course
from courses.operations.editions.acts import locked_edition, open_for_writing, record_act
from courses.operations.editions.pinning import pin_course


@transaction.atomic
def draft_edition(*, half_year: HalfYear, by: User | None = None) -> CatalogueEdition:
    """A draft with the courses of the current edition in what is public of them today.

    While nothing was ever published it begins with every public course. A half-year that has an edition already gets
    the next number: a correction. Raises `EditionRefused` if readers would get it after the half-year, or if another
    draft of the half-year is open.
    """
    now = clock.now()
    if half_year.next.begins_at <= now:
        raise EditionRefused(f"{half_year.label}已经过去了，不能再起草它的目录。")
    current = current_row()
    if current is not None and half_year < current.half_year:
        raise EditionRefused(f"现行的已经是{current.label}，不能再起草更早的目录。")
    highest = CatalogueEdition.objects.filter(half_year=half_year).aggregate(highest=Max("number"))["highest"] or 0
    try:
        with transaction.atomic():
            edition = CatalogueEdition.objects.create(
                half_year=half_year,
                number=highest + 1,
                based_on=current,
                flips_at=max(half_year.begins_at, _next_hour(now)),
            )
    except IntegrityError as error:
        raise EditionRefused(f"{half_year.label}已经有一版在编，请接着编那一版，或者先作废它。") from error
    courses = Course.objects.filter(live=True).select_related("live_revision")
    left_out: list[str] = []
    if current is not None:
        wanted = dict(CatalogueEntry.objects.filter(edition=current).values_list("course_id", "title"))
        courses = courses.filter(pk__in=wanted)
        there = set(courses.values_list("pk", flat=True))
        left_out = [title for pk, title in wanted.items() if pk not in there]
    count = 0
    for course in courses.order_by("pk"):
        pin_course(edition=edition, course=course)
        count += 1
    note = f"从{current.label}开始，{count} 门课" if current else f"从已经发布的 {count} 门课开始"
    if left_out:
        note += f"；{'、'.join(left_out[:5])}已经不公开，没有带过来"
    record_act(edition=edition, kind=EditionActKind.DRAFTED, by=by, note=note, left_out=left_out)
    return edition


@transaction.atomic
def add_course(*, edition: CatalogueEdition, course: Course, by: User | None) -> CatalogueEntry:
    """Put a course into a draft. Reopens review. Raises `EditionRefused` if it is there already or not public."""
    writing = open_for_writing(edition.pk, by=by, what=f"加了《{course.title}》")
    if CatalogueEntry.objects.filter(edition=writing, course=course).exists():
        raise EditionRefused(f"《{course.title}》已经在这一版里了。")
    entry = pin_course(edition=writing, course=course)
    CarryOver.objects.filter(edition=writing, course=course).delete()
    record_act(edition=writing, kind=EditionActKind.ADDED, by=by, note=f"《{entry.title}》", course=course.pk)
    return entry


@transaction.atomic
def remove_course(*, edition: CatalogueEdition, course: Course, by: User | None) -> None:
    """Take a course out of a draft. Reopens review. Raises `EditionRefused` if it isn't in."""
    writing = open_for_writing(edition.pk, by=by, what=f"去掉《{course.title}》")
    entry = CatalogueEntry.objects.filter(edition=writing, course=course).first()
    if entry is None:
        raise EditionRefused(f"《{course.title}》不在这一版里。")
    title = entry.title
    entry.delete()
    record_act(edition=writing, kind=EditionActKind.REMOVED, by=by, note=f"《{title}》", course=course.pk)


@transaction.atomic
def refresh_course(*, edition: CatalogueEdition, course: Course, by: User | None) -> CatalogueEntry:
    """Take what is public of a course today in place of what was pinned. Reopens review."""
    writing = open_for_writing(edition.pk, by=by, what=f"《{course.title}》换成最新内容")
    if not CatalogueEntry.objects.filter(edition=writing, course=course).exists():
        raise EditionRefused(f"《{course.title}》不在这一版里。")
    entry = pin_course(edition=writing, course=course)
    record_act(edition=writing, kind=EditionActKind.REFRESHED, by=by, note=f"《{entry.title}》", course=course.pk)
    return entry


@transaction.atomic
def discard_edition(*, edition: CatalogueEdition, by: User | None, reason: str) -> CatalogueEdition:
    """Give a draft up. Its rows stay as a record. Raises `EditionRefused` for one that is sealed or published."""
    writing = locked_edition(edition.pk)
    if writing.state not in (EditionState.DRAFT, EditionState.IN_REVIEW, EditionState.APPROVED):
        raise EditionRefused("只有还没有封存的目录可以作废。")
    if not reason.strip():
        raise EditionRefused("请写明为什么作废。")
    writing.state = EditionState.DISCARDED
    writing.save(update_fields=["state", "updated_at"])
    record_act(edition=writing, kind=EditionActKind.DISCARDED, by=by, note=reason.strip())
    return writing


@transaction.atomic
def schedule_edition(*, edition: CatalogueEdition, at: dt.datetime, by: User | None) -> CatalogueEdition:
    """Say when readers get the edition: within its half-year, in the future. No content, so review stays."""
    writing = locked_edition(edition.pk)
    if not writing.is_open:
        raise EditionRefused("这一版已经发布或作废，换版时间不能再改。")
    if not writing.half_year.begins_at <= at < writing.half_year.next.begins_at:
        raise EditionRefused(f"换版时间要在{writing.half_year.label}之内。")
    if at <= clock.now():
        raise EditionRefused("换版时间要在现在以后；要马上换版，请在封存以后按“马上换版”。")
    writing.flips_at = at
    writing.save(update_fields=["flips_at", "updated_at"])
    record_act(edition=writing, kind=EditionActKind.SCHEDULED, by=by, note=f"{timezone.localtime(at):%Y-%m-%d %H:%M}")
    return writing


def current_row() -> CatalogueEdition | None:
    """The edition readers see now."""
    now = CatalogueNow.objects.select_related("edition").first()
    return now.edition if now is not None else None


def _next_hour(instant: dt.datetime) -> dt.datetime:
    return instant.replace(minute=0, second=0, microsecond=0) + dt.timedelta(hours=1)
