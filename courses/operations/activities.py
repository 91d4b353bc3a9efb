"""活动: opening, settling the checklist, publishing, cancelling, and who comes."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, fields

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.acting import Acting
from accounts.models import User
from core import clock
from core.errors import Refusal
from courses.audit import record
from courses.checklists import CHECKLISTS, NEEDS_RELATIVE, fault_of, faults_of
from courses.enums import OfferingState
from courses.models import Activity, ActivityCheck, ActivityPlace
from courses.operations.planning import checked_reason
from places.models import AcademySite, Region
from places.queries.sites import is_open_on

PHONE = re.compile(r"1\d{10}|0\d{2,3}-?\d{7,8}")


@dataclass(frozen=True)
class Outline:
    """What one decides when opening an activity. `region` matters only without a site."""

    form: str
    title: str
    summary: str
    region: Region | None
    site: AcademySite | None
    place: str
    begins_at: dt.datetime
    ends_at: dt.datetime
    seats: int | None
    leader_name: str


@transaction.atomic
def open_activity(*, outline: Outline, by: User) -> Activity:
    """Begin an activity as a draft. Raises `Refusal`."""
    activity = Activity()
    _apply(activity, outline)
    activity.save()
    record(activity, "open_activity", by=by)
    return activity


@transaction.atomic
def edit_activity(*, activity: Activity, outline: Outline, by: User) -> Activity:
    """Change an activity that hasn't begun; those who come keep their places. Raises `Refusal`."""
    activity = locked_activity(activity)
    if activity.begins_at <= clock.now():
        raise Refusal("活动已经开始，不能再改。")
    if activity.form != outline.form and activity.state != OfferingState.DRAFT:
        raise Refusal("已经公布的活动不能换形式，没有改动。")
    coming = activity.places.filter(ended_at__isnull=True).count()
    if outline.seats is not None and outline.seats < coming:
        raise Refusal(f"已经有 {coming} 人报名，名额不能改成 {outline.seats} 个，没有改动。")
    _apply(activity, outline)
    activity.save()
    activity.checks.exclude(item__in=CHECKLISTS[activity.form]).delete()
    record(activity, "edit_activity", by=by)
    return activity


@transaction.atomic
def settle_checklist(*, activity: Activity, answers: dict[str, str], by: User) -> list[str]:
    """Keep the answers of a checklist, empty ones aside; returns what is still missing, as sentences.

    A draft may lack some. Raises `Refusal` for an answer that can't be right, or a gap in a published activity.
    """
    activity = locked_activity(activity)
    given = {item: answers.get(item, "").strip()[:200] for item in CHECKLISTS[activity.form]}
    is_public = activity.state == OfferingState.PUBLISHED
    wrong = [
        fault.sentence
        for item, answer in given.items()
        if (answer or is_public) and (fault := fault_of(activity.form, item, answer)) is not None
    ]
    if wrong:
        raise Refusal(f"{'；'.join(wrong)}。没有保存。")
    activity.checks.all().delete()
    ActivityCheck.objects.bulk_create(
        ActivityCheck(activity=activity, item=item, answer=answer) for item, answer in given.items() if answer
    )
    record(activity, "settle_checklist", by=by, items=[item for item, answer in given.items() if answer])
    return [fault.sentence for fault in faults_of(activity.form, {str(item): answer for item, answer in given.items()})]


@transaction.atomic
def publish_activity(*, activity: Activity, by: User) -> Activity:
    """Show an activity to everyone. Raises `Refusal` while its checklist has a gap, or once it has begun."""
    activity = locked_activity(activity)
    if activity.state != OfferingState.DRAFT:
        raise Refusal("这个活动已经公布了。")
    if activity.begins_at <= clock.now():
        raise Refusal("活动的时间已经过去，不能公布。")
    answers = dict(activity.checks.values_list("item", "answer"))
    missing = faults_of(activity.form, answers)
    if missing:
        raise Refusal(f"还不能公布：{'；'.join(fault.sentence for fault in missing)}。")
    activity.state, activity.published_at = OfferingState.PUBLISHED, clock.now()
    activity.save(update_fields=["state", "published_at", "updated_at"])
    record(activity, "publish_activity", by=by)
    return activity


@transaction.atomic
def cancel_activity(*, activity: Activity, reason: str, by: User) -> Activity:
    """Cancel an activity that hasn't ended. `reason` is what those who come read. Raises `Refusal`."""
    reason = checked_reason(reason)
    activity = locked_activity(activity)
    if activity.ends_at <= clock.now():
        raise Refusal("活动已经结束，不能再取消。")
    activity.state, activity.cancelled_at, activity.cancelled_reason = OfferingState.CANCELLED, clock.now(), reason
    activity.save(update_fields=["state", "cancelled_at", "cancelled_reason", "updated_at"])
    record(activity, "cancel_activity", by=by, reason=reason)
    return activity


@transaction.atomic
def take_place(
    *,
    activity: Activity,
    acting: Acting,
    relative_name: str = "",
    relative_phone: str = "",
    at_desk: bool = False,
) -> ActivityPlace:
    """Someone means to come; again is the same place. `at_desk`: a clerk enters who came along, also afterwards.

    Raises `Refusal` when it is full, has begun, or lacks a relative.
    """
    activity = locked_activity(activity)
    standing = activity.places.filter(person=acting.person, ended_at__isnull=True).first()
    if standing is not None:
        return standing
    if activity.state != OfferingState.PUBLISHED:
        raise Refusal("这个活动还不能报名。")
    if activity.begins_at <= clock.now() and not at_desk:
        raise Refusal("活动已经开始，不能再报名。")
    relative_name, relative_phone = relative_name.strip(), relative_phone.strip()
    if activity.form in NEEDS_RELATIVE and not (relative_name and PHONE.fullmatch(relative_phone)):
        raise Refusal("游学要留一位紧急联系人的姓名和电话（11 位手机号，或带区号的座机）。没有报上名。")
    if len(relative_name) > 40 or (relative_phone and not PHONE.fullmatch(relative_phone)):
        raise Refusal("紧急联系人的姓名或电话不对，没有报上名。")
    try:
        with transaction.atomic():
            place = ActivityPlace.objects.create(
                activity=activity,
                person=acting.person,
                acted_by=acting.acted_by,
                seat=_free_seat(activity),
                relative_name=relative_name,
                relative_phone=relative_phone,
            )
    except IntegrityError as error:
        raise Refusal("刚刚有人和您同时报名，没有报上。请再试一次。") from error
    return place


@transaction.atomic
def give_up_place(*, activity: Activity, acting: Acting) -> None:
    """Someone can't come after all; the seat is free again. Raises `Refusal` once the activity has begun."""
    activity = locked_activity(activity)
    place = activity.places.filter(person=acting.person, ended_at__isnull=True).first()
    if place is None:
        raise Refusal("您没有报名这个活动。")
    if activity.begins_at <= clock.now():
        raise Refusal("活动已经开始，不能再退出。有事请告诉带队人。")
    place.seat, place.ended_at = None, clock.now()
    place.acted_by = acting.acted_by or place.acted_by
    place.save(update_fields=["seat", "ended_at", "acted_by", "updated_at"])


def locked_activity(activity: Activity) -> Activity:
    """Raises `Refusal` for a cancelled one."""
    row = Activity.objects.select_for_update(of=("self",)).select_related("site__region", "region").get(pk=activity.pk)
    if row.state == OfferingState.CANCELLED:
        raise Refusal("这个活动已经取消，没有改动。")
    return row


def _free_seat(activity: Activity) -> int | None:
    """The lowest free number; None without a limit. Some may come without a number, from before there was a limit."""
    if activity.seats is None:
        return None
    standing = list(activity.places.filter(ended_at__isnull=True).values_list("seat", flat=True))
    if len(standing) >= activity.seats:
        raise Refusal("名额已经满了，没有报上名。")
    return next(seat for seat in range(1, activity.seats + 1) if seat not in standing)


def _apply(activity: Activity, outline: Outline) -> None:
    region = outline.site.region if outline.site is not None else outline.region
    if region is None:
        raise Refusal("不在学堂里的活动要选主办地区，没有保存。")
    if outline.site is None and not outline.place.strip():
        raise Refusal("请写明在哪里集合，没有保存。")
    if outline.site is not None and not is_open_on(outline.site, timezone.localtime(outline.begins_at).date()):
        raise Refusal(f"{outline.site}那天不开放，没有保存。")
    if outline.ends_at <= outline.begins_at:
        raise Refusal("结束时间要在开始时间之后，没有保存。")
    if outline.ends_at - outline.begins_at > dt.timedelta(days=15):
        raise Refusal("一次活动最长 15 天，没有保存。")
    for field in fields(Outline):
        setattr(activity, field.name, getattr(outline, field.name))
    activity.region = region
    try:
        activity.full_clean()
    except ValidationError as error:
        raise Refusal(f"{''.join(error.messages)}没有保存。") from error
