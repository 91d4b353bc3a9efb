"""签到和签退. What comes of replays, late scans and the like: docs/architecture.md, "Who was there".

- A report with a key that is known already changes nothing and returns what stands (a replay).
- A second sign-in, or a second sign-out, keeps the first instant and says so.
- A sign-out without a sign-in is refused: a clerk writes both from the paper list.
- Before and after the window, for another activity, or with a code that has been replaced: refused with a sentence.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import IntegrityError, transaction

from accounts.acting import Acting
from accounts.models import User
from core import clock
from core.errors import Refusal
from core.spoken_dates import clock_time, spoken_day
from courses.audit import record
from courses.enums import OfferingState, SignMethod
from courses.models import Activity, ActivityPlace, Attendance, CodeAttempt
from courses.operations.activities import locked_activity
from courses.sign_codes import SPOKEN_LIFE, is_current_code, is_current_token

EARLY = dt.timedelta(hours=1)
"""Before it begins one may sign in."""
LATE = dt.timedelta(hours=2)
"""After it ended one may still sign out."""
PAPER_FOR = dt.timedelta(days=30)
MOST_WRONG = 5
LONGEST_KEY = 64


@dataclass(frozen=True)
class PaperLine:
    """A line of the paper list: when someone came and left, as written there."""

    person: User
    signed_in_at: dt.datetime
    signed_out_at: dt.datetime | None


def check_token(*, activity: Activity, token: str) -> None:
    """Raises `Refusal` unless the token is this activity's, of this minute or the one before."""
    if not is_current_token(activity.pk, token, clock.now()):
        raise Refusal("这个码已经换了，或者不是这个活动的。请再扫一次屏幕上的码。")


def check_code(*, activity: Activity, person: User, code: str) -> None:
    """Raises `Refusal` for wrong digits, and after five wrong ones within ten minutes for any."""
    present = clock.now()
    with transaction.atomic():
        locked_activity(activity)  # one at a time: a machine can't try faster than it is counted
        recent = CodeAttempt.objects.filter(
            activity=activity, person=person, tried_at__gt=present - dt.timedelta(seconds=SPOKEN_LIFE)
        )
        tries = recent.count()
        is_right = tries < MOST_WRONG and is_current_code(activity.pk, code.strip(), present)
        if not is_right and tries < MOST_WRONG:
            CodeAttempt.objects.create(activity=activity, person=person, tried_at=present)
    if tries >= MOST_WRONG:
        raise Refusal("输错的次数太多了，请过十分钟再试，或者请工作人员帮您签到。")
    if not is_right:
        raise Refusal("这四个数不对。请再听一遍，或者看看屏幕。没有签上。")


@transaction.atomic
def sign_in(*, activity: Activity, acting: Acting, method: SignMethod, key: str) -> Attendance:
    """Note that someone has come. Raises `Refusal`."""
    activity, present = _open_activity(activity), clock.now()
    key = _checked_key(key)
    if not activity.begins_at - EARLY <= present <= activity.ends_at:
        raise Refusal(_outside(activity, present))
    standing = activity.attendances.filter(person=acting.person).first()
    if standing is not None:
        return standing
    if not activity.places.filter(person=acting.person, ended_at__isnull=True).exists():
        raise Refusal("您还没有报名这个活动，没有签上。请先报名，或者找工作人员。")
    try:
        with transaction.atomic():
            return Attendance.objects.create(
                activity=activity,
                person=acting.person,
                signed_in_at=present,
                in_method=method,
                in_key=key,
                in_keyed_by=acting.acted_by,
            )
    except IntegrityError as error:
        raise Refusal("这次签到已经用过了，没有再记。") from error


@transaction.atomic
def sign_out(*, activity: Activity, acting: Acting, method: SignMethod, key: str) -> Attendance:
    """Note that someone leaves. Raises `Refusal`."""
    activity, present = _open_activity(activity), clock.now()
    key = _checked_key(key)
    standing = activity.attendances.select_for_update(of=("self",)).filter(person=acting.person).first()
    if standing is None:
        raise Refusal("您还没有签到，不能签退。请找工作人员补签。")
    if standing.signed_out_at is not None:
        return standing
    if present > activity.ends_at + LATE:
        raise Refusal("活动结束已经超过两小时，不能自己签退了。请找工作人员补签。")
    standing.signed_out_at, standing.out_method, standing.out_key = present, method, key
    standing.out_keyed_by = acting.acted_by
    try:
        with transaction.atomic():
            standing.save(update_fields=["signed_out_at", "out_method", "out_key", "out_keyed_by", "updated_at"])
    except IntegrityError as error:
        raise Refusal("这次签退已经用过了，没有再记。") from error
    return standing


@transaction.atomic
def key_in_paper(*, activity: Activity, lines: Sequence[PaperLine], by: User) -> int:
    """Write what the paper list says, all of it or nothing. What came in by code stays as it is.

    Returns how many rows were added or completed. Raises `Refusal`, naming the line.
    """
    activity, present = locked_activity(activity), clock.now()
    if activity.state != OfferingState.PUBLISHED:
        raise Refusal("这个活动没有公布过，没有名单可录。")
    if present < activity.begins_at:
        raise Refusal("活动还没有开始，没有录入。")
    if present > activity.ends_at + PAPER_FOR:
        raise Refusal("活动结束已经超过 30 天，不能再补录。")
    coming = set(
        ActivityPlace.objects.filter(activity=activity, ended_at__isnull=True).values_list("person_id", flat=True)
    )
    standing = {row.person_id: row for row in activity.attendances.select_for_update(of=("self",))}
    written = 0
    for number, line in enumerate(lines, start=1):
        _check_line(activity, line, number, present, is_coming=line.person.pk in coming)
        row = standing.get(line.person.pk)
        if row is None:
            row = Attendance(
                activity=activity,
                person=line.person,
                signed_in_at=line.signed_in_at,
                in_method=SignMethod.PAPER,
                in_key=f"paper-in:{activity.pk}:{line.person.pk}",
                in_keyed_by=by,
            )
        elif row.signed_out_at is not None or line.signed_out_at is None:
            continue
        if line.signed_out_at is not None:
            if line.signed_out_at < row.signed_in_at:
                raise Refusal(f"第 {number} 行的签退时间在签到之前，全部没有保存。")
            row.signed_out_at, row.out_method = line.signed_out_at, SignMethod.PAPER
            row.out_key, row.out_keyed_by = f"paper-out:{activity.pk}:{line.person.pk}", by
        row.save()
        written += 1
    record(activity, "key_in_paper", by=by, lines=written)
    return written


def _open_activity(activity: Activity) -> Activity:
    activity = locked_activity(activity)
    if activity.state != OfferingState.PUBLISHED:
        raise Refusal("这个活动还没有公布，不能签到。")
    return activity


def _outside(activity: Activity, present: dt.datetime) -> str:
    if present > activity.ends_at:
        return "活动已经结束，不能自己签到了。请找工作人员补签。"
    opens = activity.begins_at - EARLY
    return f"还没有到签到的时候，{spoken_day(opens)}{clock_time(opens)}起可以签到。"


def _checked_key(key: str) -> str:
    if not key or len(key) > LONGEST_KEY:
        raise Refusal("页面过期了，没有记下。请重新打开这一页。")
    return key


def _check_line(activity: Activity, line: PaperLine, number: int, present: dt.datetime, *, is_coming: bool) -> None:
    if not is_coming:
        raise Refusal(f"第 {number} 行的人没有报名，全部没有保存。请先帮他报名。")
    if not activity.begins_at - EARLY <= line.signed_in_at <= activity.ends_at:
        raise Refusal(f"第 {number} 行的签到时间不在活动时间里，全部没有保存。")
    if line.signed_out_at is not None and not line.signed_in_at <= line.signed_out_at <= activity.ends_at + LATE:
        raise Refusal(f"第 {number} 行的签退时间不在活动时间里，全部没有保存。")
    if line.signed_in_at > present or (line.signed_out_at or line.signed_in_at) > present:
        raise Refusal(f"第 {number} 行的时间还没有到，全部没有保存。")
