"""What tests of enrolment have in common: a spring lottery offering's days, and people who apply."""

from __future__ import annotations

import datetime as dt

from accounts.enums import Role
from accounts.models import User
from core import clock
from courses.enums import OfferingState
from courses.models import Enrolment, Offering
from courses.operations.enrolling import enrol
from tests.accounts.factories import UserFactory
from tests.courses.factories import SHANGHAI

IN_WINDOW = dt.datetime(2026, 1, 6, 9, 0, tzinfo=SHANGHAI)
AFTER_WINDOW = dt.datetime(2026, 2, 21, 0, 0, tzinfo=SHANGHAI)
DRAW = dt.datetime(2026, 2, 22, 10, 0, tzinfo=SHANGHAI)
FIRST_DAY = dt.datetime(2026, 3, 2, 9, 0, tzinfo=SHANGHAI)


def senior(**options: object) -> User:
    return UserFactory(role=Role.SENIOR, **options)


def enrol_many(offering: Offering, count: int) -> list[Enrolment]:
    """That many new people enrol, one after the other."""
    return [enrol(offering_id=offering.pk, person=senior()) for _ in range(count)]


def cancel(offering: Offering) -> None:
    offering.state, offering.cancelled_at, offering.cancelled_reason = OfferingState.CANCELLED, clock.now(), "停水"
    offering.save()


def states(offering: Offering) -> list[tuple[str, int | None, int | None]]:
    """(state, seat, line) of every row, in the order in which people came."""
    return list(offering.enrolments.order_by("pk").values_list("state", "seat", "line"))
