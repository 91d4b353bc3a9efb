"""What a learning team does: meetings, roll call, and what is shared."""

from __future__ import annotations

import datetime as dt
from typing import BinaryIO, cast

from django.core.files import File
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from accounts.models import User
from core import clock
from core.errors import Refusal
from courses.audit import record
from courses.enums import Mark, MemberState
from courses.models import LearningTeam, Lesson, RollCall, TeamMaterial, TeamMeeting
from courses.operations.planning import checked_reason
from courses.operations.teams import demand_lead, locked_team
from courses.photographs import redraw

ROLL_FOR = dt.timedelta(days=30)
LONGEST_TEXT = 5000
MOST_BYTES = 10 * 1024 * 1024
LONGEST = dt.timedelta(hours=12)


@transaction.atomic
def plan_meeting(
    *, team: LearningTeam, topic: str, place: str, begins_at: dt.datetime, ends_at: dt.datetime, by: User
) -> TeamMeeting:
    """Raises `Refusal`."""
    team = locked_team(team)
    demand_lead(team, by)
    topic, place = topic.strip(), place.strip()
    if not topic or not place or len(topic) > 60 or len(place) > 120:
        raise Refusal("请写明做什么（最多 60 字）、在哪里（最多 120 字），没有保存。")
    if begins_at <= clock.now():
        raise Refusal("开始时间已经过去了，没有保存。")
    if not begins_at < ends_at <= begins_at + LONGEST:
        raise Refusal("结束时间要在开始之后，最长 12 小时，没有保存。")
    meeting = TeamMeeting.objects.create(team=team, topic=topic, place=place, begins_at=begins_at, ends_at=ends_at)
    record(meeting, "plan_meeting", by=by)
    return meeting


@transaction.atomic
def cancel_meeting(*, meeting: TeamMeeting, reason: str, by: User) -> TeamMeeting:
    """`reason` is what members read. Raises `Refusal`."""
    reason = checked_reason(reason)
    meeting = _locked_meeting(meeting, by)
    if meeting.begins_at <= clock.now():
        raise Refusal("已经开始了，不能再取消。")
    meeting.cancelled_at, meeting.cancelled_reason = clock.now(), reason
    meeting.save(update_fields=["cancelled_at", "cancelled_reason", "updated_at"])
    record(meeting, "cancel_meeting", by=by, reason=reason)
    return meeting


@transaction.atomic
def call_roll(*, meeting: TeamMeeting, marks: dict[int, str], by: User) -> int:
    """Keep the marks of members by their key, all or none; a mark may be mended for 30 days. Returns how many changed.

    Raises `Refusal` before the meeting begins, after 30 days, or for someone who is no member.
    """
    meeting, present = _locked_meeting(meeting, by), clock.now()
    if present < meeting.begins_at:
        raise Refusal("还没有开始，不能点名。")
    if present > meeting.ends_at + ROLL_FOR:
        raise Refusal("已经过了 30 天，不能再点名。")
    members = set(meeting.team.members.filter(state=MemberState.MEMBER).values_list("person_id", flat=True))
    standing = {row.person_id: row for row in meeting.roll.select_for_update(of=("self",))}
    changed = 0
    for person_id, mark in marks.items():
        if mark not in Mark.values:
            raise Refusal("点名只能选到了、没来、请假，没有保存。")
        if person_id not in members and person_id not in standing:
            raise Refusal("名单里有人不在团队里，没有保存。请刷新页面再点。")
        row = standing.get(person_id) or RollCall(meeting=meeting, person_id=person_id)
        if row.mark == mark:
            continue
        row.mark, row.marked_at, row.marked_by = mark, present, by
        row.save()
        changed += 1
    record(meeting, "call_roll", by=by, changed=changed)
    return changed


@transaction.atomic
def share_material(
    *,
    team: LearningTeam,
    title: str,
    by: User,
    text: str = "",
    lesson: Lesson | None = None,
    file: UploadedFile | None = None,
) -> TeamMaterial:
    """A member shares words, a lesson or a file (a PDF of at most 10 MB, or a photograph). Raises `Refusal`."""
    team = locked_team(team)
    if not team.members.filter(person=by, state=MemberState.MEMBER).exists():
        demand_lead(team, by)
    title, text = title.strip(), text.strip()
    if not title or len(title) > 60 or len(text) > LONGEST_TEXT:
        raise Refusal(f"请写标题（最多 60 字），内容最多 {LONGEST_TEXT} 字，没有保存。")
    if not text and lesson is None and file is None:
        raise Refusal("请写几句话，或者选一讲课、一个文件，没有保存。")
    kept = _cleaned(file) if file is not None else ""
    material = TeamMaterial.objects.create(team=team, title=title, text=text, lesson=lesson, file=kept, shared_by=by)
    record(material, "share_material", by=by)
    return material


@transaction.atomic
def take_back_material(*, material: TeamMaterial, by: User) -> None:
    """Who shared it, or who leads, takes it off the page. Raises `Refusal`."""
    team = locked_team(material.team)
    if material.shared_by_id != by.pk:
        demand_lead(team, by)
    material = TeamMaterial.objects.select_for_update(of=("self",)).get(pk=material.pk)
    if material.taken_back_at is None:
        material.taken_back_at = clock.now()
        material.save(update_fields=["taken_back_at", "updated_at"])
        record(material, "take_back_material", by=by)


def _cleaned(file: UploadedFile) -> File:
    """A PDF as it came; anything else as a photograph drawn anew, without what the phone wrote into it."""
    size = file.size or 0
    if not (file.name or "").lower().endswith(".pdf"):
        return ContentFile(redraw(cast("BinaryIO", file), size=size), "shared.jpg")
    if size > MOST_BYTES:
        raise Refusal("文件太大，最多 10 MB，没有保存。")
    if file.read(5) != b"%PDF-":
        raise Refusal("这个文件不是 PDF，没有保存。")
    file.seek(0)
    return File(file, "shared.pdf")


def _locked_meeting(meeting: TeamMeeting, by: User) -> TeamMeeting:
    team = locked_team(meeting.team)
    demand_lead(team, by)
    row = TeamMeeting.objects.select_for_update(of=("self",)).select_related("team").get(pk=meeting.pk)
    if row.cancelled_at is not None:
        raise Refusal("这次活动已经取消了。")
    return row
