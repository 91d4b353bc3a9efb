"""学习团队 as everyone, members, leaders and staff see them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Prefetch, Q, QuerySet

from accounts.access import Viewer, staff_label
from accounts.models import User
from accounts.scope import Scope, scope_of
from core import clock
from courses.enums import TEAM_STANDING, Mark, MemberState
from courses.models import LearningTeam, Lesson, RollCall, TeamMaterial, TeamMeeting, TeamMember
from places.queries.regions import banners

ON_A_PAGE = 20
MOST_SHOWN = 30
MOST_LESSONS = 200


@dataclass(frozen=True)
class RollLine:
    """A member in the roll call; `mark` is "" before it was called."""

    person_id: int
    name: str
    mark: str


@dataclass(frozen=True)
class MeetingRow:
    """A meeting for a member. `mine` is the member's own mark in words, "" if there is none."""

    meeting: TeamMeeting
    has_begun: bool
    mine: str
    counts: str


def standing_teams() -> QuerySet[LearningTeam]:
    """Teams that weren't closed, with `size`."""
    return (
        LearningTeam.objects.filter(closed_at__isnull=True)
        .select_related("site__region", "leader")
        .annotate(size=Count("members", filter=Q(members__state=MemberState.MEMBER)))
        .order_by("site__region__path", "name")
    )


def list_page(*, banner: str, page: str, viewer: Viewer) -> dict[str, Any]:
    """Context of the list of teams; a member's own stand above."""
    places = list(banners())
    chosen = next((region for region in places if str(region.pk) == banner), None)
    teams = standing_teams()
    if chosen is not None:
        teams = teams.filter(site__region__path__startswith=chosen.path)
    found: Page[LearningTeam] = Paginator(teams, ON_A_PAGE).get_page(page)
    mine = (
        standing_teams().filter(
            pk__in=TeamMember.objects.filter(person=viewer, state=MemberState.MEMBER).values("team")
        )
        if isinstance(viewer, User)
        else LearningTeam.objects.none()
    )
    return {
        "page": found,
        "teams": list(found.object_list),
        "mine": list(mine),
        "banners": [(str(region.pk), region.name) for region in places],
        "chosen": str(chosen.pk) if chosen else "",
    }


def find_team(*, pk: int) -> LearningTeam:
    """Also one that was closed: its members may still read it. Raises `LearningTeam.DoesNotExist`."""
    return LearningTeam.objects.select_related("site__region", "leader").get(pk=pk)


def may_lead(team: LearningTeam, viewer: Viewer) -> bool:
    """Whether this person leads the team or answers for its site."""
    if not isinstance(viewer, User):
        return False
    return team.leader_id == viewer.pk or scope_of(viewer).covers_site(team.site_id, team.site.region.path)


def is_inside(team: LearningTeam, viewer: Viewer) -> bool:
    """Whether this person may read what the team shares."""
    if not isinstance(viewer, User):
        return False
    return team.members.filter(person=viewer, state=MemberState.MEMBER).exists() or may_lead(team, viewer)


def team_page(*, team: LearningTeam, viewer: Viewer) -> dict[str, Any]:
    """Context of a team's page: the door for others, all of it for members."""
    own = team.members.filter(person=viewer, state__in=TEAM_STANDING).first() if isinstance(viewer, User) else None
    leads = may_lead(team, viewer)
    inside = leads or (own is not None and own.state == MemberState.MEMBER)
    members = list(team.members.filter(state=MemberState.MEMBER).select_related("person")) if inside else []
    return {
        "team": team,
        "is_closed": team.closed_at is not None,
        "own": own,
        "has_asked": own is not None and own.state == MemberState.ASKED,
        "is_leader": isinstance(viewer, User) and team.leader_id == viewer.pk,
        "leads": leads and team.closed_at is None,
        "inside": inside,
        "size": len(members) if inside else team.members.filter(state=MemberState.MEMBER).count(),
        "leader_name": staff_label(team.leader) if own is not None or leads else "",
        "member_names": [staff_label(member.person) for member in members],
        "requests": _requests(team) if leads else [],
        "meetings": _meetings(team, viewer) if inside and isinstance(viewer, User) else [],
        "materials": _materials(team, viewer) if inside and isinstance(viewer, User) else [],
    }


def lesson_choices() -> list[tuple[str, str]]:
    """Public lessons that a member may recommend."""
    rows = Lesson.objects.filter(live=True, course__live=True).select_related("course")
    ordered = rows.order_by("course__title", "number")[:MOST_LESSONS]
    return [(str(row.pk), f"{row.course} 第 {row.number} 讲 {row.title}") for row in ordered]


def roll_lines(meeting: TeamMeeting) -> list[RollLine]:
    """Members of today and those already marked, by name."""
    marks = {row.person_id: row for row in meeting.roll.select_related("person")}
    members = meeting.team.members.filter(state=MemberState.MEMBER).select_related("person")
    people = {member.person_id: member.person for member in members} | {pk: row.person for pk, row in marks.items()}
    lines = [RollLine(pk, staff_label(person), marks[pk].mark if pk in marks else "") for pk, person in people.items()]
    return sorted(lines, key=lambda line: (line.name, line.person_id))


def teams_in(scope: Scope) -> QuerySet[LearningTeam]:
    """Teams of sites that staff of this scope answer for."""
    return scope.at_sites(LearningTeam.objects.select_related("site__region", "leader"))


def teams_for_desk(scope: Scope) -> QuerySet[LearningTeam]:
    """The list, with `size` and how many `waiting` to be let in."""
    return teams_in(scope).annotate(
        size=Count("members", filter=Q(members__state=MemberState.MEMBER), distinct=True),
        waiting=Count("members", filter=Q(members__state=MemberState.ASKED), distinct=True),
        meeting_count=Count("meetings", distinct=True),
    )


def my_teams(user: User) -> dict[str, Any]:
    """A member's teams, with the next meeting of each as `coming`."""
    coming = TeamMeeting.objects.filter(cancelled_at__isnull=True, ends_at__gte=clock.now()).order_by("begins_at")
    teams = standing_teams().filter(
        pk__in=TeamMember.objects.filter(person=user, state=MemberState.MEMBER).values("team")
    )
    return {"teams": list(teams.prefetch_related(Prefetch("meetings", queryset=coming, to_attr="coming")))}


def _requests(team: LearningTeam) -> list[tuple[int, str, dt.datetime]]:
    rows = team.members.filter(state=MemberState.ASKED).select_related("person").order_by("asked_at", "pk")
    return [(row.pk, staff_label(row.person), row.asked_at) for row in rows]


def _meetings(team: LearningTeam, viewer: User) -> list[MeetingRow]:
    present = clock.now()
    rows = team.meetings.annotate(came=Count("roll", filter=Q(roll__mark=Mark.PRESENT)), called=Count("roll")).order_by(
        "-begins_at", "-pk"
    )[:MOST_SHOWN]
    mine = {
        row.meeting_id: row.get_mark_display() for row in RollCall.objects.filter(meeting__team=team, person=viewer)
    }
    return [
        MeetingRow(
            row,
            row.begins_at <= present,
            mine.get(row.pk, ""),
            f"{row.came} 人到了" if row.called else "",
        )
        for row in rows
    ]


def _materials(team: LearningTeam, viewer: User) -> list[tuple[TeamMaterial, str, bool]]:
    """(material, who shared it, whether the viewer may take it back)."""
    leads = may_lead(team, viewer)
    rows = (
        team.materials.filter(taken_back_at__isnull=True)
        .select_related("lesson__course", "shared_by")
        .order_by("-created_at", "-pk")[:MOST_SHOWN]
    )
    return [(row, staff_label(row.shared_by), leads or row.shared_by_id == viewer.pk) for row in rows]
