"""Nudging a worker. The row that says what is to be done is already committed when the nudge goes out.

A broker that is down must not turn a saved upload into an error: the nudge is dropped with a warning, and the sweeper
sends it again (DESIGN "Rules", 1 and 7).
"""

from __future__ import annotations

import structlog
from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

log = structlog.get_logger(__name__)


def enqueue(task_name: str, *, queue: str = "default", expires: float | None = None, **kwargs: object) -> bool:
    """Send a nudge now. True if the broker took it. After `expires` seconds a worker drops it unread.

    Raises `KeyError` if no such task exists: `send_task` would accept a misspelt name, and ignores eager mode.
    """
    current_app.loader.import_default_modules()
    task = current_app.tasks[task_name]
    try:
        task.apply_async(kwargs=kwargs, queue=queue, expires=expires, retry=False)
    except (OperationalError, OSError) as error:
        log.warning("nudge lost", task=task_name, queue=queue, error=str(error))
        return False
    return True


def enqueue_on_commit(
    task_name: str, *, queue: str = "default", expires: float | None = None, **kwargs: object
) -> None:
    """Send a nudge once the present transaction is committed; never if it is rolled back."""
    transaction.on_commit(lambda: enqueue(task_name, queue=queue, expires=expires, **kwargs))
