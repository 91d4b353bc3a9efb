"""Celery doors. A lost or repeated message is harmless: what is to be done stands in the database."""

from __future__ import annotations

from typing import Any

from celery import shared_task
from celery.signals import worker_ready

from media_pipeline.operations.sweep import sweep, tidy
from media_pipeline.operations.work import work_next


@shared_task(name="media_pipeline.work")
def work_task(*, work_queue: str, **_kwargs: Any) -> None:
    """Do one step of a queue, whichever is due."""
    work_next(queue=work_queue)


@shared_task(name="media_pipeline.sweep")
def sweep_task(**_kwargs: Any) -> None:
    sweep()


@shared_task(name="media_pipeline.tidy")
def tidy_task(**_kwargs: Any) -> None:
    tidy()


@worker_ready.connect
def take_up_work(**_kwargs: Any) -> None:
    """A worker that starts looks at once for what a killed one left."""
    sweep()
