"""The audit of editions, and the lock under which each is changed."""

from __future__ import annotations

from typing import Any

from accounts.access import staff_label
from accounts.models import User
from core import clock
from courses.enums import EditionActKind, EditionState
from courses.errors import EditionRefused
from courses.models import CatalogueEdition, EditionAct

BY_CLOCK = "到点自动"
BY_COMMAND = "命令行"


def record_act(
    *,
    edition: CatalogueEdition,
    kind: EditionActKind,
    by: User | None,
    note: str = "",
    by_name: str = BY_COMMAND,
    **details: Any,
) -> EditionAct:
    """Write down who did what. `by_name` counts when nobody signed in did it."""
    return EditionAct.objects.create(
        edition=edition,
        kind=kind,
        actor=by,
        actor_name=staff_label(by) if by is not None else by_name,
        note=note[:200],
        details=details,
        happened_at=clock.now(),
    )


def locked_edition(edition_id: int) -> CatalogueEdition:
    """The edition as it stands now, locked until the transaction ends. Raises `EditionRefused`."""
    found = CatalogueEdition.objects.select_for_update().filter(pk=edition_id).first()
    if found is None:
        raise EditionRefused("没有找到这一版目录。")
    return found


def open_for_writing(edition_id: int, *, by: User | None, what: str) -> CatalogueEdition:
    """The edition, locked and a draft: review, approval or seal are void, and the log says because of what.

    Raises `EditionRefused` for one that readers have seen, or that was discarded.
    """
    edition = locked_edition(edition_id)
    if edition.state == EditionState.PUBLISHED:
        raise EditionRefused("这一版已经发布，不能再改。要更正，请起草同一半年的下一版。")
    if edition.state == EditionState.DISCARDED:
        raise EditionRefused("这一版已经作废，不能再改。")
    if edition.state != EditionState.DRAFT:
        was = edition.get_state_display()
        sealed_as = edition.manifest_id or ""
        edition.state, edition.manifest, edition.sealed_at = EditionState.DRAFT, None, None
        edition.save(update_fields=["state", "manifest", "sealed_at", "updated_at"])
        record_act(
            edition=edition,
            kind=EditionActKind.REOPENED,
            by=by,
            note=f"{was}以后有改动（{what}），要重新审核",
            was=was,
            sha256=sealed_as,
        )
    return edition
