"""What others did for a person in this room, for 谁替我办过什么."""

from __future__ import annotations

from accounts.access import member_name
from accounts.acts import MOST, Act
from accounts.models import User
from courses.models import ActivityPlace, EnrolmentEvent


def enrolments_by_others(person: User) -> list[Act]:
    """What somebody else did with enrolments of `person`, latest first. One query."""
    rows = (
        EnrolmentEvent.objects.filter(enrolment__person=person, acted_by__isnull=False)
        .exclude(acted_by=person)
        .select_related("acted_by__member_profile", "enrolment__offering__course")
        .order_by("-happened_at", "-pk")[:MOST]
    )
    return [
        Act(
            row.happened_at,
            member_name(row.acted_by),
            f"《{row.enrolment.offering.course.title}》{row.get_act_display()}",
        )
        for row in rows
        if row.acted_by is not None
    ]


def activities_by_others(person: User) -> list[Act]:
    """Activities that somebody else put `person` down for, or took them off again, latest first. One query."""
    rows = (
        ActivityPlace.objects.filter(person=person, acted_by__isnull=False)
        .select_related("acted_by__member_profile", "activity")
        .order_by("-updated_at")[:MOST]
    )
    return [
        Act(
            row.updated_at,
            member_name(row.acted_by),
            f"{'退出' if row.ended_at else '报名'}活动《{row.activity.title}》",
        )
        for row in rows
        if row.acted_by is not None
    ]
