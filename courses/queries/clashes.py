"""What stands against a session at an hour, in a room, with a teacher: each thing named, in Chinese.

`gather` reads all there is to know for a stretch of days in a fixed number of queries; `Surroundings.against` is pure,
so that a weekly series costs no more queries than one session.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils import timezone

from core import clock
from core.spoken_dates import clock_time, spoken_day, spoken_stretch, weekday_name
from courses.enums import YIELDING, ClashKind, TeacherChannel
from courses.models import ExamWeek, Offering, PublicHoliday, Session, Teacher, TeacherPermission
from places.models import AcademySite, Room, RoomSlot
from places.travel import travel_minutes

FARTHEST = dt.timedelta(hours=12)
"""Sessions further apart than this never hinder each other."""


@dataclass(frozen=True)
class Clash:
    """One thing that stands against a session; `sentence` names it."""

    kind: ClashKind
    sentence: str

    @property
    def may_yield(self) -> bool:
        """Whether a person may let it pass with a reason."""
        return self.kind in YIELDING


@dataclass(frozen=True)
class Surroundings:
    """What is known around an offering's room and teacher. `sessions` are standing ones of either, of any offering."""

    offering: Offering
    room: Room | None
    teacher: Teacher | None
    sessions: Sequence[Session]
    slots: Sequence[RoomSlot]
    permissions: Sequence[TeacherPermission]
    exam_weeks: frozenset[dt.date]
    holidays: dict[dt.date, str]

    def against(self, begins_at: dt.datetime, ends_at: dt.datetime) -> list[Clash]:
        """Everything against this stretch, within one day of Asia/Shanghai."""
        day = timezone.localtime(begins_at).date()
        return [
            *self._against_day(day),
            *self._against_past(begins_at),
            *self._against_room(day, begins_at, ends_at),
            *self._against_teacher(day),
            *self._against_sessions(begins_at, ends_at),
        ]

    def _against_day(self, day: dt.date) -> Iterator[Clash]:
        offering = self.offering
        if not offering.begins_on <= day <= offering.ends_on:
            first, last = spoken_day(offering.begins_on), spoken_day(offering.ends_on)
            yield Clash(ClashKind.DATES, f"{spoken_day(day)}不在开班日期内：{first}到{last}。")
        if day in self.holidays:
            yield Clash(ClashKind.HOLIDAY, f"{spoken_day(day)}是{self.holidays[day]}放假。")
        site = offering.site
        if site is not None and day < site.opened_on:
            yield Clash(ClashKind.CLOSED, f"{site}{spoken_day(site.opened_on)}才启用。")
        if site is not None and site.closed_on is not None and day >= site.closed_on:
            yield Clash(ClashKind.CLOSED, f"{site}从{spoken_day(site.closed_on)}起停用。")

    def _against_past(self, begins_at: dt.datetime) -> Iterator[Clash]:
        if begins_at < clock.now():
            yield Clash(ClashKind.PAST, f"{spoken_day(begins_at)}{clock_time(begins_at)}已经过去了。")

    def _against_room(self, day: dt.date, begins_at: dt.datetime, ends_at: dt.datetime) -> Iterator[Clash]:
        room = self.room
        if room is None:
            return
        if room.site_id != self.offering.site_id:
            where = self.offering.site or self.offering.get_form_display()
            yield Clash(ClashKind.ELSEWHERE, f"{room.name}是{room.site}的教室，这个班在{where}。")
        if self.offering.seats is not None and self.offering.seats > room.seats:
            sentence = f"{room.name}有 {room.seats} 个座位，这个班有 {self.offering.seats} 个名额。"
            yield Clash(ClashKind.SEATS, sentence)
        begins, ends = _minutes(begins_at), _minutes(ends_at)
        slots = [slot for slot in self.slots if slot.weekday == day.isoweekday()]
        for slot in slots:
            if not slot.for_academy and slot.begins < ends and begins < slot.ends:
                yield Clash(ClashKind.SLOT, f"{room.name}{slot}归{slot.user_name}用。")
        if any(slot.for_academy for slot in self.slots) and not _covered(
            begins, ends, [(slot.begins, slot.ends) for slot in slots if slot.for_academy]
        ):
            ours = "、".join(str(slot) for slot in slots if slot.for_academy)
            when = f"只有{ours}归学堂用" if ours else f"{weekday_name(day.isoweekday())}不归学堂用"
            yield Clash(ClashKind.SLOT, f"{room.name}{when}。")

    def _against_teacher(self, day: dt.date) -> Iterator[Clash]:
        teacher = self.teacher
        if teacher is None:
            return
        if not teacher.is_active:
            yield Clash(ClashKind.INACTIVE, f"{teacher}老师已经停止排课。")
        if teacher.channel == TeacherChannel.IN_SERVICE and not any(
            paper.valid_from <= day <= paper.valid_until for paper in self.permissions
        ):
            yield Clash(ClashKind.PERMISSION, _missing_permission(teacher, day, self.permissions))
        monday = day - dt.timedelta(days=day.weekday())
        if teacher.channel == TeacherChannel.STUDENT and monday in self.exam_weeks:
            school = teacher.organisation
            yield Clash(ClashKind.EXAM_WEEK, f"{spoken_day(monday)}这一周是{school}的考试周，{teacher}老师不排课。")

    def _against_sessions(self, begins_at: dt.datetime, ends_at: dt.datetime) -> Iterator[Clash]:
        for other in self.sessions:
            overlaps = other.begins_at < ends_at and begins_at < other.ends_at
            of_teacher = self.teacher is not None and other.teacher_id == self.teacher.pk
            if overlaps and self.room is not None and other.room_id == self.room.pk:
                who = f"，{other.teacher}老师" if other.teacher else ""
                sentence = f"{self.room.name}{_when(other)}已经排了《{other.offering.course}》{who}。"
                yield Clash(ClashKind.ROOM_BUSY, sentence)
            if overlaps and of_teacher:
                sentence = f"{self.teacher}老师{_when(other)}已经在{_where(other)}上《{other.offering.course}》。"
                yield Clash(ClashKind.TEACHER_BUSY, sentence)
            elif of_teacher:
                yield from self._against_travel(other, begins_at, ends_at)

    def _against_travel(self, other: Session, begins_at: dt.datetime, ends_at: dt.datetime) -> Iterator[Clash]:
        here, there = self.offering.site, other.offering.site
        if here is None or there is None:
            return
        earlier = other.ends_at <= begins_at
        gap = int(((begins_at - other.ends_at) if earlier else (other.begins_at - ends_at)).total_seconds() // 60)
        needed = travel_minutes(there, here) if earlier else travel_minutes(here, there)
        if gap >= needed:
            return
        lesson = f"《{other.offering.course}》"
        sentence = (
            f"{self.teacher}老师{spoken_day(other.ends_at)}{clock_time(other.ends_at)}在{there}下{lesson}课，"
            f"到{here}约要 {needed} 分钟，中间只有 {gap} 分钟。"
            if earlier
            else f"{self.teacher}老师{spoken_day(other.begins_at)}{clock_time(other.begins_at)}要在{there}上{lesson}，"
            f"从{here}过去约要 {needed} 分钟，中间只有 {gap} 分钟。"
        )
        yield Clash(ClashKind.TRAVEL, sentence)


def gather(
    *,
    offering: Offering,
    room: Room | None,
    teacher: Teacher | None,
    begins_at: dt.datetime,
    ends_at: dt.datetime,
    leaving_out: Sequence[int] = (),
) -> Surroundings:
    """What is known from `begins_at` to `ends_at`, which may be months apart. `leaving_out`: sessions to be moved."""
    first, last = timezone.localtime(begins_at).date(), timezone.localtime(ends_at).date()
    near = Session.objects.filter(
        cancelled_at__isnull=True, begins_at__lt=ends_at + FARTHEST, ends_at__gt=begins_at - FARTHEST
    ).exclude(pk__in=leaving_out)
    of_room = near.filter(room=room) if room else near.none()
    of_teacher = near.filter(teacher=teacher) if teacher else near.none()
    return Surroundings(
        offering=offering,
        room=room,
        teacher=teacher,
        sessions=list(
            (of_room | of_teacher)
            .select_related("offering__course", "offering__site__region", "teacher")
            .order_by("begins_at", "pk")
        ),
        slots=list(room.slots.all()) if room else [],
        permissions=list(teacher.permissions.filter(withdrawn_at__isnull=True)) if teacher else [],
        exam_weeks=frozenset(exam_mondays(teacher.organisation_id)) if teacher else frozenset(),
        holidays=holidays_between(first, last),
    )


def exam_mondays(organisation_id: int | None) -> list[dt.date]:
    """Mondays of the exam weeks of a school."""
    return [week.monday for week in ExamWeek.objects.filter(organisation_id=organisation_id)] if organisation_id else []


def holidays_between(first: dt.date, last: dt.date) -> dict[dt.date, str]:
    """Public holidays of these days, both inclusive, with their names."""
    return dict(PublicHoliday.objects.filter(day__range=(first, last)).values_list("day", "name"))


def place_of(session: Session) -> str:
    """Where a session is held: the site, or 线上."""
    return _where(session)


def _missing_permission(teacher: Teacher, day: dt.date, permissions: Sequence[TeacherPermission]) -> str:
    ended = max((paper.valid_until for paper in permissions if paper.valid_until < day), default=None)
    unit = f"{teacher.organisation}" if teacher.organisation else "单位"
    if ended is not None:
        return f"{unit}对{teacher}老师的同意到 {ended:%Y-%m-%d} 为止，{spoken_day(day)}不能排课。请先登记新的同意书。"
    return f"{teacher}老师是在职兼职，{spoken_day(day)}没有{unit}的同意书，不能排课。请先登记同意书。"


def _minutes(instant: dt.datetime) -> int:
    local = timezone.localtime(instant)
    return local.hour * 60 + local.minute


def _covered(begins: int, ends: int, stretches: Sequence[tuple[int, int]]) -> bool:
    """Whether the stretches together, which never overlap, cover every minute."""
    inside = sum(max(0, min(ends, until) - max(begins, since)) for since, until in stretches)
    return inside == ends - begins


def _when(session: Session) -> str:
    return spoken_stretch(session.begins_at, session.ends_at)


def _where(session: Session) -> str:
    site: AcademySite | None = session.offering.site
    return str(site) if site else "线上"
