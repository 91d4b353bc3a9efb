"""Celery doors. A lost or repeated message is harmless: what is to be done stands in the database."""

from __future__ import annotations

from typing import Any

from celery import shared_task

from accounts.operations.codes import tidy_codes
from accounts.operations.roles import settle_groups
from accounts.operations.sms import send_message, sweep_messages, tidy_messages


@shared_task(name="accounts.send_message")
def send_message_task(*, message_id: int, **_kwargs: Any) -> None:
    send_message(message_id=message_id)


@shared_task(name="accounts.sweep_messages")
def sweep_messages_task(**_kwargs: Any) -> None:
    sweep_messages()


@shared_task(name="accounts.tidy")
def tidy_task(**_kwargs: Any) -> None:
    """Forget what is old: words and numbers of messages, codes."""
    tidy_messages()
    tidy_codes()


@shared_task(name="accounts.settle_groups")
def settle_groups_task(**_kwargs: Any) -> None:
    """Roles that began or ended today."""
    settle_groups()
