"""Days without lessons: exam weeks and public holidays."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path

from django.db import IntegrityError, transaction

from accounts.models import User
from core.errors import Refusal
from courses.audit import record
from courses.models import ExamWeek, PublicHoliday
from places.enums import OrganisationKind
from places.models import Organisation

HOLIDAYS = Path(__file__).resolve().parent.parent / "data" / "holidays.csv"
YEARS = range(2020, 2200)


def plant_holidays() -> int:
    """Write the holidays of the file that aren't there, if there are none yet. Returns how many."""
    if PublicHoliday.objects.exists():
        return 0
    with HOLIDAYS.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(line for line in file if not line.startswith("#")))
    made = [PublicHoliday(day=dt.date.fromisoformat(row["日期"]), name=row["节日"]) for row in rows]
    return len(PublicHoliday.objects.bulk_create(made, ignore_conflicts=True))


@transaction.atomic
def add_holiday(*, day: dt.date, name: str, by: User) -> PublicHoliday:
    """Sessions already planned on that day stay. Raises `Refusal`."""
    name = name.strip()
    if not name or len(name) > 20:
        raise Refusal("请写节日的名称，最多 20 个字，没有保存。")
    if day.year not in YEARS:
        raise Refusal("年份不对，没有保存。")
    try:
        with transaction.atomic():
            holiday = PublicHoliday.objects.create(day=day, name=name)
    except IntegrityError as error:
        raise Refusal(f"{day}已经登记过了。") from error
    record(holiday, "add_holiday", by=by)
    return holiday


@transaction.atomic
def remove_holiday(*, holiday: PublicHoliday, by: User) -> None:
    """Take back a day that was entered wrongly."""
    record(holiday, "remove_holiday", by=by)
    holiday.delete()


@transaction.atomic
def add_exam_weeks(*, organisation: Organisation, first: dt.date, last: dt.date, by: User) -> list[ExamWeek]:
    """Enter every week of a school that has a day from `first` to `last`. Weeks entered before stay.

    Raises `Refusal` for a body that is no school, or more than 12 weeks.
    """
    if organisation.kind != OrganisationKind.SCHOOL:
        raise Refusal(f"{organisation}不是学校，没有保存。")
    if last < first or first.year not in YEARS or last.year not in YEARS:
        raise Refusal("最后一天要在第一天之后，没有保存。")
    monday = first - dt.timedelta(days=first.weekday())
    mondays = [monday + dt.timedelta(weeks=number) for number in range((last - monday).days // 7 + 1)]
    if len(mondays) > 12:
        raise Refusal("一次最多登记 12 个考试周，没有保存。请看看日期对不对。")
    known = {(week.year, week.week) for week in ExamWeek.objects.filter(organisation=organisation)}
    wanted = [day.isocalendar()[:2] for day in mondays]
    missing = [pair for pair in wanted if pair not in known]
    if not missing:
        raise Refusal("这些周已经登记过了。")
    made = []
    for year, week in missing:
        row, is_new = ExamWeek.objects.get_or_create(organisation=organisation, year=year, week=week)
        if is_new:
            record(row, "add_exam_week", by=by)
            made.append(row)
    return made


@transaction.atomic
def remove_exam_week(*, week: ExamWeek, by: User) -> None:
    """Take back a week: the school moved its exams."""
    record(week, "remove_exam_week", by=by)
    week.delete()
