"""What was done for somebody, written where they can read it."""

from __future__ import annotations

from accounts.acting import Acting
from accounts.models import DelegatedAct, User
from core import clock


def record_act(*, acting: Acting, what: str) -> None:
    """Keep that `acting.by` did `what` (words the person reads: 报名《太极拳》). Nothing for one's own matters.

    Call inside the transaction that does it.
    """
    if acting.acted_by is not None:
        DelegatedAct.objects.create(
            person=acting.person, by=acting.by, delegation=acting.delegation, what=what[:120], at=clock.now()
        )


def record_counter_act(*, person: User, by: User, what: str) -> None:
    """Keep that a member of staff did `what` for someone at the counter."""
    if person != by:
        DelegatedAct.objects.create(person=person, by=by, what=what[:120], at=clock.now())
