"""Review of an edition: submitted by its authors, approved by somebody else."""

from __future__ import annotations

from django.db import transaction

from accounts.models import User
from courses.enums import WRITING_ACTS, EditionActKind, EditionState
from courses.errors import EditionRefused
from courses.models import CatalogueEdition, EditionAct
from courses.operations.editions.acts import locked_edition, record_act
from courses.queries.editions.manifest import digest_of


@transaction.atomic
def submit_edition(*, edition: CatalogueEdition, by: User | None) -> CatalogueEdition:
    """Ask for review. Raises `EditionRefused` unless it is a draft with at least one course."""
    writing = locked_edition(edition.pk)
    if writing.state != EditionState.DRAFT:
        raise EditionRefused(f"这一版现在是“{writing.get_state_display()}”，不用再送审。")
    if not writing.entries.exists():
        raise EditionRefused("这一版里还没有课程，先加上课程再送审。")
    writing.state = EditionState.IN_REVIEW
    writing.save(update_fields=["state", "updated_at"])
    record_act(edition=writing, kind=EditionActKind.SUBMITTED, by=by)
    return writing


@transaction.atomic
def approve_edition(*, edition: CatalogueEdition, by: User) -> CatalogueEdition:
    """Approve exactly what stands there: its digest is kept with the approval.

    Raises `EditionRefused` for whoever wrote in this edition or submitted it, or lacks the right to approve.
    """
    writing = locked_edition(edition.pk)
    if writing.state != EditionState.IN_REVIEW:
        raise EditionRefused(f"这一版现在是“{writing.get_state_display()}”，没有在等审核。")
    if not by.has_perm("courses.approve_catalogueedition"):
        raise EditionRefused("审核课程目录要由市办或管理员来做。")
    if by.pk in authors_of(writing):
        raise EditionRefused("您自己编过或送审过这一版，要请另一位同事审核。")
    writing.state = EditionState.APPROVED
    writing.save(update_fields=["state", "updated_at"])
    record_act(edition=writing, kind=EditionActKind.APPROVED, by=by, sha256=digest_of(writing))
    return writing


@transaction.atomic
def send_back_edition(*, edition: CatalogueEdition, by: User, reason: str) -> CatalogueEdition:
    """Back to its authors, with what is to be changed. Raises `EditionRefused`."""
    writing = locked_edition(edition.pk)
    if writing.state not in (EditionState.IN_REVIEW, EditionState.APPROVED):
        raise EditionRefused(f"这一版现在是“{writing.get_state_display()}”，不能退回修改。")
    if not reason.strip():
        raise EditionRefused("请写明要改什么。")
    writing.state = EditionState.DRAFT
    writing.save(update_fields=["state", "updated_at"])
    record_act(edition=writing, kind=EditionActKind.SENT_BACK, by=by, note=reason.strip())
    return writing


def authors_of(edition: CatalogueEdition) -> set[int]:
    """Keys of everyone who wrote in the edition or submitted it."""
    rows = EditionAct.objects.filter(edition=edition, kind__in=WRITING_ACTS, actor__isnull=False)
    return {pk for pk in rows.values_list("actor_id", flat=True) if pk is not None}


def approved_digest(edition: CatalogueEdition) -> str:
    """The digest of what was last approved, empty if nothing was."""
    act = EditionAct.objects.filter(edition=edition, kind=EditionActKind.APPROVED).first()
    return str(act.details.get("sha256", "")) if act is not None else ""
