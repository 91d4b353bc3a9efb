"""Sealing: checks, then the canonical manifest under its digest."""

from __future__ import annotations

import structlog
from django.db import transaction

from accounts.models import User
from core import clock
from courses.enums import EditionActKind, EditionState
from courses.errors import EditionRefused
from courses.manifests.canonical import canonical, digest
from courses.models import CatalogueEdition, CatalogueManifest
from courses.operations.editions.acts import locked_edition, open_for_writing, record_act
from courses.operations.editions.review import approved_digest
from courses.queries.editions.checks import failed_checks
from courses.queries.editions.manifest import build_manifest

log = structlog.get_logger(__name__)


@transaction.atomic
def seal_edition(*, edition: CatalogueEdition, by: User | None = None) -> CatalogueEdition:
    """Freeze an approved edition. The manifest is stored under its SHA-256; the edition flips at its instant.

    Raises `EditionRefused` naming every check that fails, or if what stands there isn't what was approved.
    """
    writing = locked_edition(edition.pk)
    if writing.state in (EditionState.SEALED, EditionState.PUBLISHED):
        raise EditionRefused(f"这一版已经封存，校验码是 {writing.manifest_id}。")
    if writing.state != EditionState.APPROVED:
        raise EditionRefused(f"这一版现在是“{writing.get_state_display()}”，审核通过以后才能封存。")
    if failed := failed_checks(writing):
        raise EditionRefused("还不能封存：" + "；".join(check.sentence for check in failed) + "。")
    data = canonical(build_manifest(writing))
    sha256 = digest(data)
    if sha256 != approved_digest(writing):
        raise EditionRefused("现在的内容和审核通过的不一样，请重新送审。")
    CatalogueManifest.objects.get_or_create(
        sha256=sha256, defaults={"text": data.decode("utf-8"), "stored_at": clock.now()}
    )
    writing.manifest_id = sha256
    writing.state = EditionState.SEALED
    writing.sealed_at = clock.now()
    writing.save(update_fields=["manifest", "state", "sealed_at", "updated_at"])
    record_act(edition=writing, kind=EditionActKind.SEALED, by=by, note=sha256[:16], sha256=sha256)
    log.info("edition sealed", edition=writing.code, sha256=sha256, entries=writing.entries.count())
    return writing


@transaction.atomic
def reopen_edition(*, edition: CatalogueEdition, by: User | None, reason: str) -> CatalogueEdition:
    """Take a seal, an approval or a submission back, so that the edition can be edited. Raises `EditionRefused`."""
    if not reason.strip():
        raise EditionRefused("请写明为什么要拆封。")
    writing = locked_edition(edition.pk)
    if writing.state == EditionState.DRAFT:
        raise EditionRefused("这一版本来就是草稿，可以直接改。")
    return open_for_writing(writing.pk, by=by, what=reason.strip())
