"""The last step: everything the rows promise is on disk."""

from __future__ import annotations

from django.db import transaction

from core import clock
from media_pipeline.enums import NoticeKind, SourceState
from media_pipeline.errors import StepFailed
from media_pipeline.models import Source
from media_pipeline.operations.jobs import check_lease
from media_pipeline.operations.notices import tell_owners
from media_pipeline.queries.inventory import missing_files
from media_pipeline.steps.attempt import Attempt


def run(attempt: Attempt) -> None:
    """Compare rows and files, then say that the source is ready."""
    if missing := missing_files(attempt.source):
        raise StepFailed("有做好的片段从磁盘上不见了，请联系管理员检查磁盘。", "\n".join(missing[:20]))
    with transaction.atomic():
        source = Source.objects.select_for_update().get(pk=attempt.source.pk)
        check_lease(attempt.step)
        source.state = SourceState.READY
        source.ready_at = clock.now()
        source.reason = source.detail = ""
        source.save(update_fields=["state", "ready_at", "reason", "detail", "updated_at"])
        tell_owners(source=source, kind=NoticeKind.READY)
