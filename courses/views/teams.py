"""Doors to 学习团队: the list, a team's page, and what members and leaders do there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_time
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.acting import acting_of
from accounts.enums import DelegatedScope
from accounts.models import User
from core.errors import Refusal
from courses.enums import Mark
from courses.models import LearningTeam, Lesson, TeamMaterial, TeamMeeting
from courses.operations import meetings, teams
from courses.queries import teams as reading


@require_safe
def team_list(request: HttpRequest) -> HttpResponse:
    """Teams of all sites; `?banner=` narrows them."""
    context = reading.list_page(
        banner=request.GET.get("banner", ""), page=request.GET.get("page", ""), viewer=request.user
    )
    return render(request, "courses/teams.html", context)


@require_safe
@never_cache
def team(request: HttpRequest, pk: int) -> HttpResponse:
    """A team: its door for others, all of it for members."""
    return _page(request, _found(pk))


@require_POST
@login_required
def join(request: HttpRequest, pk: int) -> HttpResponse:
    found = _found(pk)
    return _done(
        request, found, "申请交上去了，队长看到会答复。",
        lambda: teams.ask_to_join(team=found, acting=acting_of(request, DelegatedScope.ATTEND)),
    )  # fmt: skip


@require_POST
@login_required
def leave(request: HttpRequest, pk: int) -> HttpResponse:
    found = _found(pk)
    return _done(
        request,
        found,
        "已经退出。",
        lambda: teams.leave_team(team=found, acting=acting_of(request, DelegatedScope.ATTEND)),
    )


@require_POST
@login_required
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Let someone in, or not: `member` and `answer`."""
    found = _found(pk)
    member = get_object_or_404(found.members, pk=_number(request.POST.get("member", "")))
    accept = request.POST.get("answer") == "yes"
    return _done(
        request, found, "同意了。" if accept else "没有同意。",
        lambda: teams.decide_on_request(member=member, accept=accept, by=_user(request)),
    )  # fmt: skip


@require_POST
@login_required
def plan(request: HttpRequest, pk: int) -> HttpResponse:
    """A meeting: `topic`, `place`, `day`, `begins`, `ends`."""
    found = _found(pk)

    def act() -> None:
        begins_at, ends_at = (_instant(request, name) for name in ("begins", "ends"))
        words = {name: request.POST.get(name, "") for name in ("topic", "place")}
        meetings.plan_meeting(team=found, begins_at=begins_at, ends_at=ends_at, by=_user(request), **words)

    return _done(request, found, "定好了，成员都能看到。", act)


@require_POST
@login_required
def call_off(request: HttpRequest, pk: int, meeting_pk: int) -> HttpResponse:
    found = _found(pk)
    meeting = get_object_or_404(found.meetings, pk=meeting_pk)
    reason = request.POST.get("reason", "")
    return _done(
        request, found, "取消了，成员会看到原因。",
        lambda: meetings.cancel_meeting(meeting=meeting, reason=reason, by=_user(request)),
    )  # fmt: skip


@login_required
@never_cache
def roll(request: HttpRequest, pk: int, meeting_pk: int) -> HttpResponse:
    """点名, for who leads."""
    found = _found(pk)
    meeting: TeamMeeting = get_object_or_404(found.meetings.select_related("team"), pk=meeting_pk)
    if not reading.may_lead(found, request.user):
        raise Http404
    refusal = ""
    if request.method == "POST":
        marks = {
            number: str(mark)
            for name, mark in request.POST.items()
            if (number := _number(name.removeprefix("mark-"))) and name.startswith("mark-")
        }
        try:
            meetings.call_roll(meeting=meeting, marks=marks, by=_user(request))
        except Refusal as error:
            refusal = error.sentence
        else:
            messages.success(request, "点名记下了。")
            return HttpResponseRedirect(_address(found))
    context = {
        "team": found,
        "meeting": meeting,
        "lines": reading.roll_lines(meeting),
        "marks": Mark.choices,
        "refusal": refusal,
    }
    return render(request, "courses/team_roll.html", context, status=422 if refusal else 200)


@require_POST
@login_required
def share(request: HttpRequest, pk: int) -> HttpResponse:
    """`title` with `text`, `lesson` or `file`."""
    found = _found(pk)
    lesson = Lesson.objects.filter(pk=_number(request.POST.get("lesson", "")), live=True, course__live=True).first()
    words = {name: request.POST.get(name, "") for name in ("title", "text")}
    return _done(
        request, found, "分享好了。",
        lambda: meetings.share_material(
            team=found, lesson=lesson, file=request.FILES.get("file"), by=_user(request), **words
        ),
    )  # fmt: skip


@require_POST
@login_required
def take_back(request: HttpRequest, pk: int, material_pk: int) -> HttpResponse:
    found = _found(pk)
    material = get_object_or_404(found.materials.select_related("team"), pk=material_pk)
    return _done(
        request, found, "撤下了。", lambda: meetings.take_back_material(material=material, by=_user(request))
    )  # fmt: skip


@login_required
@require_safe
def shared_file(request: HttpRequest, pk: int, material_pk: int) -> HttpResponseBase:
    """A shared file, for members and staff of the site; to others it isn't there."""
    found = _found(pk)
    material: TeamMaterial = get_object_or_404(
        found.materials.filter(taken_back_at__isnull=True).exclude(file=""), pk=material_pk
    )
    if not reading.is_inside(found, request.user):
        raise Http404
    ending = material.file.name.rpartition(".")[2] if material.file.name else ""
    try:
        response = FileResponse(material.file.open("rb"), filename=f"{material.title}.{ending}")
    except FileNotFoundError as error:
        raise Http404 from error
    response["Cache-Control"] = "private, no-store"
    response["Content-Security-Policy"] = "sandbox"
    return response


def _found(pk: int) -> LearningTeam:
    try:
        return reading.find_team(pk=pk)
    except LearningTeam.DoesNotExist as error:
        raise Http404 from error


def _done(request: HttpRequest, found: LearningTeam, sentence: str, act: Callable[[], object]) -> HttpResponse:
    """The one domain call, and back to the team with its sentence; a refusal keeps what was typed."""
    try:
        act()
    except Refusal as refusal:
        return _page(request, found, refusal=refusal.sentence)
    messages.success(request, sentence)
    return HttpResponseRedirect(_address(found))


def _page(request: HttpRequest, found: LearningTeam, *, refusal: str = "") -> HttpResponse:
    context: dict[str, Any] = reading.team_page(team=found, viewer=request.user)
    if found.closed_at is not None and not context["inside"]:
        raise Http404
    context |= {"refusal": refusal, "given": request.POST, "lessons": reading.lesson_choices()}
    return render(request, "courses/team.html", context, status=422 if refusal else 200)


def _address(found: LearningTeam) -> str:
    return reverse("courses:team", args=[found.pk])


def _user(request: HttpRequest) -> User:
    """Who leads and shares does it in person: refused while somebody acts for another."""
    return acting_of(request).person


def _number(text: str) -> int:
    """0 for anything that is no key."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0


def _instant(request: HttpRequest, name: str) -> dt.datetime:
    """The day with one of its hours. Raises `Refusal`."""
    try:
        day, time = parse_date(request.POST.get("day", "")), parse_time(request.POST.get(name, ""))
    except ValueError:
        day = time = None
    if day is None or time is None or not 2020 <= day.year < 2200 or time.tzinfo is not None:
        raise Refusal("日期和时间要填全，没有保存。")
    return timezone.make_aware(dt.datetime.combine(day, time))
