"""Celery doors of the bottom floor."""

from __future__ import annotations

from typing import Any

from celery import shared_task

from core.operations.forgetting import forget_old_tables


@shared_task(name="core.forget_tables")
def forget_tables_task(**_kwargs: Any) -> None:
    forget_old_tables()
