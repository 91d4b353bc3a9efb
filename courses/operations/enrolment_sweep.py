"""What enrolment does by itself: claims lapse, lists are sealed, draws made, lines moved. Several may run at once.

Everything is found by its instant, so after a time without a clock it all happens at the first sweep, once.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import structlog
from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from core import clock
from core.errors import Refusal
from courses.enums import SEATED, EnrolmentMode, EnrolmentState, OfferingState
from courses.models import Enrolment, Lottery, Offering
from courses.operations.lotteries import close_lottery, draw_lottery
from courses.operations.seats import settle_line
from courses.operations.waiting import lapse_claims, overdue_claims

log = structlog.get_logger(__name__)


def sweep_enrolment() -> None:
    """One offering at a time, each in its own transaction: what fails for one stops no other."""
    now = clock.now()
    _each(lapse_claims, overdue_claims(now).values_list("offering_id", flat=True).distinct())
    _each(close_lottery, _to_close().values_list("pk", flat=True))
    due = Lottery.objects.filter(
        draw_at__lte=now, drawn_at__isnull=True, voided_at__isnull=True, offering__state=OfferingState.PUBLISHED
    )
    _each(draw_lottery, due.values_list("offering_id", flat=True))
    _each(settle_line, _to_settle().values_list("pk", flat=True))


def _to_close() -> QuerySet[Offering]:
    """Published lotteries whose last day is over and whose list isn't sealed."""
    standing = Lottery.objects.filter(voided_at__isnull=True).values("offering")
    return Offering.objects.filter(
        mode=EnrolmentMode.LOTTERY, state=OfferingState.PUBLISHED, enrol_until__lt=clock.today()
    ).exclude(pk__in=standing)


def _to_settle() -> QuerySet[Offering]:
    """Offerings with a line and a free seat: where nobody moved the line when the seat fell free."""
    rows = Enrolment.objects.filter(offering=OuterRef("pk"))
    held = rows.filter(state__in=SEATED).order_by().values("offering").annotate(number=Count("pk")).values("number")
    return Offering.objects.filter(
        Exists(rows.filter(state=EnrolmentState.WAITING)),
        state=OfferingState.PUBLISHED,
        ends_on__gte=clock.today(),
        seats__gt=Coalesce(Subquery(held), 0),
    )


def _each(operation: Callable[..., Any], offerings: Any) -> None:
    for offering_id in list(offerings):
        try:
            operation(offering_id=offering_id)
        except Refusal as refusal:
            log.warning("sweep refused", operation=operation.__name__, offering=offering_id, reason=refusal.sentence)
        except Exception:
            log.exception("sweep failed", operation=operation.__name__, offering=offering_id)
