"""Flipping: from one instant on readers see another edition, whole."""

from __future__ import annotations

import datetime as dt

import structlog
from django.db import transaction
from django.db.models import Max

from accounts.models import User
from core import clock
from core.errors import Refusal
from courses.enums import EditionActKind, EditionState, FlipKind
from courses.errors import EditionRefused
from courses.manifests.canonical import NotCanonical
from courses.models import CatalogueEdition, CatalogueEntry, CatalogueFlip, CatalogueNow
from courses.operations.editions.acts import BY_CLOCK, BY_COMMAND, locked_edition, record_act
from courses.operations.editions.carrying import carry_people_over
from courses.queries.editions.manifest import sealed_manifest

log = structlog.get_logger(__name__)


def flip_due_editions() -> list[CatalogueFlip]:
    """Flip every sealed edition whose instant has come, the earliest first, each in its own transaction.

    Late is better than never: after an outage it happens at once, and the row keeps the delay. An edition that can't
    be flipped is reported and does not keep others back.
    """
    due = CatalogueEdition.objects.filter(state=EditionState.SEALED, flips_at__lte=clock.now())
    flips: list[CatalogueFlip] = []
    for edition in due.order_by("flips_at", "half_year", "number"):
        try:
            flips.append(flip_edition(edition=edition, kind=FlipKind.SCHEDULED))
        except Refusal as refusal:
            log.warning("edition not flipped", edition=edition.code, reason=refusal.sentence)
    return flips


@transaction.atomic
def flip_edition(
    *, edition: CatalogueEdition, by: User | None = None, kind: FlipKind = FlipKind.BY_HAND
) -> CatalogueFlip:
    """Make a sealed edition current. By the clock not before its instant.

    Raises `EditionRefused` if it isn't sealed, is current, is older than the current one, or its manifest is damaged.
    """
    now = lock_current()
    flipping = locked_edition(edition.pk)
    if now.edition_id == flipping.pk:
        raise EditionRefused(f"{flipping.label}已经是现行目录。")
    if flipping.state != EditionState.SEALED:
        raise EditionRefused(f"{flipping.label}现在是“{flipping.get_state_display()}”，封存以后才能换版。")
    if now.edition is not None and flipping.half_year < now.edition.half_year:
        raise EditionRefused(f"现行的已经是{now.edition.label}，不能换成更早的半年。要退回，请用“退回上一版”。")
    instant = clock.now()
    if kind == FlipKind.SCHEDULED and flipping.flips_at > instant:
        raise EditionRefused(f"{flipping.label}还没有到换版时间。")
    # What was sealed must be whole before a single reader sees it.
    try:
        sealed_manifest(flipping)
    except NotCanonical as error:
        raise EditionRefused(f"{flipping.label}的清单和封存时不一样，没有换版。请先核对：{error}") from error
    previous = now.edition
    CatalogueEdition.objects.filter(pk=flipping.pk).update(state=EditionState.PUBLISHED, updated_at=instant)
    flipping.state = EditionState.PUBLISHED
    flip = point_at(now=now, edition=flipping, kind=kind, due_at=min(flipping.flips_at, instant), by=by)
    dropped = _dropped(previous, flipping)
    told = carry_people_over(edition=flipping, dropped=dropped)
    late = flip.delay.total_seconds()
    note = f"晚了 {round(late)} 秒" if kind == FlipKind.SCHEDULED and late >= 1 else ""
    record_act(
        edition=flipping,
        kind=EditionActKind.FLIPPED,
        by=by,
        by_name=BY_CLOCK if kind == FlipKind.SCHEDULED else BY_COMMAND,
        note=note,
        delay_seconds=round(late),
        told=told,
        dropped=sorted(dropped),
    )
    log.info("edition flipped", edition=flipping.code, delay=round(late), told=told)
    return flip


def lock_current() -> CatalogueNow:
    """The row that says which edition is current, locked: one flip at a time. Call inside a transaction."""
    CatalogueNow.objects.get_or_create(pk=1)
    return CatalogueNow.objects.select_for_update(of=("self",)).select_related("edition").get(pk=1)


def point_at(
    *, now: CatalogueNow, edition: CatalogueEdition, kind: FlipKind, due_at: dt.datetime, by: User | None
) -> CatalogueFlip:
    """Write the log and move the one row, which must be locked. Everything else of a flip is its caller's."""
    highest = CatalogueFlip.objects.aggregate(highest=Max("number"))["highest"] or 0
    flip = CatalogueFlip.objects.create(
        number=highest + 1,
        edition=edition,
        previous=now.edition,
        kind=kind,
        due_at=due_at,
        happened_at=clock.now(),
        by=by,
    )
    now.edition, now.flip = edition, flip
    now.save(update_fields=["edition", "flip"])
    return flip


def _dropped(previous: CatalogueEdition | None, following: CatalogueEdition) -> dict[int, str]:
    """Courses of `previous` that `following` lacks: key → title."""
    if previous is None:
        return {}
    kept = CatalogueEntry.objects.filter(edition=following).values("course_id")
    gone = CatalogueEntry.objects.filter(edition=previous).exclude(course_id__in=kept)
    return dict(gone.values_list("course_id", "title"))
