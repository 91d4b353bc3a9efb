"""What others did for a person in this room, for 谁替我办过什么."""

from __future__ import annotations

from accounts.access import member_name
from accounts.acts import MOST, Act
from accounts.models import User
from courses.models import Enrolment


def enrolments_by_others(person: User) -> list[Act]:
    """Enrolments that somebody else made for `person`, latest first. One query."""
    rows = (
        Enrolment.objects.filter(person=person, acted_by__isnull=False)
        .select_related("acted_by__member_profile", "offering__course")
        .order_by("-applied_at")[:MOST]
    )
    return [
        Act(row.applied_at, member_name(row.acted_by), f"报名《{row.offering.course.title}》")
        for row in rows
        if row.acted_by is not None
    ]
