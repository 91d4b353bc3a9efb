"""Answering where more people wish than there is room."""

from __future__ import annotations

from django.db import transaction

from accounts.models import User
from courses.enums import Category, EditionActKind, EditionState, GapDecision
from courses.errors import EditionRefused
from courses.models import CatalogueEdition, GapAnswer
from courses.operations.editions.acts import locked_edition, record_act
from courses.queries.editions.gaps import supply_table


@transaction.atomic
def answer_gap(
    *,
    edition: CatalogueEdition,
    category: str,
    region_id: int,
    decision: GapDecision,
    reason: str = "",
    by: User | None = None,
) -> GapAnswer:
    """Say of a gap that it will be met, or why not this time. Isn't content, so review stays; a later answer replaces
    an earlier one. Raises `EditionRefused` for a sealed edition, for what is no gap, and for a refusal without reason.
    """
    writing = locked_edition(edition.pk)
    if writing.state not in (EditionState.DRAFT, EditionState.IN_REVIEW, EditionState.APPROVED):
        raise EditionRefused("这一版已经封存，供需缺口的答复不能再改。")
    reason = reason.strip()[:200]
    if decision == GapDecision.NOT_NOW and not reason:
        raise EditionRefused("这次不开，要写明理由。")
    gap = next((gap for gap in supply_table(writing) if (gap.category, gap.region.pk) == (category, region_id)), None)
    if gap is None or not gap.is_gap or gap.seats is None:
        raise EditionRefused("这里现在没有缺口，不用答复。")
    answer, _ = GapAnswer.objects.update_or_create(
        edition=writing,
        category=category,
        region_id=region_id,
        defaults={
            "decision": decision,
            "reason": reason,
            "wished": gap.wished,
            "seats": gap.seats,
            "answered_by": by,
        },
    )
    record_act(
        edition=writing,
        kind=EditionActKind.GAP,
        by=by,
        note=f"{gap.region}{Category(category).label}：{answer.get_decision_display()}",
    )
    return answer
