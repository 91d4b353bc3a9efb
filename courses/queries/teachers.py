"""Teachers as staff see them: those of their regions, what each may do, and sessions that no longer fit."""

from __future__ import annotations

import datetime as dt

from django.db.models import Count, Max, Q, QuerySet, Sum
from django.utils import timezone

from accounts.scope import Scope
from core import clock
from core.spoken_dates import spoken_stretch
from courses.enums import TeacherChannel
from courses.models import Session, Teacher, TeacherFee, TeacherPermission
from courses.queries.clashes import exam_mondays


def teachers_in(scope: Scope) -> QuerySet[Teacher]:
    """Teachers whose entry staff of this scope keep. Only these show a phone number."""
    return scope.regions(Teacher.objects.select_related("organisation", "region"), "region__path")


def teachers_for_desk(scope: Scope) -> QuerySet[Teacher]:
    """The list, with `to_come` sessions and the last day that consent `covers`."""
    standing = Q(sessions__cancelled_at__isnull=True, sessions__begins_at__gte=clock.now())
    return (
        teachers_in(scope)
        .annotate(
            to_come=Count("sessions", filter=standing, distinct=True),
            covers=Max("permissions__valid_until", filter=Q(permissions__withdrawn_at__isnull=True)),
        )
        .order_by("name", "pk")
    )


def schedulable() -> QuerySet[Teacher]:
    """Everyone who may be asked to teach, of any region: a name and a unit are no secret."""
    return Teacher.objects.filter(is_active=True).select_related("organisation", "region").order_by("name", "pk")


def permissions_in(scope: Scope) -> QuerySet[TeacherPermission]:
    rows = TeacherPermission.objects.select_related("teacher", "employer", "checked_by")
    return scope.regions(rows, "teacher__region__path")


def consent_line(teacher: Teacher) -> str:
    """One line on the consent of a teacher from `teachers_for_desk`."""
    if teacher.channel != TeacherChannel.IN_SERVICE:
        return "不需要"
    covers: dt.date | None = teacher.covers  # type: ignore[attr-defined]
    if covers is None:
        return "还没有"
    if covers < clock.today():
        return f"{covers} 已到期"
    return f"到 {covers}"


def sessions_to_come(teacher: Teacher) -> list[Session]:
    """Standing sessions from now on, at any site."""
    return list(
        teacher.sessions.filter(cancelled_at__isnull=True, begins_at__gte=clock.now())
        .select_related("offering__course", "offering__site", "room")
        .order_by("begins_at", "pk")
    )


def misfits(teacher: Teacher, sessions: list[Session]) -> list[str]:
    """Sessions already planned that could not be planned today, each with why: consent withdrawn, a new exam week."""
    papers = list(teacher.permissions.filter(withdrawn_at__isnull=True))
    weeks = set(exam_mondays(teacher.organisation_id)) if teacher.channel == TeacherChannel.STUDENT else set()
    found = []
    for session in sessions:
        day = timezone.localtime(session.begins_at).date()
        when = f"{spoken_stretch(session.begins_at, session.ends_at)}《{session.offering.course}》"
        if not teacher.is_active:
            found.append(f"{when}：教师已经停止排课")
        elif teacher.channel == TeacherChannel.IN_SERVICE and not any(
            paper.valid_from <= day <= paper.valid_until for paper in papers
        ):
            found.append(f"{when}：这一天没有单位同意书")
        elif day - dt.timedelta(days=day.weekday()) in weeks:
            found.append(f"{when}：是学校的考试周")
    return found


def fees_in(scope: Scope) -> QuerySet[TeacherFee]:
    """Fees of sessions whose offering the scope covers."""
    rows = TeacherFee.objects.select_related("session__offering__course", "teacher", "noted_by", "paid_by")
    return scope.regions(rows, "session__offering__region__path") | scope.at_sites(rows, "session__offering__site")


def fee_totals(scope: Scope, teacher: Teacher) -> dict[str, object]:
    """Sums in yuan of a teacher's standing fees, as far as the scope sees them; None where there is none."""
    rows = fees_in(scope).filter(teacher=teacher, voided_at__isnull=True)
    return rows.order_by().aggregate(
        paid=Sum("amount", filter=Q(paid_on__isnull=False)), open=Sum("amount", filter=Q(paid_on__isnull=True))
    )
