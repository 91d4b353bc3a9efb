"""The private address of a person's timetable: made, made anew, taken away."""

from __future__ import annotations

import secrets

from django.db import transaction

from accounts.models import User
from core import clock
from courses.models import CalendarFeed
from courses.operations.holding import hold_person

TOKEN_BYTES = 32


@transaction.atomic
def renew_feed(*, person: User) -> CalendarFeed:
    """Another address; the one before shows nothing from now on. Raises `EnrolmentRefused` for a closed account."""
    person = hold_person(person.pk)
    revoke_feed(person=person)
    return CalendarFeed.objects.create(person=person, token=secrets.token_urlsafe(TOKEN_BYTES))


@transaction.atomic
def revoke_feed(*, person: User) -> int:
    """No address any more. Returns how many were taken away: one, or none."""
    return CalendarFeed.objects.filter(person=person, revoked_at__isnull=True).update(revoked_at=clock.now())
