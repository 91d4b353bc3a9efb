"""Keeping what people would like to learn, and how they liked what they learned."""

from __future__ import annotations

from django.db import IntegrityError, transaction

from accounts.models import User
from core import clock
from core.half_year import HalfYear
from core.tags import split_tags
from courses.enums import Category, Face
from courses.errors import WishRefused
from courses.models import Course, LearnerNotice, Satisfaction, Wish
from courses.queries.editions.gaps import banner_prefix, banners_by_prefix, wishing_half_year
from courses.queries.wishes import has_finished
from places.models import Region

MOST_WORDS = 200
MOST_PEOPLE = 500


@transaction.atomic
def record_wish(
    *, person: User, category: str, region: Region | None, words: str = "", acted_by: User | None = None
) -> Wish:
    """Keep a person's wish for the next half-year. Told again for the same category, the words join.

    Raises `WishRefused`.
    """
    half_year = wishing_half_year()
    words, region = _plain(words)[:MOST_WORDS], _checked(category, region)
    try:
        with transaction.atomic():
            return Wish.objects.create(
                person=person, half_year=half_year, category=category, words=words, region=region, acted_by=acted_by
            )
    except IntegrityError:
        wish = Wish.objects.select_for_update().get(person=person, half_year=half_year, category=category)
    wish.words = _joined(wish.words, words)
    wish.region = region
    wish.acted_by = acted_by
    wish.save(update_fields=["words", "region", "acted_by", "updated_at"])
    return wish


def record_wish_at_desk(*, category: str, region: Region | None, people: int, by: User, words: str = "") -> Wish:
    """Keep what `people` told at a desk, without names. Raises `WishRefused`."""
    words, region = _plain(words)[:MOST_WORDS], _checked(category, region)
    if not 1 <= people <= MOST_PEOPLE:
        raise WishRefused(f"人数要在 1 到 {MOST_PEOPLE} 之间，没有保存。")
    return Wish.objects.create(
        half_year=wishing_half_year(), category=category, words=words, region=region, people=people, acted_by=by
    )


@transaction.atomic
def withdraw_wish(*, person: User, wish_id: int) -> None:
    """Take one's own wish back. Raises `WishRefused` for one that isn't theirs."""
    deleted, _ = Wish.objects.filter(pk=wish_id, person=person).delete()
    if not deleted:
        raise WishRefused("没有找到这条心愿，可能已经撤回了。")


@transaction.atomic
def rate_course(
    *, person: User, course: Course, face: str, words: str = "", acted_by: User | None = None
) -> Satisfaction:
    """Keep an opinion of a course that the person finished; said again in the half-year, it replaces the first.

    Raises `WishRefused`.
    """
    if face not in Face.values:
        raise WishRefused("请点一个笑脸，没有保存。")
    if not has_finished(person, course):
        raise WishRefused("学完这门课以后再来评价，没有保存。")
    row, _ = Satisfaction.objects.update_or_create(
        person=person,
        course=course,
        half_year=HalfYear.of(clock.today()),
        defaults={"face": face, "words": _plain(words)[:100], "acted_by": acted_by},
    )
    return row


def mark_notice_seen(*, person: User, notice_id: int) -> None:
    """The person has read a notice. Somebody else's is left alone."""
    LearnerNotice.objects.filter(pk=notice_id, person=person, seen_at__isnull=True).update(seen_at=clock.now())


def _checked(category: str, region: Region | None) -> Region:
    """The region, if it and the category will do. Raises `WishRefused`."""
    if category not in Category.values:
        raise WishRefused("请先点一类，没有保存。")
    if region is None or banner_prefix(region.path) not in banners_by_prefix():
        raise WishRefused("请选您在哪个旗区，没有保存。")
    return region


def _plain(words: str) -> str:
    """One line, without what no screen shows."""
    return " ".join("".join(letter for letter in words if letter.isprintable() or letter.isspace()).split())


def _joined(before: str, after: str) -> str:
    """Both, without saying one thing twice; what no longer fits is left out, never cut in the middle."""
    known = set(split_tags(before))
    fresh = [word for word in split_tags(after) if word not in known]
    joined = before
    for word in fresh:
        longer = f"{joined}、{word}" if joined else word
        joined = longer if len(longer) <= MOST_WORDS else joined
    return joined
