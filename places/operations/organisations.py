"""Registering organisations and changing what is known of them."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, transaction
from wagtail.log_actions import log

from core.errors import Refusal
from places.models import Organisation


def save_organisation(*, organisation: Organisation, by: Any | None) -> Organisation:
    """Keep a new or changed organisation; `by` is whoever did it, None on a command line. Raises `Refusal`."""
    is_new = organisation.pk is None
    if organisation.region.valid_until is not None:
        raise Refusal(f"{organisation.region}已经撤销，请选现在的地区，没有保存。")
    try:
        with transaction.atomic():
            organisation.save()
            log(organisation, "wagtail.create" if is_new else "wagtail.edit", user=by)
    except IntegrityError as error:
        raise Refusal(f"{organisation.region}已经有“{organisation.name}”，没有保存。") from error
    return organisation
