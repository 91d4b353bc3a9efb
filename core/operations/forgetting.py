"""Tables are forgotten in time: they may hold names and telephone numbers."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from core import clock
from core.enums import BatchState
from core.models import ImportBatch, ImportRow

PREVIEWS = dt.timedelta(days=7)
CELLS = dt.timedelta(days=30)
CHANGES = dt.timedelta(days=180)


@transaction.atomic
def forget_old_tables() -> dict[str, int]:
    """Discard previews nobody confirmed, empty the cells of older tables, and what an undo would need of oldest ones.

    Returns how many batches each of the three took in.
    """
    now = clock.now()
    stale = ImportBatch.objects.filter(state=BatchState.PREVIEWED, updated_at__lt=now - PREVIEWS)
    cells = ImportBatch.objects.filter(keeps_cells=True, confirmed_at__lt=now - CELLS)
    changes = ImportBatch.objects.filter(keeps_changes=True, confirmed_at__lt=now - CHANGES)
    ImportRow.objects.filter(batch__in=stale).delete()
    ImportRow.objects.filter(batch__in=cells).update(cells=[])
    ImportRow.objects.filter(batch__in=changes).update(changes=[], sentence="")
    return {
        "previews": stale.update(state=BatchState.DISCARDED, keeps_cells=False, keeps_changes=False),
        "cells": cells.update(keeps_cells=False),
        "changes": changes.update(keeps_changes=False),
    }
