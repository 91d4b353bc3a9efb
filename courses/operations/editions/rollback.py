"""Rolling back: readers see an earlier edition again, and every enrolment made since gets a decision."""

from __future__ import annotations

from django.db import transaction

from accounts.models import User
from core import clock
from courses.enums import STANDING, EditionActKind, FlipKind, RollbackAnswer
from courses.errors import EditionRefused
from courses.models import CatalogueEdition, CatalogueFlip, Enrolment, Offering, Rollback, RollbackDecision
from courses.operations.editions.acts import record_act
from courses.operations.editions.carrying import tell_people
from courses.operations.editions.flipping import lock_current, point_at
from courses.operations.editions.places import move_to_offering
from courses.operations.enrolling import withdraw


@transaction.atomic
def roll_back(
    *, edition: CatalogueEdition, reason: str, to: CatalogueEdition | None = None, by: User | None = None
) -> Rollback:
    """Take the current edition back, in favour of `to` or of the one before it. Published editions stay as they are:
    this is a new line in the log. Lists every enrolment that stands and was made since, each to be decided.

    Raises `EditionRefused` unless `edition` is current, there is an earlier one, and a reason is given.
    """
    if not reason.strip():
        raise EditionRefused("请写明为什么退回。")
    now = lock_current()
    if now.edition_id != edition.pk or now.edition is None or now.flip is None:
        raise EditionRefused(f"{edition.label}不是现行目录，不能退回。")
    if Rollback.objects.filter(done_at__isnull=True).exists():
        raise EditionRefused("上一次退回还有报名没有处理完，请先处理完。")
    target = to or now.flip.previous
    if target is None:
        raise EditionRefused("在它以前没有发布过目录，没有可以退回的。")
    if target.pk == edition.pk or not CatalogueFlip.objects.filter(edition=target).exists():
        raise EditionRefused(f"{target.label}没有发布过，不能退回到它。")
    since = now.flip.happened_at
    flip = point_at(now=now, edition=target, kind=FlipKind.ROLLBACK, due_at=clock.now(), by=by)
    made_since = list(
        Enrolment.objects.filter(applied_at__gte=since, state__in=STANDING).order_by("pk").values_list("pk", flat=True)
    )
    rollback = Rollback.objects.create(
        edition=edition,
        to=target,
        flip=flip,
        reason=reason.strip()[:200],
        since=since,
        started_by=by,
        started_at=clock.now(),
        done_at=None if made_since else clock.now(),
    )
    RollbackDecision.objects.bulk_create(RollbackDecision(rollback=rollback, enrolment_id=pk) for pk in made_since)
    record_act(
        edition=edition,
        kind=EditionActKind.ROLLED_BACK,
        by=by,
        note=rollback.reason,
        to=target.code,
        enrolments=len(made_since),
    )
    return rollback


@transaction.atomic
def decide_enrolment(
    *,
    decision: RollbackDecision,
    answer: RollbackAnswer,
    by: User | None,
    moved_to: Offering | None = None,
    notice: str = "",
) -> RollbackDecision:
    """Decide on one enrolment, and do it at once: honour it, move the person to another offering, or cancel it.

    Raises `EditionRefused` if it is decided already, or if the other offering has no room.
    """
    # Only the decision is held: whoever changes enrolments holds the person first.
    deciding = (
        RollbackDecision.objects.select_for_update(of=("self",))
        .select_related("enrolment__offering__course")
        .get(pk=decision.pk)
    )
    if deciding.answer:
        raise EditionRefused("这个报名已经处理过了。")
    notice = notice.strip()[:200]
    enrolment = deciding.enrolment
    course = enrolment.offering.course
    if answer == RollbackAnswer.CANCEL and not notice:
        raise EditionRefused("取消报名要写给学员的话。")
    sentence = ""
    if answer == RollbackAnswer.MOVE:
        if moved_to is None or moved_to.pk == enrolment.offering_id:
            raise EditionRefused("请选要换到的班。")
        move_to_offering(enrolment=enrolment, target=moved_to, by=by)
        sentence = f"您在《{course.title}》的报名换到了：{moved_to}。{notice}"
    elif answer == RollbackAnswer.CANCEL:
        if enrolment.state in STANDING:
            withdraw(enrolment_id=enrolment.pk, acted_by=by)
        sentence = f"您在《{course.title}》的报名取消了。{notice}"
    deciding.answer = answer
    deciding.moved_to = moved_to if answer == RollbackAnswer.MOVE else None
    deciding.notice = notice
    deciding.decided_by = by
    deciding.decided_at = clock.now()
    deciding.save()
    if sentence:
        tell_people(
            people=[enrolment.person_id],
            course_id=course.pk,
            about=f"rollback:{deciding.pk}",
            sentence=sentence.strip(),
        )
    return deciding


@transaction.atomic
def honour_the_rest(*, rollback: Rollback, by: User | None) -> int:
    """Every enrolment without a decision is honoured, each on its own line. Returns how many."""
    waiting = RollbackDecision.objects.select_for_update().filter(rollback=rollback, answer="")
    return waiting.update(answer=RollbackAnswer.HONOUR, decided_by=by, decided_at=clock.now())


@transaction.atomic
def finish_rollback(*, rollback: Rollback) -> Rollback:
    """Close a rollback. Raises `EditionRefused` while an enrolment has no decision."""
    closing = Rollback.objects.select_for_update().get(pk=rollback.pk)
    waiting = closing.decisions.filter(answer="").count()
    if waiting:
        raise EditionRefused(f"还有 {waiting} 个报名没有处理，处理完才能结束。")
    if closing.done_at is None:
        closing.done_at = clock.now()
        closing.save(update_fields=["done_at"])
    return closing
