"""Celery doors. A lost or repeated message is harmless: what is to be done stands in the database."""

from __future__ import annotations

from typing import Any

from celery import shared_task
from celery.signals import worker_ready

from courses.operations.editions.flipping import flip_due_editions
from courses.operations.enrolment_sweep import sweep_enrolment
from courses.operations.progress import count_reports


@shared_task(name="courses.count_reports")
def count_reports_task(**_kwargs: Any) -> None:
    count_reports()


@shared_task(name="courses.flip_due_editions")
def flip_due_editions_task(**_kwargs: Any) -> None:
    """Flip the editions whose instant has come, however late."""
    flip_due_editions()


@worker_ready.connect
def flip_what_is_due(**_kwargs: Any) -> None:
    """A worker that comes back flips at once what came due while there was none."""
    flip_due_editions()


@shared_task(name="courses.sweep_enrolment")
def sweep_enrolment_task(**_kwargs: Any) -> None:
    sweep_enrolment()
