"""学习团队: people who learn together, with a leader, meetings, roll call and what they share."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.models import ActedFor
from core.models import TimeStamped
from courses.enums import TEAM_STANDING, Mark, MemberState
from courses.models.lesson import Lesson


def shared_path(material: Any, name: str) -> str:
    """A folder that no public door serves (`core.files.OPEN_FOLDERS`), and a name that tells nothing."""
    return f"team-materials/{uuid.uuid4().hex}.{name.rpartition('.')[2].lower()}"


class LearningTeam(TimeStamped):
    """A team of a site. `leader` is a member; name, site and `about` are public, who is in it is not.

    Personal data: who leads. Seen by members, by people who ask to join, and by staff who answer for the site.
    """

    name = models.CharField("名称", max_length=40)
    about = models.TextField("介绍", blank=True)
    site = models.ForeignKey(
        "places.AcademySite", on_delete=models.PROTECT, related_name="learning_teams", verbose_name="学堂站点"
    )
    leader = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="teams_led", verbose_name="队长"
    )
    closed_at = models.DateTimeField("解散时间", null=True, blank=True)
    closed_reason = models.CharField("解散原因", max_length=120, blank=True)

    class Meta:
        verbose_name = "学习团队"
        verbose_name_plural = "学习团队"
        ordering = ["site__region__path", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["site", "name"], condition=Q(closed_at__isnull=True), name="one_standing_team_a_site_and_name"
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True) | ~Q(closed_reason=""), name="team_closed_with_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class TeamMember(ActedFor, TimeStamped):
    """Someone asked to join, is in, or was. Rows are ended, never deleted; who comes back gets another row.

    Personal data: who belongs to what. Seen by members and by staff who answer for the site.
    """

    team = models.ForeignKey(LearningTeam, on_delete=models.PROTECT, related_name="members", verbose_name="团队")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="team_memberships", verbose_name="成员"
    )
    state = models.CharField("状态", max_length=8, choices=MemberState)
    asked_at = models.DateTimeField("申请时间")
    decided_at = models.DateTimeField("答复时间", null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    ended_at = models.DateTimeField("离开时间", null=True, blank=True)

    class Meta:
        verbose_name = "团队成员"
        verbose_name_plural = "团队成员"
        ordering = ["team", "asked_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=MemberState.values), name="team_member_state_known"),
            models.UniqueConstraint(
                fields=["team", "person"], condition=Q(state__in=TEAM_STANDING), name="one_standing_membership"
            ),
            models.CheckConstraint(
                condition=Q(state=MemberState.ASKED)
                | Q(decided_by__isnull=False, decided_at__isnull=False)
                | Q(state=MemberState.LEFT),
                name="team_member_decided_by_someone",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.team} {self.get_state_display()}"


class TeamMeeting(TimeStamped):
    """The team meets. No personal data."""

    team = models.ForeignKey(LearningTeam, on_delete=models.PROTECT, related_name="meetings", verbose_name="团队")
    topic = models.CharField("做什么", max_length=60)
    place = models.CharField("在哪里", max_length=120, help_text="教室，或者集合的地方")
    begins_at = models.DateTimeField("开始")
    ends_at = models.DateTimeField("结束")
    cancelled_at = models.DateTimeField("取消时间", null=True, blank=True)
    cancelled_reason = models.CharField("取消原因", max_length=120, blank=True)

    class Meta:
        verbose_name = "团队活动"
        verbose_name_plural = "团队活动"
        ordering = ["-begins_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("begins_at")), name="meeting_ends_after_it_begins"),
            models.CheckConstraint(
                condition=Q(cancelled_at__isnull=True) | ~Q(cancelled_reason=""), name="meeting_cancelled_with_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.team} {self.begins_at:%Y-%m-%d}"


class RollCall(models.Model):
    """Whether a member came to a meeting. Personal data; seen by the member, the leader and staff of the site."""

    meeting = models.ForeignKey(TeamMeeting, on_delete=models.PROTECT, related_name="roll", verbose_name="团队活动")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="成员"
    )
    mark = models.CharField("点名", max_length=8, choices=Mark)
    marked_at = models.DateTimeField("点名时间")
    marked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "点名"
        verbose_name_plural = "点名"
        ordering = ["meeting", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(mark__in=Mark.values), name="roll_mark_known"),
            models.UniqueConstraint(fields=["meeting", "person"], name="one_mark_a_meeting_and_person"),
        ]

    def __str__(self) -> str:
        return f"{self.meeting} {self.get_mark_display()}"


class TeamMaterial(TimeStamped):
    """Something shared among members: words, a lesson, a file, or all three. Taken back rather than deleted.

    Personal data: who shared it, and whatever it shows. Seen by members and by staff of the site.
    """

    team = models.ForeignKey(LearningTeam, on_delete=models.PROTECT, related_name="materials", verbose_name="团队")
    title = models.CharField("标题", max_length=60)
    text = models.TextField("内容", blank=True)
    lesson = models.ForeignKey(
        Lesson, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="推荐的一讲"
    )
    file = models.FileField("文件", upload_to=shared_path, max_length=120, blank=True)
    shared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="分享人"
    )
    taken_back_at = models.DateTimeField("撤下时间", null=True, blank=True)

    class Meta:
        verbose_name = "分享资料"
        verbose_name_plural = "分享资料"
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return self.title
