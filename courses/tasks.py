"""Celery doors. A lost or repeated message is harmless: what is to be counted stands in the inbox."""

from __future__ import annotations

from typing import Any

from celery import shared_task

from courses.operations.progress import count_reports


@shared_task(name="courses.count_reports")
def count_reports_task(**_kwargs: Any) -> None:
    count_reports()
