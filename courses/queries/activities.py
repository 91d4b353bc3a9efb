"""活动 as learners and staff see them: lists, one activity, who comes and who was there."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from accounts.access import Viewer, member_name
from accounts.models import User
from accounts.scope import Scope
from core import clock
from core.errors import Refusal
from core.spoken_dates import clock_time, spoken_day, spoken_stretch
from courses.checklists import CHECKLISTS, NEEDS_RELATIVE, PUBLIC, YES_OR_NO, faults_of
from courses.enums import ActivityForm, CheckItem, OfferingState
from courses.models import Activity, ActivityCheck, ActivityPlace, Attendance, LearningTeam
from courses.queries.offerings import offering_cards, running
from places.models import AcademySite
from places.queries.regions import banners

ON_A_PAGE = 20


@dataclass(frozen=True)
class CheckLine:
    """A line of the checklist for the clerk: what is asked, what stands, and how it is answered."""

    item: CheckItem
    answer: str
    is_choice: bool

    @property
    def label(self) -> str:
        return self.item.label


@dataclass(frozen=True)
class PersonRow:
    """Someone who comes, for the clerk. `relative` is whom to ring."""

    place: ActivityPlace
    name: str
    relative: str
    attendance: Attendance | None


def published() -> QuerySet[Activity]:
    """Activities everyone may see, with `coming`."""
    return (
        Activity.objects.filter(state=OfferingState.PUBLISHED)
        .select_related("site__region", "region")
        .annotate(coming=Count("places", filter=Q(places__ended_at__isnull=True)))
        .order_by("begins_at", "pk")
    )


def list_page(*, form: str, banner: str, page: str) -> dict[str, Any]:
    """Context of the list of activities to come. What a filter doesn't know counts as not chosen."""
    places = list(banners())
    chosen_banner = next((region for region in places if str(region.pk) == banner), None)
    chosen_form = form if form in ActivityForm.values else ""
    rows = published().filter(ends_at__gte=clock.now())
    if chosen_form:
        rows = rows.filter(form=chosen_form)
    if chosen_banner is not None:
        rows = rows.filter(region__path__startswith=chosen_banner.path)
    found: Page[Activity] = Paginator(rows, ON_A_PAGE).get_page(page)
    chosen = {"form": chosen_form, "banner": str(chosen_banner.pk) if chosen_banner else ""}
    return {
        "page": found,
        "activities": [(activity, seats_line(activity)) for activity in found.object_list],
        "forms": ActivityForm.choices,
        "banners": [(str(region.pk), region.name) for region in places],
        "chosen": chosen,
        "is_filtered": any(chosen.values()),
        "query": "&".join(f"{name}={value}" for name, value in chosen.items() if value),
    }


def find_activity(*, pk: int) -> Activity:
    """One with a public page: published, or cancelled after that. Raises `Activity.DoesNotExist`."""
    seen = Q(state=OfferingState.PUBLISHED) | Q(state=OfferingState.CANCELLED, published_at__isnull=False)
    return Activity.objects.filter(seen).select_related("site__region", "region").get(pk=pk)


def activity_page(*, activity: Activity, viewer: Viewer) -> dict[str, Any]:
    """Context of an activity's page. Who comes also reads whom to ring on the way."""
    coming = activity.places.filter(ended_at__isnull=True).count()
    activity.coming = coming  # type: ignore[attr-defined]
    place = attendance = None
    if isinstance(viewer, User):
        place = activity.places.filter(person=viewer, ended_at__isnull=True).first()
        attendance = activity.attendances.filter(person=viewer).first()
    checks = list(activity.checks.order_by("pk"))
    present = clock.now()
    is_cancelled = activity.state == OfferingState.CANCELLED
    return {
        "activity": activity,
        "when": when_line(activity),
        "seats": seats_line(activity),
        "is_full": activity.seats is not None and coming >= activity.seats,
        "is_cancelled": is_cancelled,
        "is_to_come": activity.begins_at > present and not is_cancelled,
        "is_over": activity.ends_at <= present,
        "needs_relative": activity.form in NEEDS_RELATIVE,
        "checks": [check for check in checks if place is not None or check.item in PUBLIC],
        "place": place,
        "attendance": attendance,
    }


def when_line(activity: Activity) -> str:
    """Within a day with both hours, otherwise from day to day."""
    begins, ends = timezone.localtime(activity.begins_at), timezone.localtime(activity.ends_at)
    if begins.date() == ends.date():
        return spoken_stretch(begins, ends)
    return f"{spoken_day(begins)}{clock_time(begins)}到{spoken_day(ends)}{clock_time(ends)}"


def seats_line(activity: Activity) -> str:
    """For an activity with `coming`."""
    coming: int = activity.coming  # type: ignore[attr-defined]
    if activity.seats is None:
        return f"不限名额，已有 {coming} 人报名"
    left = activity.seats - coming
    return f"还有 {left} 个名额" if left > 0 else "名额已满"


def upcoming_activities(*, most: int = 3) -> list[Activity]:
    """The next public ones that haven't begun."""
    return list(published().filter(begins_at__gt=clock.now())[:most])


def at_site(site: AcademySite) -> dict[str, Any]:
    """What the page of a site shows: its offerings that run, its activities to come, its teams."""
    teams = LearningTeam.objects.filter(site=site, closed_at__isnull=True)
    return {
        "offerings": offering_cards(running().filter(site=site)[:6]),
        "activities": list(published().filter(site=site, begins_at__gt=clock.now())[:6]),
        "teams": list(teams.order_by("name")[:12]),
    }


def my_activities(user: User) -> dict[str, Any]:
    """Activities to come, or just over, that this person is in."""
    since = clock.now() - dt.timedelta(hours=2)
    mine = ActivityPlace.objects.filter(person=user, ended_at__isnull=True).values("activity")
    rows = Activity.objects.filter(pk__in=mine, ends_at__gte=since, published_at__isnull=False)
    return {"activities": list(rows.select_related("site", "region").order_by("begins_at", "pk")[:10])}


def learner_named(text: str) -> User:
    """The person with this member number (blanks don't matter) or login name. Raises `Refusal`."""
    name, number = text.strip(), "".join(text.split())
    found = User.objects.filter(Q(username=name) | Q(member_profile__number=number), is_active=True)
    person = found.select_related("member_profile").first()
    if person is None:
        raise Refusal("没有这个会员号或登录名。请看看有没有写错。")
    return person


def activities_in(scope: Scope) -> QuerySet[Activity]:
    """Activities that staff of this scope answer for."""
    rows = Activity.objects.select_related("site", "region")
    return scope.regions(rows, "region__path") | scope.at_sites(rows)


def activities_for_desk(scope: Scope) -> QuerySet[Activity]:
    """The list, latest first, with how many are `coming` and were `there`."""
    return (
        activities_in(scope)
        .annotate(
            coming=Count("places", filter=Q(places__ended_at__isnull=True), distinct=True),
            there=Count("attendances", distinct=True),
        )
        .order_by("-begins_at", "-pk")
    )


def check_lines(activity: Activity) -> list[CheckLine]:
    """The checklist of the activity's form with what was answered."""
    answers = dict(activity.checks.values_list("item", "answer"))
    return [CheckLine(item, answers.get(item, ""), item in YES_OR_NO) for item in CHECKLISTS[activity.form]]


def missing_lines(activity: Activity) -> list[str]:
    answers = dict(ActivityCheck.objects.filter(activity=activity).values_list("item", "answer"))
    return [fault.sentence for fault in faults_of(activity.form, answers)]


def people_of(activity: Activity) -> list[PersonRow]:
    """Who comes, by name, with what is known of their attendance. Three queries; for staff in scope only."""
    there = {row.person_id: row for row in activity.attendances.select_related("in_keyed_by", "out_keyed_by")}
    places = activity.places.filter(ended_at__isnull=True).select_related("person__member_profile")
    rows = [
        PersonRow(
            place,
            member_name(place.person),
            f"{place.relative_name} {place.relative_phone}".strip(),
            there.get(place.person_id),
        )
        for place in places
    ]
    return sorted(rows, key=lambda row: (row.name, row.place.pk))
