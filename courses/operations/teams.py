"""学习团队: founding, joining, and ending. A leader, or staff who answer for the site, decides who is in."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import IntegrityError, transaction

from accounts.acting import Acting
from accounts.models import User
from accounts.scope import scope_of
from core import clock
from core.errors import Refusal
from courses.audit import record
from courses.enums import TEAM_STANDING, MemberState
from courses.models import LearningTeam, TeamMember
from courses.operations.planning import checked_reason
from places.models import AcademySite

MOST_MEMBERS = 200


@dataclass(frozen=True)
class TeamOutline:
    name: str
    about: str
    site: AcademySite
    leader: User


@transaction.atomic
def found_team(*, outline: TeamOutline, by: User) -> LearningTeam:
    """Found a team; its leader is its first member. Raises `Refusal`."""
    team = LearningTeam()
    _apply(team, outline)
    _make_member(team, outline.leader, by)
    record(team, "found_team", by=by)
    return team


@transaction.atomic
def edit_team(*, team: LearningTeam, outline: TeamOutline, by: User) -> LearningTeam:
    """Change a team; a new leader becomes a member, the old one stays one. Raises `Refusal`."""
    team = locked_team(team)
    _apply(team, outline)
    _make_member(team, outline.leader, by)
    record(team, "edit_team", by=by)
    return team


@transaction.atomic
def close_team(*, team: LearningTeam, reason: str, by: User) -> LearningTeam:
    """End a team; what it did stays to be seen by its members. Raises `Refusal`."""
    reason = checked_reason(reason)
    team = locked_team(team)
    team.closed_at, team.closed_reason = clock.now(), reason
    team.save(update_fields=["closed_at", "closed_reason", "updated_at"])
    record(team, "close_team", by=by, reason=reason)
    return team


@transaction.atomic
def ask_to_join(*, team: LearningTeam, acting: Acting) -> TeamMember:
    """Asking again, while the first stands, is the same request. Raises `Refusal`."""
    team = locked_team(team)
    standing = team.members.filter(person=acting.person, state__in=TEAM_STANDING).first()
    if standing is not None:
        return standing
    return TeamMember.objects.create(
        team=team, person=acting.person, acted_by=acting.acted_by, state=MemberState.ASKED, asked_at=clock.now()
    )


@transaction.atomic
def decide_on_request(*, member: TeamMember, accept: bool, by: User) -> TeamMember:
    """Let someone in, or not. Raises `Refusal` for a request that was decided, or for someone who doesn't lead."""
    team = locked_team(member.team)
    demand_lead(team, by)
    member = TeamMember.objects.select_for_update(of=("self",)).get(pk=member.pk)
    if member.state != MemberState.ASKED:
        raise Refusal("这个申请已经有人答复了。")
    if accept and team.members.filter(state=MemberState.MEMBER).count() >= MOST_MEMBERS:
        raise Refusal(f"团队最多 {MOST_MEMBERS} 人，已经满了。")
    member.state = MemberState.MEMBER if accept else MemberState.DECLINED
    member.decided_at, member.decided_by = clock.now(), by
    member.ended_at = None if accept else clock.now()
    member.save(update_fields=["state", "decided_at", "decided_by", "ended_at", "updated_at"])
    record(team, "decide_on_request", by=by, member=member.pk, accept=accept)
    return member


@transaction.atomic
def leave_team(*, team: LearningTeam, acting: Acting) -> None:
    """Leave, or take a request back. Raises `Refusal` for a leader, whom somebody must follow first."""
    team = locked_team(team)
    if team.leader_id == acting.person.pk:
        raise Refusal("您是队长，请先请学堂换一位队长，再退出。")
    member = team.members.filter(person=acting.person, state__in=TEAM_STANDING).first()
    if member is None:
        raise Refusal("您不在这个团队里。")
    member.state, member.ended_at = MemberState.LEFT, clock.now()
    member.acted_by = acting.acted_by or member.acted_by
    member.save(update_fields=["state", "ended_at", "acted_by", "updated_at"])


def locked_team(team: LearningTeam) -> LearningTeam:
    """Raises `Refusal` for one that was closed."""
    row = LearningTeam.objects.select_for_update(of=("self",)).select_related("site__region").get(pk=team.pk)
    if row.closed_at is not None:
        raise Refusal("这个团队已经解散，没有改动。")
    return row


def demand_lead(team: LearningTeam, user: User) -> None:
    """Raises `Refusal` unless the user leads the team or answers for its site."""
    if team.leader_id == user.pk or scope_of(user).covers_site(team.site_id, team.site.region.path):
        return
    raise Refusal("只有队长和学堂的工作人员能这样做。")


def _apply(team: LearningTeam, outline: TeamOutline) -> None:
    name = outline.name.strip()
    if not name or len(name) > 40:
        raise Refusal("团队名称要有 1 到 40 个字，没有保存。")
    if len(outline.about) > 1000:
        raise Refusal("介绍最多 1000 个字，没有保存。")
    team.name, team.about, team.site, team.leader = name, outline.about, outline.site, outline.leader
    try:
        with transaction.atomic():
            team.save()
    except IntegrityError as error:
        raise Refusal(f"{outline.site}已经有叫“{name}”的团队，没有保存。") from error


def _make_member(team: LearningTeam, person: User, by: User) -> None:
    present = clock.now()
    standing = team.members.filter(person=person, state__in=TEAM_STANDING).first()
    row = standing or TeamMember(team=team, person=person, asked_at=present)
    if row.state != MemberState.MEMBER:
        row.state, row.decided_at, row.decided_by = MemberState.MEMBER, present, by
        row.save()
